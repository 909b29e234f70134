"""Each group of the team sends forged fields to every address of the admin; nothing changes.

The scene of each address is the access matrix's, but what is sent is never what its form asks for.
"""

from uuid import uuid4

import pytest
from django.urls import get_resolver, reverse

from accounts.models import ServicePro, User
from tests.admin.stages import STAGES
from tests.conftest import SignedIn
from tests.factories.leads import LeadSaleFactory
from tests.matrix.world import Stage, World
from tests.snapshots import everything
from tests.test_access_matrix import UNNAMED, names

pytestmark = pytest.mark.django_db

PERSONAS = ("agent", "lead", "finance", "auditor", "root")
FORGED = {
    "state": "approved",
    "credit_cents": "999900",
    "amount_cents": "999900",
    "decided_by": "1",
    "held_until": "2199-01-01",
    "action": "delete_selected",
    "_selected_action": "1",
    "post": "yes",
    "_save": "Save",
    "version": "9999",
}
# What these do needs no field at all, so that forged ones change nothing about it.
NEEDS_NO_FIELD = {"admin:event_withdraw": {"lead", "root"}}
SIGNS_OUT = "admin:logout"


def addresses() -> list[str]:
    found = [name for name in names(get_resolver()) if name.startswith("admin:")]
    return [name for name in dict.fromkeys(found) if name not in (UNNAMED, SIGNS_OUT)]


@pytest.fixture
def world(pro_company: ServicePro, pro: User, agent: User, manager: User) -> World:
    """A lead sold to ``pro_company`` two hours ago."""
    return World(LeadSaleFactory.create(pro=pro_company), pro, agent, manager)


@pytest.mark.parametrize("name", addresses())
def test_forged_fields_change_nothing(
    name: str, world: World, request: pytest.FixtureRequest
) -> None:
    visitors = {persona: request.getfixturevalue(persona) for persona in PERSONAS}
    stage = STAGES.get(name, empty)(world)
    url = reverse(name, args=stage.args)
    before = everything()

    for persona, visitor in visitors.items():
        if persona in NEEDS_NO_FIELD.get(name, ()):
            continue
        answer = SignedIn(visitor).post(url, {**FORGED, "command_id": uuid4()})
        assert answer.status_code in (200, 302, 403, 404, 405, 409, 422), (name, persona)
        assert everything() == before, (name, persona)


def empty(world: World) -> Stage:
    """Stage nothing."""
    return Stage()


def test_the_crawl_reaches_every_step() -> None:
    """An address that the crawl passes by would make it pass for nothing."""
    assert {name for name in addresses() if name.startswith("admin:refunds_")} == {
        "admin:refunds_refundrequest_changelist",
        *(name for name in STAGES if name.startswith("admin:refunds_")),
    }
