"""A held fee is due on the reply and never before, however often the reply is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from accounts import ledger
from accounts.models import LedgerAccount, Program, ServicePro, Transfer
from leads.models import ContactForPro, LeadSale, Quote
from leads.services import quotes
from leads.services.intake import Summary
from leads.services.quotes import QuoteRefused
from refunds.services.audit import audit
from refunds.services.charging import import_sales
from tests.factories.accounts import fund
from tests.factories.leads import (
    CampaignFactory,
    LeadSaleFactory,
    LeadSellerFactory,
    QuoteFactory,
)
from tests.leads.sales_csv import row, write
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
SENT = NOW - timedelta(hours=2)
LATE = datetime(2126, 1, 1, tzinfo=UTC)
Kind = LedgerAccount.Kind
Tell = Callable[..., object]


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale of 50.00 whose fee is held, out of 1,000.00."""
    return LeadSaleFactory.create(pro=pro_company, held=True, sold_at=SENT)


@pytest.fixture
def quoted(sale: LeadSale) -> LeadSale:
    """The sale, with its quote sent."""
    QuoteFactory.create(sale=sale, sent_at=SENT)
    return sale


def balances(pro: ServicePro) -> dict[str, int | None]:
    return {kind: ledger.wallet(pro, kind).balance_cents for kind in LedgerAccount.PRO_KINDS}


def kinds() -> list[str]:
    """Return the kinds of all transfers but the top-ups, in the order of posting."""
    transfers = Transfer.objects.exclude(kind__in=["top_up", "bonus"])
    return list(transfers.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def program_on_reply(pro_company: ServicePro) -> Program:
    """The pro's program, which charges when the contact replies."""
    program = pro_company.program
    program.charge_mode = Program.ChargeMode.ON_REPLY
    program.save()
    LeadSellerFactory.create(program=program, code="S-1")
    CampaignFactory.create(pro=pro_company)
    return program


def load(folder: Path, pro: ServicePro, **changes: str) -> Summary:
    path = write(folder / "sales.csv", row(pro=pro.code, **changes))
    return import_sales(path=path, report_path=folder / "report.csv")


@pytest.mark.covers("P1", "X28")
@pytest.mark.parametrize("bucket", [Kind.PAID, Kind.BONUS])
def test_import_holds_the_fee_in_the_pros_own_account(
    bucket: LedgerAccount.Kind, program_on_reply: Program, pro_company: ServicePro, tmp_path: Path
) -> None:
    if bucket == Kind.BONUS:
        fund(pro_company, Kind.BONUS, 6000)
    before = balances(pro_company)

    assert load(tmp_path, pro_company) == Summary(read=1, added=1)

    sale = LeadSale.objects.select_related("charge__source", "charge__destination").get()
    assert (sale.charge.kind, sale.charge.amount_cents) == ("hold", 5250)
    assert (sale.charge.source.kind, sale.charge.destination.kind) == (bucket, "hold")
    assert (sale.held_cents, sale.capture) == (5250, None)
    after = balances(pro_company)
    assert after == before | {bucket: (before[bucket] or 0) - 5250, Kind.HOLD: 5250}
    assert audit() == []


@pytest.mark.covers("P4", "X29")
@pytest.mark.parametrize(
    ("mode", "is_revealed"),
    [(Program.ChargeMode.ON_REPLY, False), (Program.ChargeMode.UPFRONT, True)],
)
def test_import_gives_the_contact_with_the_fee(
    mode: Program.ChargeMode,
    is_revealed: bool,
    program_on_reply: Program,
    pro_company: ServicePro,
    tmp_path: Path,
) -> None:
    Program.objects.update(charge_mode=mode)
    load(tmp_path, pro_company)

    sale = LeadSale.objects.get()
    assert (sale.is_contact_revealed, sale.contact_for_pro.is_awaited) == (
        is_revealed,
        not is_revealed,
    )


@pytest.mark.covers("P3", "P4", "X29")
def test_reply_takes_the_fee_and_shows_no_contact_by_itself(quoted: LeadSale) -> None:
    LeadSale.objects.update(contact_revealed_at=None)

    quotes.mark_replied(sale_uuid=quoted.uuid, at=NOW)
    assert LeadSale.objects.get().contact_for_pro == ContactForPro(is_awaited=True)

    quotes.reveal_contact(sale_uuid=quoted.uuid, at=NOW)
    shown = LeadSale.objects.get().contact_for_pro
    contact = quoted.lead.contact
    assert shown == ContactForPro(name=contact.name, phone=contact.phone, email=contact.email)


@pytest.mark.covers("P1")
def test_no_lead_and_so_no_quote_without_the_fee(
    program_on_reply: Program, pro_company: ServicePro, tmp_path: Path
) -> None:
    assert load(tmp_path, pro_company, price="1000.01") == Summary(read=1, bad=1)

    assert LeadSale.objects.count() == 0
    assert balances(pro_company) == {Kind.PAID: 100_000, Kind.BONUS: 0, Kind.HOLD: 0}


@pytest.mark.covers("P4", "X28")
def test_reply_takes_the_held_fee(quoted: LeadSale, pro_company: ServicePro) -> None:
    quote = quotes.mark_replied(sale_uuid=quoted.uuid, at=NOW)

    quoted = LeadSale.objects.select_related("charge", "capture__destination").get()
    assert quoted.capture is not None
    assert (quoted.capture.kind, quoted.capture.amount_cents) == ("capture", 5000)
    assert quoted.capture.destination.kind == "revenue"
    assert (quote.replied_at, quoted.held_cents) == (NOW, 0)
    assert balances(pro_company) == {Kind.PAID: 95_000, Kind.BONUS: 0, Kind.HOLD: 0}
    assert audit() == []


@pytest.mark.covers("P4")
def test_sending_and_reading_take_nothing(sale: LeadSale, pro_company: ServicePro) -> None:
    quotes.send_quote(sale_uuid=sale.uuid, at=SENT)
    quotes.mark_read(sale_uuid=sale.uuid, at=NOW)

    assert kinds() == ["hold"]
    assert balances(pro_company) == {Kind.PAID: 95_000, Kind.BONUS: 0, Kind.HOLD: 5000}


def test_second_reply_takes_nothing(quoted: LeadSale, pro_company: ServicePro) -> None:
    quotes.mark_replied(sale_uuid=quoted.uuid, at=NOW)
    again = quotes.mark_replied(sale_uuid=quoted.uuid, at=NOW + timedelta(minutes=5))

    assert again.replied_at == NOW
    assert kinds() == ["hold", "capture"]


@pytest.mark.covers("X28")
def test_reply_to_a_lead_that_was_paid_at_the_sale_takes_nothing(pro_company: ServicePro) -> None:
    sale = LeadSaleFactory.create(pro=pro_company, sold_at=SENT)
    QuoteFactory.create(sale=sale, sent_at=SENT)

    quotes.mark_replied(sale_uuid=sale.uuid, at=NOW)

    assert kinds() == ["lead_charge"]
    assert balances(pro_company) == {Kind.PAID: 95_000, Kind.BONUS: 0, Kind.HOLD: 0}


def test_of_two_reads_the_earlier_counts_in_whatever_order_they_are_told(quoted: LeadSale) -> None:
    at = NOW - timedelta(minutes=30)
    reads = [quotes.mark_read(sale_uuid=quoted.uuid, at=told) for told in (NOW, at, NOW)]

    assert [quote.read_at for quote in reads] == [NOW, at, at]


def test_quote_is_sent_once(sale: LeadSale) -> None:
    first = quotes.send_quote(sale_uuid=sale.uuid, at=SENT)
    second = quotes.send_quote(sale_uuid=sale.uuid, at=NOW)

    assert (second.pk, second.sent_at) == (first.pk, SENT)
    assert Quote.objects.count() == 1


@pytest.mark.covers("X29")
def test_contact_is_revealed_once(sale: LeadSale) -> None:
    LeadSale.objects.update(contact_revealed_at=None)
    quotes.reveal_contact(sale_uuid=sale.uuid, at=SENT)
    quotes.reveal_contact(sale_uuid=sale.uuid, at=NOW)

    assert LeadSale.objects.get().contact_revealed_at == SENT


@pytest.mark.parametrize("tell", [quotes.mark_read, quotes.mark_replied])
@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (SENT - timedelta(seconds=1), "before the quote was sent"),
        (LATE, "in the future"),
    ],
)
def test_time_that_can_not_be_is_refused(
    tell: Tell, at: datetime, sentence: str, quoted: LeadSale
) -> None:
    with refused(QuoteRefused) as caught:
        tell(sale_uuid=quoted.uuid, at=at)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("tell", [quotes.send_quote, quotes.reveal_contact])
