"""Decisions that nothing carries, and steps past their date."""

from datetime import datetime, timedelta

import pytest
import time_machine

from accounts import ledger
from accounts.models import LedgerAccount, Transfer
from leads.models import LeadSale
from refunds.models import Finding, RefundRequest
from refunds.services import investigate
from refunds.services.appeal import AppealRefused
from refunds.services.change import Stale
from refunds.services.decide import NoGround, NotProven
from refunds.services.money import CreditRefused
from refunds.services.reverse import ReversalRefused
from tests.factories import refunds as make
from tests.refunds.refusals.steps import People, approve, decline, file_appeal, take_away, take_back
from tests.refunds.states import in_state
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

A_MOMENT = timedelta(microseconds=1)


@pytest.mark.covers("L11")
def test_approval_without_a_finding(sale: LeadSale, people: People) -> None:
    request = in_state("investigating", sale, **people)

    with refused(NotProven) as caught:
        approve(request, people, request.version)

    assert str(caught.value) == (
        "The policy doesn't approve this yet. "
        "Still needed: a finding of the team's own that supports the claim."
    )


@pytest.mark.covers("C41")
def test_approval_against_a_finding(sale: LeadSale, people: People) -> None:
    request = make.supported(sale, people["pro"], people["agent"])
    investigate.add_finding(
        reference=request.reference,
        actor=people["agent"],
        expected_version=request.version,
        kind=Finding.Kind.CONTACT_CALL,
        result=Finding.Result.CONTRADICTS,
        note="Called again: it is the right number after all.",
    )

    with refused(NotProven):
        approve(request, people, request.version + 1)


def test_approval_of_a_sale_that_was_credited_elsewhere(sale: LeadSale, people: People) -> None:
    request = make.supported(sale, people["pro"], people["agent"])
    LeadSale.objects.filter(pk=sale.pk).update(credited_cents=5000)

    with refused(NotProven, CreditRefused):
        approve(request, people, request.version)


@pytest.mark.covers("C6")
@pytest.mark.parametrize(
    ("codes", "note"),
    [
        ((), "The number rings."),
        ((), ""),
        (("no_such_code",), "The number rings."),
        (("",), "The number rings."),
        (("claim_not_supported", "no_such_code"), "The number rings."),
        (("window_closed",), "The claim is in time, and a person can't say otherwise."),
        (("needs_verification",), "This is no ground."),
        (("claim_not_supported",), ""),
        (("notes_unclear",), "   "),
        (("reason_mismatch",), "\n"),
        (("contact_contradicts", "claim_not_supported"), ""),
    ],
)
def test_refusal_without_a_ground(
    codes: tuple[str, ...], note: str, sale: LeadSale, people: People
) -> None:
    request = in_state("investigating", sale, **people)

    with refused(NoGround):
        decline(request, people, request.version, codes, note)


def later(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


@pytest.mark.covers("X25")
def test_appeal_past_its_date(sale: LeadSale, people: People) -> None:
    request = in_state("declined", sale, **people)
    assert request.decided_at is not None
    assert request.appeal_until == request.decided_at + timedelta(days=14)

    with later(request.appeal_until + A_MOMENT), refused(AppealRefused):
        file_appeal(request, people, request.version)


@pytest.mark.covers("X25")
def test_appeal_in_its_last_moment(sale: LeadSale, people: People) -> None:
    request = in_state("declined", sale, **people)
    assert request.appeal_until is not None

    with later(request.appeal_until):
        file_appeal(request, people, request.version)

    assert make.again(request).state == "appealed"


@pytest.mark.covers("C44", "X25")
@pytest.mark.parametrize("state", ["appealed", "final_approved", "final_declined"])
def test_second_appeal(state: str, sale: LeadSale, people: People) -> None:
    request = in_state(state, sale, **people)

    with refused(Stale):
        file_appeal(request, people, request.version)


@pytest.mark.covers("X27")
def test_appeal_of_what_has_given_way(sale: LeadSale, people: People) -> None:
    request = in_state("declined", sale, **people)
    RefundRequest.objects.filter(pk=request.pk).update(may_file_again=True, appeal_until=None)

    with refused(AppealRefused):
        file_appeal(request, people, request.version)


@pytest.mark.covers("X22")
def test_reversal_past_its_days(sale: LeadSale, people: People) -> None:
    request = in_state("approved", sale, **people)
    assert request.decided_at is not None

    with (
        later(request.decided_at + timedelta(days=90) + A_MOMENT),
        refused(ReversalRefused) as caught,
    ):
        take_back(request, people, request.version)

    assert str(caught.value) == "An approval can be reversed for 90 days, and they have passed."


@pytest.mark.covers("C42", "X22")
def test_reversal_in_its_last_moment(sale: LeadSale, people: People) -> None:
    request = in_state("approved", sale, **people)
    assert request.decided_at is not None

    with later(request.decided_at + timedelta(days=90)):
        take_back(request, people, request.version)

    assert make.again(request).state == "reversed"
    assert ledger.wallet(sale.pro, LedgerAccount.Kind.PAID).balance_cents == 95_000
    assert Transfer.objects.filter(kind=Transfer.Kind.REVERSAL).count() == 1


@pytest.mark.covers("X36")
@pytest.mark.parametrize("state", ["approved", "declined", "appealed", "reversed", "withdrawn"])
def test_withdrawal_after_the_decision(state: str, sale: LeadSale, people: People) -> None:
    request = in_state(state, sale, **people)

    with refused(Stale):
        take_away(request, people, request.version)
