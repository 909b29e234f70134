"""Steps that are refused the same way whatever they are: stale pages, missing words."""

from collections.abc import Callable

import pytest

from leads.models import LeadSale
from refunds.services.appeal import AppealRefused
from refunds.services.change import RefundError, Stale
from refunds.services.investigate import WordsMissing
from refunds.services.reverse import ReversalRefused
from tests.factories import refunds as make
from tests.refunds.refusals.steps import (
    BLANK,
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

STEPS: list[tuple[Call, str]] = [
    (take, "investigating"),
    (find, "investigating"),
    (ask, "investigating"),
    (approve, "investigating"),
    (decline, "investigating"),
    (take_away, "investigating"),
    (reply, "awaiting_pro"),
    (file_appeal, "declined"),
    (uphold, "appealed"),
    (overturn, "appealed"),
    (take_back, "approved"),
]


@pytest.mark.parametrize(("step", "state"), STEPS)
@pytest.mark.parametrize("off_by", [-1, 1])
def test_page_that_was_overtaken(
    step: Call, state: str, off_by: int, sale: LeadSale, people: People
) -> None:
    request = in_state(state, sale, **people)

    with refused(Stale) as caught:
        step(request, people, request.version + off_by)

    assert request.get_state_display() in str(caught.value)


@pytest.mark.parametrize(("step", "state"), STEPS)
def test_step_taken_twice_from_one_page(
    step: Call, state: str, sale: LeadSale, people: People
) -> None:
    request = in_state(state, sale, **people)
    if step is approve:
        find(request, people, request.version)
        request = make.again(request)
    step(request, people, request.version)

    with refused(Stale):
        step(request, people, request.version)


@pytest.mark.parametrize(
    ("step", "state", "error"),
    [
        (find, "investigating", WordsMissing),
        (ask, "investigating", WordsMissing),
        (reply, "awaiting_pro", WordsMissing),
        (file_appeal, "declined", AppealRefused),
        (uphold, "appealed", AppealRefused),
        (overturn, "appealed", AppealRefused),
        (take_back, "approved", ReversalRefused),
    ],
)
@pytest.mark.parametrize("words", BLANK)
def test_step_without_words(  # noqa: PLR0917 (fixtures and parameters)
    step: Callable[..., object],
    state: str,
    error: type[RefundError],
    words: str,
    sale: LeadSale,
    people: People,
) -> None:
    request = in_state(state, sale, **people)

    with refused(error):
        step(request, people, request.version, words)
