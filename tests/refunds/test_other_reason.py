"""Approving under another reason than the claimed one, and asking before refusing thin notes."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer, User
from leads.models import Category, Lead, LeadSale
from refunds import mails
from refunds.models import Finding, OutboundMail, RefundRequest
from refunds.services import decide, investigate, money
from refunds.services.audit import audit
from refunds.services.decide import AskFirst, NotOffered, NotProven
from refunds.services.investigate import RecordingMissing
from refunds.services.money import CreditRefused
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory, ServiceProFactory
from tests.factories.leads import (
    CallRecordingFactory,
    CampaignFactory,
    CategoryFactory,
    LeadFactory,
    LeadSaleFactory,
    PriceFactory,
)
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

NOTE = "What is wrong with the lead is not said anywhere."


@pytest.fixture
def company(manager: User) -> ServicePro:
    """A pro with 1,000.00 paid and 500.00 bonus, whose campaign takes roofing and siding."""
    company = ServiceProFactory.create(account_manager=manager, bonus_cents=50_000)
    roofing, siding = (
        CategoryFactory.create(program=company.program, code=code) for code in ("roofing", "siding")
    )
    PriceFactory.create(category=roofing, cents=5000)
    PriceFactory.create(category=siding, cents=3000)
    CategoryFactory.create(program=company.program, code="solar")
    CampaignFactory.create(pro=company, categories=[roofing, siding])
    return company


@pytest.fixture
def owner(company: ServicePro) -> User:
    """A user of that pro."""
    return MembershipFactory.create(pro=company).user


@pytest.fixture
def sale(company: ServicePro) -> LeadSale:
    """A roofing lead that the bonus wallet paid 50.00 for."""
    return LeadSaleFactory.create(
        pro=company,
        bucket=LedgerAccount.Kind.BONUS,
        lead=LeadFactory.create(
            program=company.program, category=Category.objects.get(code="roofing")
        ),
    )


@pytest.fixture
def supported(sale: LeadSale, owner: User, agent: User) -> RefundRequest:
    """A claim for a wrong contact that a call supports."""
    return make.again(make.supported(sale, owner, agent))


def approve(request: RefundRequest, actor: User, **choice: object) -> RefundRequest:
    return decide.approve(
        reference=request.reference,
        actor=actor,
        expected_version=request.version,
        **choice,  # type: ignore[arg-type] # the tests say what
    )


@pytest.mark.covers("X35", "C11", "X14", "X37")
def test_other_reason_credits_the_difference_to_the_bucket_that_paid(
    supported: RefundRequest, agent: User, sale: LeadSale
) -> None:
    request = approve(
        supported, agent, reason="wrong_category", details={"corrected_category": "siding"}
    )

    assert (request.reason, request.decided_reason) == ("incorrect_contact", "wrong_category")
    assert request.details == {}
    assert request.credit_cents == 2000
    credit = Transfer.objects.get(kind="refund_credit")
    assert (credit.amount_cents, credit.destination.kind) == (2000, "bonus")
    assert ledger.wallet(request.pro, LedgerAccount.Kind.BONUS).balance_cents == 47_000
    assert ledger.wallet(request.pro, LedgerAccount.Kind.PAID).balance_cents == 100_000
    assert LeadSale.objects.get().credited_cents == 2000
    assert request.events.get(kind="approved").data == {
        "credit_cents": 2000,
        "decided_reason": "wrong_category",
        "details": {"corrected_category": "siding"},
    }
    assert audit() == []


@pytest.mark.covers("X37")
def test_credits_never_go_beyond_the_charge(supported: RefundRequest, agent: User) -> None:
    request = approve(
        supported, agent, reason="wrong_category", details={"corrected_category": "siding"}
    )

    with refused(CreditRefused):
        money.credit(request, cents=3001, at=timezone.now())


@pytest.mark.covers("X35")
def test_letter_names_the_reason_that_was_approved(supported: RefundRequest, agent: User) -> None:
    approve(supported, agent, reason="no_request")

    letter = mails.render(OutboundMail.objects.get(kind="decision"))

    for text in (letter.text, letter.html):
        assert "for another reason than the one that you chose" in text


@pytest.mark.covers("X35")
@pytest.mark.parametrize("reason", ["", "incorrect_contact"])
def test_claimed_reason_is_kept_as_the_decided_one(
    supported: RefundRequest, agent: User, reason: str
) -> None:
    request = approve(supported, agent, reason=reason)

    assert (request.decided_reason, request.credit_cents) == ("incorrect_contact", 5000)
    letter = mails.render(OutboundMail.objects.get(kind="decision"))
    assert "another reason" not in letter.text


@pytest.mark.parametrize(
    ("reason", "details"),
    [
        ("changed_mind", {}),  # never credited
        ("no_such_reason", {}),
        ("wrong_category", {"corrected_category": "no_such_category"}),
        ("wrong_category", {"no_such_detail": "siding"}),
    ],
)
def test_reason_or_detail_that_is_not_offered_is_refused(
    supported: RefundRequest, agent: User, reason: str, details: dict[str, str]
) -> None:
    with refused(NotOffered):
        approve(supported, agent, reason=reason, details=details)


@pytest.mark.covers("C11", "X13")
def test_other_reason_is_judged_like_any_claim(supported: RefundRequest, agent: User) -> None:
    siding = Category.objects.get(code="siding")
    PriceFactory.create(category=siding, cents=5000, valid_from=timezone.now() - timedelta(days=2))

    with refused(NotProven):
        approve(supported, agent, reason="wrong_category", details={"corrected_category": "siding"})


# --- C39, X27: one round of questions before thin notes are a ground ---


def decline(request: RefundRequest, actor: User, *codes: str) -> RefundRequest:
    return decide.decline(
        reference=request.reference,
        actor=actor,
        expected_version=request.version,
        codes=codes,
        note=NOTE,
    )


@pytest.mark.covers("C39", "X27")
def test_thin_notes_are_no_ground_before_the_pro_was_asked(
    supported: RefundRequest, agent: User
) -> None:
    until = decide.ask_first_until(supported, timezone.now())

    with refused(AskFirst) as caught:
        decline(supported, agent, "notes_unclear")

    assert "Ask the pro once what is missing" in str(caught.value)
    assert until == decide.verdict_now(supported).closes_at


@pytest.mark.covers("C39", "X27")
def test_thin_notes_are_a_ground_after_one_round(supported: RefundRequest, agent: User) -> None:
    request = make.answered(supported, agent)

    assert decide.ask_first_until(request, timezone.now()) is None
    assert decline(request, agent, "notes_unclear").state == "declined"


@pytest.mark.covers("C39", "X27")
def test_thin_notes_are_a_ground_once_the_window_closed(
    supported: RefundRequest, agent: User
) -> None:
    closes_at = decide.verdict_now(supported).closes_at
    with time_machine.travel(closes_at, tick=False), refused(AskFirst):
        decline(supported, agent, "notes_unclear")

    with time_machine.travel(closes_at + timedelta(seconds=1), tick=False):
        assert decline(supported, agent, "notes_unclear").state == "declined"


@pytest.mark.covers("C39")
def test_thin_notes_beside_another_ground_need_no_question(
    supported: RefundRequest, agent: User
) -> None:
    request = decline(supported, agent, "claim_not_supported", "notes_unclear")

    assert request.state == "declined"


# --- L12, L14, X20: live calls ---


@pytest.fixture
def live_call(pro_company: ServicePro, pro: User) -> RefundRequest:
    """A claim about a live call, in a program that goes by recordings alone."""
    version = make.asks_sellers(pro_company.program, consent="none")
    assert version.document["live_calls_by_recording_only"] is False
    sale = LeadSaleFactory.create(pro=pro_company, lead__kind=Lead.Kind.LIVE_CALL)
    return make.investigating(sale, pro)


def listen(request: RefundRequest, actor: User, **which: object) -> Finding:
    return investigate.add_finding(
        reference=request.reference,
        actor=actor,
        expected_version=request.version,
        kind=Finding.Kind.RECORDING,
        result=Finding.Result.SUPPORTS,
        note="At 0:40 she says that she wanted somebody else.",
        **which,  # type: ignore[arg-type] # the tests say what
    )


@pytest.mark.covers("L14", "X20")
def test_what_a_missing_recording_shows_is_refused(live_call: RefundRequest, agent: User) -> None:
    of_another_lead = CallRecordingFactory.create(
        lead=LeadFactory.create(program=live_call.program, kind=Lead.Kind.LIVE_CALL)
    )

    for which in (None, uuid4(), of_another_lead.uuid):
        with refused(RecordingMissing):
            listen(live_call, agent, recording=which)


@pytest.mark.covers("L12", "L14", "X20")
def test_finding_names_the_recording_that_was_listened_to(
    live_call: RefundRequest, agent: User
) -> None:
    recording = CallRecordingFactory.create(lead=live_call.sale.lead)

    finding = listen(live_call, agent, recording=recording.uuid)

    assert finding.recording == recording


@pytest.mark.covers("L12")
def test_recording_of_a_web_lead_may_be_elsewhere(
    pro_company: ServicePro, pro: User, agent: User
) -> None:
    request = make.investigating(LeadSaleFactory.create(pro=pro_company), pro)

    assert listen(request, agent).recording is None
