"""Each path through the machine, with what it does to money, events and mail."""

import pytest

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer, User
from leads.models import LeadSale
from refunds.documents import policy_of
from refunds.models import OutboundMail, RefundRequest, State
from refunds.services import windows, withdraw
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale for 50.00 out of 1,000.00 paid funds."""
    return LeadSaleFactory.create(pro=pro_company)


def paid_balance(pro_company: ServicePro) -> int | None:
    return ledger.wallet(pro_company, LedgerAccount.Kind.PAID).balance_cents


def kinds(request: RefundRequest) -> list[str]:
    return list(request.events.order_by("pk").values_list("kind", flat=True))


def mails_of(request: RefundRequest) -> list[str]:
    mails = OutboundMail.objects.filter(event__request=request)
    return list(mails.order_by("pk").values_list("kind", flat=True))


@pytest.mark.covers("C4")
def test_claim_waits_for_a_person(sale: LeadSale, pro: User) -> None:
    request = make.investigating(sale, pro)

    assert request.state == State.INVESTIGATING
    assert kinds(request) == ["filed", "screened"]
    assert mails_of(request) == ["receipt"]
    assert [check["code"] for check in request.checks] == ["needs_verification"]
    assert request.credit_cents == 5000


@pytest.mark.covers("C7", "X37")
def test_approval_credits_the_exact_price(sale: LeadSale, pro: User, agent: User) -> None:
    assert paid_balance(sale.pro) == 95_000

    request = make.approved(sale, pro, agent)

    assert request.state == State.APPROVED
    assert paid_balance(sale.pro) == 100_000
    credit = Transfer.objects.get(kind=Transfer.Kind.REFUND_CREDIT)
    assert (credit.amount_cents, credit.note) == (
        5000,
        f"{sale.lead.reference} {request.reference}",
    )
    assert kinds(request) == ["filed", "screened", "finding", "approved"]
    assert mails_of(request) == ["receipt", "decision"]


@pytest.mark.covers("C5")
def test_refusal_moves_no_money(sale: LeadSale, pro: User, agent: User) -> None:
    request = make.declined(sale, pro, agent)

    assert request.state == State.DECLINED
    assert paid_balance(sale.pro) == 95_000
    assert mails_of(request) == ["receipt", "decision"]


@pytest.mark.covers("C43")
def test_overturned_appeal_credits_for_good(
    sale: LeadSale, pro: User, agent: User, manager: User
) -> None:
    request = make.final_approved(sale, pro, agent, manager)

    assert request.state == State.FINAL_APPROVED
    assert paid_balance(sale.pro) == 100_000
    assert kinds(request) == ["filed", "screened", "declined", "appealed", "overturned"]
    assert mails_of(request) == [
        "receipt",
        "decision",
        "appeal_receipt",
        "appeal_notice",
        "appeal_decision",
    ]


@pytest.mark.covers("C42", "X22")
def test_reversal_takes_the_credit_back(sale: LeadSale, pro: User, agent: User) -> None:
    request = make.reversed_(sale, pro, agent)

    assert request.state == State.REVERSED
    assert paid_balance(sale.pro) == 95_000
    assert LeadSale.objects.get(pk=sale.pk).credited_cents == 0
    assert mails_of(request) == ["receipt", "decision", "reversal"]


@pytest.mark.covers("X36")
def test_withdrawn_claim_can_be_filed_again(sale: LeadSale, pro: User) -> None:
    first = make.withdrawn(sale, pro)

    second = make.investigating(sale, pro)

    assert first.state == State.WITHDRAWN
    assert second.state == State.INVESTIGATING


@pytest.mark.covers("X36")
def test_withdrawing_leaves_the_sale_and_its_window_as_they_were(sale: LeadSale, pro: User) -> None:
    request = make.investigating(sale, pro)
    policy = policy_of(request.policy_version)
    before = LeadSale.objects.values().get(pk=sale.pk)
    window = windows.window_of(sale, policy)

    withdraw.withdraw(reference=request.reference, actor=pro, expected_version=request.version)

    assert LeadSale.objects.values().get(pk=sale.pk) == before
    assert windows.window_of(LeadSale.objects.with_lead().get(pk=sale.pk), policy) == window
