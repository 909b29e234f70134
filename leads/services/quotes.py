"""A sale's quote and what becomes of a held fee: due on the reply, never before (P1, P4, X28).

The lead-distribution system tells what happened, and when. Each call may come twice and late.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import ledger
from accounts.models import LedgerAccount, Transfer
from leads.models import LeadSale, Quote


class QuoteRefused(Exception):
    """What is told of a quote can't be so; the text is a sentence for the caller."""


@transaction.atomic
def send_quote(*, sale_uuid: UUID, at: datetime) -> Quote:
    """Record that the pro sent a quote; the first one counts.

    Raises LeadSale.DoesNotExist, and QuoteRefused for a time in the future or before the sale,
    and where the fee was given back: a quote has its price (P1).
    """
    sale = _locked(sale_uuid)
    _refuse_the_future(at)
    if sent := Quote.objects.filter(sale=sale).first():
        return sent
    if at < sale.sold_at:
        raise QuoteRefused(_("This time is before the lead was sold."))
    if sale.credited_cents >= sale.price_cents:
        raise QuoteRefused(_("The fee for this lead was given back, so it takes no quote."))
    return Quote.objects.create(sale=sale, sent_at=at)


@transaction.atomic
def mark_read(*, sale_uuid: UUID, at: datetime) -> Quote:
    """Record that the contact read the quote, for the first time at ``at``; moves no money.

    Raises LeadSale.DoesNotExist, and QuoteRefused without a quote or for a time before it was
    sent or in the future.
    """
    quote = _quote_of(_locked(sale_uuid), at)
    quote.read_at = _earlier(quote.read_at, at)
    quote.save(update_fields=["read_at"])
    return quote


@transaction.atomic
def mark_replied(*, sale_uuid: UUID, at: datetime) -> Quote:
    """Record that the contact replied, and take what is still held of the fee (P4).

    A fee that was paid at the sale, given back or taken before stays as it is. Raises
    LeadSale.DoesNotExist, and QuoteRefused as ``mark_read`` does.
    """
    sale = _locked(sale_uuid)
    quote = _quote_of(sale, at)
    quote.replied_at = _earlier(quote.replied_at, at)
    quote.save(update_fields=["replied_at"])
    if sale.held_cents:
        _capture(sale)
    return quote


@transaction.atomic
def reveal_contact(*, sale_uuid: UUID, at: datetime) -> LeadSale:
    """Record that the pro got the contact's details; the first time counts (X29).

    Raises LeadSale.DoesNotExist, and QuoteRefused for a time in the future or before the sale.
    """
    sale = _locked(sale_uuid)
    _refuse_the_future(at)
    if at < sale.sold_at:
        raise QuoteRefused(_("This time is before the lead was sold."))
    sale.contact_revealed_at = _earlier(sale.contact_revealed_at, at)
    sale.save(update_fields=["contact_revealed_at"])
    return sale


def _locked(sale_uuid: UUID) -> LeadSale:
    # The sale is locked before the wallets: a reply and a release of the fee wait for each other.
    return LeadSale.objects.locked().get(uuid=sale_uuid)


def _quote_of(sale: LeadSale, at: datetime) -> Quote:
    _refuse_the_future(at)
    quote = Quote.objects.filter(sale=sale).first()
    if quote is None:
        raise QuoteRefused(_("The pro has not sent a quote for this lead."))
    if at < quote.sent_at:
        raise QuoteRefused(_("This time is before the quote was sent."))
    return quote


def _refuse_the_future(at: datetime) -> None:
    if at > timezone.now():
        raise QuoteRefused(_("This time is in the future."))


def _earlier(known: datetime | None, told: datetime) -> datetime:
    return min(known or told, told)


def _capture(sale: LeadSale) -> None:
    sale.capture = ledger.post(
        ledger.Movement(
            kind=Transfer.Kind.CAPTURE,
            source=sale.charge.destination,
            destination=ledger.house_account(sale.lead.program, LedgerAccount.Kind.REVENUE),
            amount_cents=sale.held_cents,
            key=f"capture:{sale.uuid}",
        ),
        at=timezone.now(),
    )
    sale.save(update_fields=["capture"])
