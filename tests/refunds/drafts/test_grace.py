"""What a draft is worth after the close: only with its words by then, and only while it is kept."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import User
from leads.models import LeadSale
from refunds.models import ClaimDraft
from refunds.services import draft_ends, drafts
from refunds.services.file import ClaimRefused
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.refunds.drafts.test_sending import A_DAY, A_SECOND, CLOSES_AT, SOLD_AT, send
from tests.snapshots import refused

ENOUGH = "x" * 20


@pytest.fixture
def sale(sale: LeadSale) -> LeadSale:
    """A lead of 2 March, which closes on the 7th."""
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=SOLD_AT)
    return LeadSale.objects.get(pk=sale.pk)


def keep(sale: LeadSale, pro: User, explanation: str | None = None) -> ClaimDraft:
    return drafts.keep(
        sale_uuid=sale.uuid,
        actor=pro,
        reason="incorrect_contact",
        explanation=explanation,
        details={"who_answered": "stranger"},
    )


@pytest.mark.covers("C1", "C35", "L5")
@pytest.mark.parametrize("explanation", [None, "x" * 19, f"   {'x' * 19}   ", "\u200b" * 20])
def test_a_draft_without_its_words_by_the_close_has_no_grace(
    sale: LeadSale, pro: User, explanation: str | None
) -> None:
    with time_machine.travel(CLOSES_AT, tick=False):
        assert keep(sale, pro, explanation).worded_at is None
    with time_machine.travel(CLOSES_AT + A_SECOND, tick=False):
        draft = keep(sale, pro, make.EXPLANATION)
        assert (draft.begun_at, draft.worded_at) == (CLOSES_AT, CLOSES_AT + A_SECOND)
        with refused(ClaimRefused) as caught:
            send(draft)
    assert "could be asked for until Sat 7 Mar 2026, 23:59 EST" in str(caught.value)


def test_when_it_first_said_enough_never_moves(sale: LeadSale, pro: User) -> None:
    with time_machine.travel(SOLD_AT, tick=False) as clock:
        assert keep(sale, pro).worded_at is None
        for explanation in (ENOUGH, "", ENOUGH):
            clock.shift(timedelta(hours=1))
            assert keep(sale, pro, explanation).worded_at == SOLD_AT + timedelta(hours=1)


@pytest.mark.parametrize("passed", [A_SECOND, A_DAY])
def test_in_its_grace_a_draft_is_not_thrown_away(
    sale: LeadSale, pro: User, passed: timedelta
) -> None:
    with time_machine.travel(CLOSES_AT, tick=False):
        draft = keep(sale, pro, ENOUGH)
    with time_machine.travel(CLOSES_AT + passed, tick=False):
        with refused(ClaimRefused) as caught:
            drafts.discard(sale_uuid=sale.uuid, actor=pro)
        assert "it is too late to begin anew" in str(caught.value)
        assert send(draft).begun_at == CLOSES_AT


@pytest.mark.parametrize(
    ("explanation", "passed"), [(ENOUGH, -A_SECOND), (ENOUGH, A_DAY + A_SECOND), ("", A_SECOND)]
)
def test_a_draft_that_nothing_hangs_on_can_be_thrown_away(
    sale: LeadSale, pro: User, explanation: str, passed: timedelta
) -> None:
    with time_machine.travel(CLOSES_AT - A_SECOND, tick=False):
        keep(sale, pro, explanation)
    with time_machine.travel(CLOSES_AT + passed, tick=False):
        assert drafts.discard(sale_uuid=sale.uuid, actor=pro) is True


@pytest.mark.covers("C35", "L5")
def test_nothing_is_begun_for_a_closed_lead(sale: LeadSale, pro: User) -> None:
    with time_machine.travel(CLOSES_AT + A_SECOND, tick=False), refused(ClaimRefused) as caught:
        keep(sale, pro, ENOUGH)
    assert str(caught.value) == "This lead can't be refunded any more."


def test_what_ends_first_stands_first_and_what_has_ended_is_left_out(
    sale: LeadSale, pro: User
) -> None:
    later = LeadSaleFactory.create(pro=sale.pro, sold_at=SOLD_AT + A_DAY)
    no_words = LeadSaleFactory.create(pro=sale.pro, sold_at=SOLD_AT)
    with time_machine.travel(CLOSES_AT, tick=False):
        keep(later, pro)
        keep(sale, pro, ENOUGH)
        keep(no_words, pro)

    def listed(passed: timedelta) -> list[tuple[LeadSale, timedelta]]:
        waiting = draft_ends.to_send(drafts.open_for(pro), at=CLOSES_AT + passed)
        return [(one.draft.sale, one.until - CLOSES_AT) for one in waiting]

    a_short_day = timedelta(hours=23)  # the clocks go forward
    both = [(later, a_short_day), (sale, A_DAY)]
    assert listed(timedelta()) == [(no_words, timedelta()), *both]
    assert listed(A_SECOND) == both
    assert listed(A_DAY + A_SECOND) == []
