"""The door through which every credit and every reversal of a request goes (rule 2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts import ledger
from accounts.models import LedgerAccount, Transfer
from leads.models import LeadSale
from refunds.models import RefundRequest
from refunds.services.change import RefundError

# What a credit is called, by the account that it comes out of.
KINDS: Mapping[str, Transfer.Kind] = {
    LedgerAccount.Kind.HOLD: Transfer.Kind.RELEASE,
    LedgerAccount.Kind.GOODWILL: Transfer.Kind.GOODWILL,
    LedgerAccount.Kind.REFUNDS: Transfer.Kind.REFUND_CREDIT,
}


class CreditRefused(RefundError):
    """The sale can't be credited by that much."""


def credit(
    request: RefundRequest, *, cents: int, at: datetime, is_goodwill: bool = False
) -> Transfer:
    """Give back ``cents`` minor units of what the sale cost, to the wallet that paid (X37).

    A fee that is still held is released (X28). Else, as goodwill, it is the program's gift where
    the seller refused (X16); the bound is the same. The caller holds the request's lock; the sale
    is locked here, so that a reply takes the fee before or finds nothing to take. Raises
    CreditRefused where nothing is left to give, or less than ``cents``.
    """
    sale = LeadSale.objects.locked().get(pk=request.sale_id)
    bounded = LeadSale.objects.filter(pk=sale.pk, price_cents__gte=F("credited_cents") + cents)
    if cents <= 0 or bounded.update(credited_cents=F("credited_cents") + cents) != 1:
        raise CreditRefused(
            _("This lead can't be credited by that much: its price was given back before.")
        )
    if _is_held(sale, cents):
        LeadSale.objects.filter(pk=sale.pk).update(released_cents=F("released_cents") + cents)
    kind = LedgerAccount.Kind.GOODWILL if is_goodwill else LedgerAccount.Kind.REFUNDS
    house = ledger.house_account(request.program, kind)
    return ledger.post(_gift(request, sale, cents, house), at=at)


def credit_in_full(requests: Sequence[RefundRequest], *, at: datetime) -> list[Transfer]:
    """Give back all that is left of the price of each request's sale, in a few statements.

    For requests of one program, which need not be saved yet, whose sales the caller has locked
    by ``LeadSale.objects.locked()`` and set on them. Returns the transfers in the requests' order.
    Raises CreditRefused, before money moves, where nothing is left of one.
    """
    sales = [request.sale for request in requests]
    held = [sale for sale in sales if _is_held(sale, _left(sale))]
    others = [sale for sale in sales if not _is_held(sale, _left(sale))]
    left = F("price_cents") - F("credited_cents")
    changed = _unpaid(held).update(
        credited_cents=F("price_cents"), released_cents=F("released_cents") + left
    ) + _unpaid(others).update(credited_cents=F("price_cents"))
    if changed != len(sales):
        raise CreditRefused(_("The price of one of the leads was given back before."))
    if not requests:
        return []
    house = ledger.house_account(requests[0].program, LedgerAccount.Kind.REFUNDS)
    gifts = [_gift(request, request.sale, _left(request.sale), house) for request in requests]
    return ledger.post_many(gifts, at=at)


def take_back(request: RefundRequest, *, at: datetime) -> Transfer:
    """Take a request's credit back from the wallet that got it; the wallet may go negative (X23).

    The caller holds the request's lock and has seen that there is a credit.
    """
    given = request.credit
    if given is None:
        raise CreditRefused(_("There is no credit to take back."))
    LeadSale.objects.filter(pk=request.sale_id).update(
        credited_cents=F("credited_cents") - given.amount_cents
    )
    return ledger.post(
        ledger.Movement(
            kind=Transfer.Kind.REVERSAL,
            source=given.destination,
            destination=_giver(request, given),
            amount_cents=given.amount_cents,
            key=f"reversal:{request.reference}",
            note=f"{request.sale.lead.reference} {request.reference}",
        ),
        at=at,
    )


def correct(request: RefundRequest, *, reason: str, at: datetime) -> Transfer:
    """Take a final credit that was got by fraud back from the wallet that got it (X22).

    Its request stays as it is and its sale counts as credited: it is never credited again. The
    caller holds the request's lock and has seen that there is a credit.
    """
    given = request.credit
    if given is None:
        raise CreditRefused(_("There is no credit to take back."))
    return ledger.post(
        ledger.Movement(
            kind=Transfer.Kind.ADJUSTMENT,
            source=given.destination,
            destination=_giver(request, given),
            amount_cents=given.amount_cents,
            key=f"correction:{request.reference}",
            note=reason,
        ),
        at=at,
    )


def _is_held(sale: LeadSale, cents: int) -> bool:
    return sale.held_cents >= cents > 0


def _left(sale: LeadSale) -> int:
    return sale.price_cents - sale.credited_cents


def _unpaid(sales: Sequence[LeadSale]) -> QuerySet[LeadSale]:
    keys = [sale.pk for sale in sales]
    return LeadSale.objects.filter(pk__in=keys, credited_cents__lt=F("price_cents"))


def _gift(
    request: RefundRequest, sale: LeadSale, cents: int, house: LedgerAccount
) -> ledger.Movement:
    source = sale.charge.destination if _is_held(sale, cents) else house
    return ledger.Movement(
        kind=KINDS[source.kind],
        source=source,
        destination=sale.charge.source,
        amount_cents=cents,
        key=f"credit:{request.reference}",
        note=f"{sale.lead.reference} {request.reference}",
    )


def _giver(request: RefundRequest, given: Transfer) -> LedgerAccount:
    """Where a credit goes when it is taken back: a fee that was held is due then (X28)."""
    if given.kind == Transfer.Kind.RELEASE:
        return ledger.house_account(request.program, LedgerAccount.Kind.REVENUE)
    return given.source
