"""Steps of somebody else."""

import pytest

from accounts.models import User
from leads.models import LeadSale
from refunds.models import RefundRequest
from refunds.services.appeal import NotYours
from refunds.services.change import NotAllowed
from tests.conftest import hand_over
from tests.refunds.refusals.steps import (
    Call,
    People,
    approve,
    ask,
    decline,
    file_appeal,
    find,
    overturn,
    reply,
    take,
    take_away,
    take_back,
    uphold,
)
from tests.refunds.states import in_state
from tests.snapshots import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("step", "state"), [(reply, "awaiting_pro"), (file_appeal, "declined"), (take_away, "declined")]
)
@pytest.mark.parametrize("persona", ["other_pro", "manager", "agent", "stranger"])
def test_step_of_the_pro_by_somebody_else(  # noqa: PLR0917 (fixtures and parameters)
    step: Call,
    state: str,
    persona: str,
    sale: LeadSale,
    people: People,
    request: pytest.FixtureRequest,
) -> None:
    refund = in_state(state, sale, **people)
    actor = request.getfixturevalue(persona)

    with refused(RefundRequest.DoesNotExist):
        step(refund, people | {"pro": actor}, refund.version)


@pytest.mark.covers("C43")
@pytest.mark.parametrize("step", [uphold, overturn])
@pytest.mark.parametrize("persona", ["other_manager", "pro", "agent", "stranger"])
def test_appeal_decided_by_somebody_else(
    step: Call, persona: str, sale: LeadSale, people: People, request: pytest.FixtureRequest
) -> None:
    refund = in_state("appealed", sale, **people)
    actor = request.getfixturevalue(persona)

    with refused(RefundRequest.DoesNotExist, NotAllowed):
        step(refund, people | {"manager": actor}, refund.version)


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (take, "investigating"),
        (find, "investigating"),
        (ask, "investigating"),
        (approve, "investigating"),
        (decline, "investigating"),
        (take_back, "approved"),
    ],
)
@pytest.mark.parametrize("persona", ["pro", "manager"])
def test_step_of_the_team_by_somebody_else(
    persona: str, step: Call, state: str, sale: LeadSale, people: People
) -> None:
    request = in_state(state, sale, **people)

    with refused(NotAllowed):
        step(request, people | {"agent": people[persona]}, request.version)


@pytest.mark.covers("X25")
@pytest.mark.parametrize("step", [uphold, overturn])
def test_appeal_of_ones_own_decision(
    step: Call, sale: LeadSale, people: People, deciding_manager: User
) -> None:
    both = {"agent": deciding_manager, "manager": deciding_manager}
    request = in_state("appealed", sale, **people | both)
    hand_over(sale.pro, deciding_manager)
    assert request.decided_by == deciding_manager

    with refused(NotYours) as caught:
        step(request, people | both, request.version)

    assert str(caught.value) == (
        "You decided this request yourself; a colleague must decide its appeal."
    )
