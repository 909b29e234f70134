"""The door through which every credit and every reversal of a request goes (rule 2)."""

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from accounts import ledger
from accounts.models import LedgerAccount, Transfer
from leads.models import LeadSale
from refunds.models import RefundRequest
from refunds.services.change import RefundError


class CreditRefused(RefundError):
    """The sale can't be credited by that much."""


def credit(request: RefundRequest, *, cents: int, at: datetime) -> Transfer:
    """Give back ``cents`` minor units of what the sale cost, to the wallet that paid (X37).

    The caller holds the request's lock. Raises CreditRefused where nothing is left to give, or
    less than ``cents``.
    """
    sale = request.sale
    bounded = LeadSale.objects.filter(pk=sale.pk, price_cents__gte=F("credited_cents") + cents)
    if cents <= 0 or bounded.update(credited_cents=F("credited_cents") + cents) != 1:
        raise CreditRefused(
            _("This lead can't be credited by that much: its price was given back before.")
        )
    return ledger.post(
        ledger.Movement(
            kind=Transfer.Kind.REFUND_CREDIT,
            source=ledger.house_account(request.program, LedgerAccount.Kind.REFUNDS),
            destination=sale.charge.source,
            amount_cents=cents,
            key=f"credit:{request.reference}",
            note=f"{sale.lead.reference} {request.reference}",
        ),
        at=at,
    )


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
            destination=given.source,
            amount_cents=given.amount_cents,
            key=f"reversal:{request.reference}",
            note=f"{request.sale.lead.reference} {request.reference}",
        ),
        at=at,
    )
