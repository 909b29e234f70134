"""Which fees come back by themselves, when, and to which wallet."""

from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.models import ServicePro
from leads.models import LeadSale, Quote
from leads.services.quotes import mark_read, mark_replied
from refunds import mails
from refunds.models import OutboundMail, RefundEvent, RefundRequest
from refunds.services.audit import audit
from tests.factories.accounts import MembershipFactory, fund
from tests.factories.leads import LeadSaleFactory, QuoteFactory
from tests.factories.quotes import PRICE_CENTS, quotes
from tests.refunds.automatic.steps import SECOND, SENT, UNREAD_AT, Kind, balances, kinds, sweep
from tests.snapshots import everything

pytestmark = pytest.mark.django_db

UNANSWERED_AT = SENT + timedelta(days=30)


@pytest.mark.covers("P2", "P4", "X28")
def test_unread_quote_gives_its_held_fee_back(quoted: LeadSale, company: ServicePro) -> None:
    member = MembershipFactory.create(pro=company).user

    assert sweep(UNREAD_AT) == 1

    request = RefundRequest.objects.select_related("credit__source", "credit__destination").get()
    assert (request.sale, request.pro, request.reason) == (quoted, company, "quote_unread")
    assert request.decided_reason == "quote_unread"
    assert (request.origin, request.channel) == ("automatic", "system")
    assert (request.state, request.version, request.decided_at) == ("approved", 1, UNREAD_AT)
    assert request.filed_by == request.decided_by
    assert request.filed_by.email == "machine@makegood.invalid"
    assert [check["code"] for check in request.checks] == ["quote_unread"]
    assert request.credit is not None
    assert (request.credit.kind, request.credit.amount_cents) == ("release", PRICE_CENTS)
    assert (request.credit.source.kind, request.credit.destination.kind) == ("hold", "paid")
    event = RefundEvent.objects.get()
    assert (event.kind, event.from_state, event.to_state) == ("approved", "", "approved")
    mail = OutboundMail.objects.get()
    assert (mail.kind, mail.to, mail.key) == ("decision", member.email, f"decision:{event.pk}")
    assert Quote.objects.get().settled_at == UNREAD_AT
    assert balances(company) == [1_000_000, 0, 0]
    assert audit() == []


@pytest.mark.covers("P2")
def test_letter_says_that_it_came_back_by_itself_and_why(
    quoted: LeadSale, company: ServicePro
) -> None:
    sweep(UNREAD_AT)
    written = mails.render(OutboundMail.objects.get())
    reference = RefundRequest.objects.get().reference
    lead = quoted.lead.reference

    assert written.subject == f"{reference}: the fee for lead {lead} came back by itself"
    for text in (written.text, written.html):
        assert f"The fee for lead {lead} came back to you by itself: NT$120 went back" in text
        assert "was not read within 48 hours" in text
        assert "Your request is approved" not in text


@pytest.mark.covers("P2")
def test_one_second_short_of_48_hours_nothing_comes_back(quoted: LeadSale) -> None:
    before = everything()
    assert sweep(UNREAD_AT - SECOND) == 0
    assert everything() == before
    assert Quote.objects.get().settled_at is None


@pytest.mark.covers("P2")
def test_second_run_adds_nothing(quoted: LeadSale) -> None:
    assert sweep(UNREAD_AT) == 1
    before = everything()
    assert [sweep(UNREAD_AT), sweep(UNREAD_AT + timedelta(days=40))] == [0, 0]
    assert everything() == before


@pytest.mark.covers("P2")
@pytest.mark.parametrize(
    ("read_at", "credited"), [(UNREAD_AT, 0), (UNREAD_AT + SECOND, 1)], ids=["in time", "late"]
)
@pytest.mark.parametrize("field", ["read_at", "replied_at"])
def test_what_counts_is_when_it_was_read_and_not_when_the_sweep_came(
    field: str, read_at: datetime, credited: int, quoted: LeadSale
) -> None:
    Quote.objects.update(**{field: read_at})

    assert sweep(UNREAD_AT + timedelta(days=3)) == credited


