"""Claims and the sweep: whose turn it is."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import time_machine

from accounts.models import ServicePro, Transfer, User
from leads.models import LeadSale, Quote
from leads.services.quotes import mark_replied
from refunds.models import RefundRequest, State
from refunds.services import appeal, automatic, decide, file
from refunds.services.audit import audit
from refunds.services.grounds import Ground
from refunds.services.reverse import reverse
from refunds.services.withdraw import withdraw
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory
from tests.factories.quotes import PRICE_CENTS
from tests.refunds.automatic.steps import SECOND, SENT, UNREAD_AT, balances, claim, kinds, sweep

pytestmark = pytest.mark.django_db


def refuse_for_good(own: RefundRequest, pro: User, agent: User, manager: User) -> None:
    reference = own.reference
    declined = decide.decline(
        reference=reference,
        actor=agent,
        expected_version=own.version,
        codes=["claim_not_supported"],
        note="We read the conversation.",
    )
    appealed = appeal.file_appeal(
        reference=reference, actor=pro, expected_version=declined.version, text="Look again."
    )
    appeal.uphold(
        reference=reference,
        actor=manager,
        expected_version=appealed.version,
        sentence=make.SENTENCE,
    )


@pytest.mark.covers("C26", "P4", "X28")
def test_claim_of_the_pros_own_comes_first(
    quoted: LeadSale, company: ServicePro, agent: User, manager: User
) -> None:
    pro = MembershipFactory.create(pro=company).user
    with time_machine.travel(SENT + timedelta(hours=1), tick=False):
        own = claim(quoted, pro)

    assert sweep(UNREAD_AT) == 0
    assert Quote.objects.get().settled_at is None  # the pro may still take the claim back

    with time_machine.travel(SENT + timedelta(hours=2), tick=False):
        refuse_for_good(own, pro, agent, manager)
    assert sweep(UNREAD_AT) == 1  # a fee that is only held was never due
    assert Quote.objects.get().settled_at == UNREAD_AT
    assert kinds() == ["hold", "release"]
    assert audit() == []


@pytest.mark.covers("P2", "X36")
def test_claim_that_was_taken_back_leaves_the_fee_to_the_sweep(
    quoted: LeadSale, company: ServicePro
) -> None:
    pro = MembershipFactory.create(pro=company).user
    with time_machine.travel(SENT + timedelta(hours=1), tick=False):
        own = claim(quoted, pro)
        withdraw(reference=own.reference, actor=pro, expected_version=own.version)

    assert sweep(UNREAD_AT) == 1
    assert audit() == []


@pytest.mark.covers("P2", "X36")
def test_claim_that_comes_in_the_middle_of_a_sweep_settles_no_quote(
    quoted: LeadSale, company: ServicePro, monkeypatch: pytest.MonkeyPatch
) -> None:
    pro = MembershipFactory.create(pro=company).user
    look_again = automatic._not_being_appealed

    def claim_meanwhile(sales: Sequence[LeadSale], ground: Ground) -> list[LeadSale]:
        if not RefundRequest.objects.exists():
            claim(quoted, pro)
        return look_again(sales, ground)

    with monkeypatch.context() as patch:
        patch.setattr(automatic, "_not_being_appealed", claim_meanwhile)
        assert sweep(UNREAD_AT) == 0
    own = RefundRequest.objects.get()
    assert (Quote.objects.get().settled_at, Quote.objects.get().read_confirmed_at) == (None, None)

    withdraw(reference=own.reference, actor=pro, expected_version=own.version)

    assert sweep(UNREAD_AT + SECOND) == 1
    assert balances(company) == [1_000_000, 0, 0]
    assert audit() == []


@pytest.mark.covers("P2")
def test_audit_finds_a_fee_that_is_held_behind_a_settled_quote(quoted: LeadSale) -> None:
    Quote.objects.update(settled_at=UNREAD_AT)

    assert audit() == [f"sale {quoted.pk} has its quote settled, and its fee is still held"]


@pytest.mark.covers("C26")
def test_pro_who_claims_afterwards_is_told_that_it_was_credited(
    quoted: LeadSale, company: ServicePro
) -> None:
    pro = MembershipFactory.create(pro=company).user
    sweep(UNREAD_AT)

    with time_machine.travel(UNREAD_AT, tick=False), pytest.raises(file.AlreadyRequested) as told:
        claim(quoted, pro)
    assert RefundRequest.objects.get().reference in str(told.value)


@pytest.mark.covers("X28")
def test_claim_on_a_fee_that_is_held_releases_it(quoted: LeadSale, company: ServicePro) -> None:
    pro = MembershipFactory.create(pro=company).user
    LeadSale.objects.update(contact_revealed_at=None)
    Quote.objects.update(replied_at=SENT)
    with time_machine.travel(UNREAD_AT, tick=False):
        own = claim(quoted, pro, "contact_not_obtained")

    assert (own.state, own.credit and own.credit.kind) == (State.APPROVED, "release")
    assert LeadSale.objects.get().released_cents == PRICE_CENTS
    assert balances(company) == [1_000_000, 0, 0]
    assert audit() == []


@pytest.mark.covers("X23", "X28")
def test_released_fee_that_is_taken_back_is_due_and_not_held_again(
    quoted: LeadSale, company: ServicePro, agent: User
) -> None:
    sweep(UNREAD_AT)
    request = RefundRequest.objects.get()
    with time_machine.travel(UNREAD_AT, tick=False):
        reverse(
            reference=request.reference,
            actor=agent,
            expected_version=request.version,
            reason="They met the day before the quote was sent.",
        )
        mark_replied(sale_uuid=quoted.uuid, at=UNREAD_AT)

    taken = Transfer.objects.get(kind="reversal")
    assert taken.destination.kind == "revenue"
    assert (kinds(), balances(company)) == (["hold", "release", "reversal"], [999_880, 0, 0])
    assert audit() == []