@pytest.mark.parametrize(
    ("at", "sentence"),
    [(SENT - timedelta(seconds=1), "before the lead was sold"), (LATE, "in the future")],
)
def test_nothing_happens_before_the_sale(
    tell: Tell, at: datetime, sentence: str, sale: LeadSale
) -> None:
    with refused(QuoteRefused) as caught:
        tell(sale_uuid=sale.uuid, at=at)
    assert sentence in str(caught.value)
    assert Quote.objects.count() == 0


def test_reply_without_a_quote_is_refused(sale: LeadSale) -> None:
    with refused(QuoteRefused) as caught:
        quotes.mark_replied(sale_uuid=sale.uuid, at=NOW)
    assert "has not sent a quote" in str(caught.value)


def test_unknown_sale_is_refused(quoted: LeadSale) -> None:
    with refused(LeadSale.DoesNotExist):
        quotes.mark_replied(sale_uuid=UUID(int=0), at=NOW)


@pytest.mark.covers("P1")
def test_no_quote_once_the_fee_was_given_back(sale: LeadSale) -> None:
    LeadSale.objects.update(credited_cents=5000)

    with refused(QuoteRefused) as caught:
        quotes.send_quote(sale_uuid=sale.uuid, at=NOW)
    assert "given back" in str(caught.value)


def test_capture_is_booked_when_it_happens(quoted: LeadSale) -> None:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        quotes.mark_replied(sale_uuid=quoted.uuid, at=NOW)
        assert Transfer.objects.get(kind="capture").posted_at == timezone.now()
