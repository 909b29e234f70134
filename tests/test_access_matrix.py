"""Every address, times everybody: who sees it, who may change something by it, who is kept out.

An address without a row fails. The objects belong to ``pro``, whom ``manager`` looks after; what
isn't one's own doesn't exist (404), what is a colleague's work is refused (403), and who hasn't
signed in, or not as one of the team, is asked to (``login``). A POST about an object changes
something where it answers 302; nothing else changes anything.
"""

from collections.abc import Iterator, Sequence

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import ServicePro, User
from tests.admin import matrix as admin_matrix
from tests.admin import stages as admin_stages
from tests.conftest import SignedIn
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.matrix import portal, stages
from tests.matrix.world import Stage, World
from tests.snapshots import everything

pytestmark = pytest.mark.django_db

Visitors = dict[str, User | None]
Everything = dict[str, Sequence[object]]

UNNAMED = "admin:(?P<url>.*)$"  # the admin's answer to whatever is none of its pages
ROLES = (
    "anonymous",
    "pro",
    "other_pro",
    "manager",
    "other_manager",
    "stranger",
    "agent",
    "lead",
    "finance",
    "auditor",
    "root",
)
STAGES = {**stages.STAGES, **admin_stages.STAGES}


Row = tuple[str, str, dict[str, str]]


def rows() -> list[Row]:
    """Read the tables: a name and a method, and what each role gets."""
    return [*read(portal.TABLE, portal.COLUMNS), *read(admin_matrix.TABLE, admin_matrix.COLUMNS)]


def read(table: str, columns: Sequence[Sequence[str]]) -> Iterator[Row]:
    """Yield the rows of a table; its first cell but two belongs to the first column's roles."""
    _heading, _blank, body = table.partition("\nname")
    for line in body.splitlines()[1:]:
        name, method, *cells = line.split()
        found = zip(columns, cells, strict=True)
        yield name, method, {role: cell for roles, cell in found for role in roles}


def names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Yield the name of every address; one without a name by its pattern."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield namespace + (pattern.name or str(pattern.pattern))
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern, namespace + inner)


@pytest.fixture
def world(pro_company: ServicePro, pro: User, agent: User, manager: User) -> World:
    """A lead sold to ``pro_company`` two hours ago."""
    sale = LeadSaleFactory.create(
        pro=pro_company, lead__reference="LEAD-OF-PRO", lead__contact__name="Petra Peachtree"
    )
    return World(sale, pro, agent, manager)


@pytest.fixture
def visitors(request: pytest.FixtureRequest) -> Visitors:
    """The user of each role."""
    return {role: None if role == "anonymous" else request.getfixturevalue(role) for role in ROLES}


@pytest.mark.parametrize(("name", "method", "expected"), rows())
def test_address_answers_each_role(
    name: str, method: str, expected: dict[str, str], world: World, visitors: Visitors
) -> None:
    stage = STAGES[name](world) if name in STAGES else Stage()
    changes = name in STAGES and method == "POST"

    url = address(name, stage)
    before = everything()

    found = {role: visit(method, url, stage, visitors[role], before) for role in expected}

    assert {role: status for role, (status, _changed) in found.items()} == expected
    assert {role for role, (_status, changed) in found.items() if changed} == {
        role for role, status in expected.items() if changes and status == "302"
    }


def test_every_role_has_a_column_in_the_admins_table() -> None:
    assert sorted(role for roles in admin_matrix.COLUMNS for role in roles) == sorted(ROLES)


def test_every_address_has_a_row_for_each_method() -> None:
    wanted = [(name, method) for name in names(get_resolver()) for method in ("GET", "POST")]

    assert sorted((name, method) for name, method, _expected in rows()) == sorted(wanted)


@pytest.mark.parametrize(
    ("name", "readers"),
    [
        ("lead_list", {"pro"}),
        ("request_list", {"pro"}),
        ("transactions", {"pro"}),
        ("desk_appeals", {"manager"}),
        ("admin:refunds_refundrequest_changelist", {"agent", "lead", "auditor", "root"}),
    ],
)
def test_list_shows_its_rows_to_whom_they_concern(
    name: str, readers: set[str], world: World, visitors: Visitors
) -> None:
    request = make.appealed(world.sale, world.pro, world.agent)
    query = "?tab=open" if name == "request_list" else "?state=all" if ":" in name else ""
    told = (request.reference, "LEAD-OF-PRO", "Petra Peachtree")

    found = {
        role
        for role, visitor in visitors.items()
        if any(word in page(reverse(name) + query, visitor) for word in told)
    }

    assert found == readers


def test_mails_on_disk_are_shown_while_debugging_only(visitors: Visitors) -> None:
    listed = reverse("mail_list")

    with override_settings(DEBUG=True):
        assert visit("GET", listed, Stage(), visitors["stranger"], everything())[0] == "200"
    assert visit("GET", listed, Stage(), visitors["stranger"], everything())[0] == "404"


def address(name: str, stage: Stage) -> str:
    return "/admin/nothing-here/" if name == UNNAMED else reverse(name, args=stage.args)


def page(url: str, visitor: User | None) -> str:
    """Return what a visitor reads."""
    client = Client() if visitor is None else SignedIn(visitor)
    return client.get(url).content.decode()


def visit(
    method: str, url: str, stage: Stage, visitor: User | None, before: Everything
) -> tuple[str, bool]:
    """Return what a visitor gets, and whether anything is not as before by it; undo what is not."""
    client = Client() if visitor is None else SignedIn(visitor)
    with transaction.atomic():
        response = client.generic(method, url) if method == "GET" else client.post(url, stage.data)
        response.getvalue()  # read to the end, which closes a file
        changed = everything() != before
        transaction.set_rollback(True)
    return answer(response), changed


def answer(response: HttpResponseBase) -> str:
    """Return the status; ``login`` where somebody is asked to sign in and to come back.

    It is ``again`` where who signed in long ago is asked to confirm who they are.
    """
    location = response.headers.get("Location", "")
    doors = tuple(f"{reverse(door)}?next=" for door in ("sign_in", "admin:login"))
    if location.startswith(f"{reverse('account_reauthenticate')}?next="):
        return "again"
    return "login" if location.startswith(doors) else str(response.status_code)