@pytest.mark.covers("X28")
def test_read_quote_without_an_answer_comes_back_after_30_days(
    quoted: LeadSale, company: ServicePro
) -> None:
    Quote.objects.update(read_at=SENT + timedelta(hours=1))

    assert [sweep(UNREAD_AT), sweep(UNANSWERED_AT - SECOND), sweep(UNANSWERED_AT)] == [0, 0, 1]

    request = RefundRequest.objects.get()
    assert request.reason == "quote_unanswered"
    assert [check["code"] for check in request.checks] == ["quote_unanswered"]
    assert (kinds(), balances(company)) == (["hold", "release"], [1_000_000, 0, 0])
    assert sweep(UNANSWERED_AT + SECOND) == 0
    assert audit() == []


@pytest.mark.covers("P4", "X28")
def test_answered_quote_keeps_its_fee(quoted: LeadSale, company: ServicePro) -> None:
    with time_machine.travel(UNREAD_AT, tick=False):
        mark_read(sale_uuid=quoted.uuid, at=SENT + timedelta(hours=1))
        mark_replied(sale_uuid=quoted.uuid, at=SENT + timedelta(hours=2))

    assert [sweep(UNREAD_AT), sweep(UNANSWERED_AT), sweep(UNANSWERED_AT + SECOND)] == [0, 0, 0]

    assert (kinds(), balances(company)) == (["hold", "capture"], [999_880, 0, 0])
    assert Quote.objects.get().settled_at == UNANSWERED_AT
    assert audit() == []


@pytest.mark.covers("X28")
def test_reads_and_replies_after_the_fee_came_back_move_nothing(
    quoted: LeadSale, company: ServicePro
) -> None:
    sweep(UNREAD_AT)
    with time_machine.travel(UNREAD_AT + SECOND, tick=False):
        mark_read(sale_uuid=quoted.uuid, at=SENT + timedelta(hours=47))
        mark_replied(sale_uuid=quoted.uuid, at=UNREAD_AT + SECOND)

    assert sweep(UNANSWERED_AT) == 0
    assert (kinds(), balances(company)) == (["hold", "release"], [1_000_000, 0, 0])
    assert audit() == []


@pytest.mark.covers("P2", "X28")
def test_fee_that_was_paid_at_the_sale_comes_out_of_the_refunds(company: ServicePro) -> None:
    quotes(1, company, sent_at=SENT, held=False)

    assert sweep(UNREAD_AT) == 1

    assert kinds() == ["lead_charge", "refund_credit"]
    assert balances(company) == [1_000_000, 0, 0]
    assert audit() == []


@pytest.mark.covers("X37")
def test_bonus_funds_come_back_as_bonus_funds(company: ServicePro) -> None:
    fund(company, Kind.BONUS, 500)
    sale = LeadSaleFactory.create(
        pro=company, held=True, bucket=Kind.BONUS, price_cents=300, sold_at=SENT
    )
    QuoteFactory.create(sale=sale, sent_at=SENT)
    assert balances(company) == [1_000_000, 200, 300]

    assert sweep(UNREAD_AT) == 1

    assert balances(company) == [1_000_000, 500, 0]
    assert audit() == []


@pytest.mark.covers("P3", "X29")
@pytest.mark.parametrize("since", ["sale", "reply"])
def test_contact_that_was_never_given_brings_the_fee_back(since: str, company: ServicePro) -> None:
    sale = LeadSaleFactory.create(
        pro=company, held=True, sold_at=SENT, contact_revealed_at=None, price_cents=120
    )
    due_at = SENT + timedelta(hours=48)
    if since == "reply":
        QuoteFactory.create(sale=sale, sent_at=SENT)
        with time_machine.travel(SENT + timedelta(hours=5), tick=False):
            mark_replied(sale_uuid=sale.uuid, at=SENT + timedelta(hours=5))
        due_at += timedelta(hours=5)

    assert [sweep(due_at - SECOND), sweep(due_at), sweep(due_at + SECOND)] == [0, 1, 0]

    assert RefundRequest.objects.get().reason == "contact_not_obtained"
    assert (
        kinds()
        == {
            "sale": ["hold", "release"],
            "reply": ["hold", "capture", "refund_credit"],
        }[since]
    )
    assert balances(company) == [1_000_000, 0, 0]
    assert audit() == []


@pytest.mark.covers("X29", "P14")
def test_contact_that_was_given_brings_nothing_back(company: ServicePro) -> None:
    LeadSaleFactory.create(pro=company, held=True, sold_at=SENT)

    assert sweep(SENT + timedelta(days=60)) == 0
