"""Addresses of the admin's pages, and what their tests look at."""

from django.urls import reverse

from accounts import ledger
from accounts.models import LedgerAccount
from refunds.models import OutboundMail, RefundEvent, RefundRequest

LIST = "/admin/refunds/refundrequest/"
LOOK_AGAIN = "Look at the case as it is now"


def page(request: RefundRequest, name: str = "change") -> str:
    """Return the address of a page about a request."""
    return reverse(f"admin:refunds_refundrequest_{name}", args=[request.reference])


def balance(request: RefundRequest) -> int:
    """Return what is in the pro's paid wallet now."""
    return ledger.wallet(request.pro, LedgerAccount.Kind.PAID).balance_cents or 0


def last_event(request: RefundRequest) -> RefundEvent:
    """Return the newest event of a request."""
    return request.events.order_by("-pk")[0]


def last_mail(request: RefundRequest) -> OutboundMail:
    """Return the newest mail that is owed about a request."""
    return OutboundMail.objects.filter(event__request=request).order_by("-pk")[0]


def assert_promises_nothing(text: str) -> None:
    """Expect a decision's page that offers no form, foretells nothing, and leads to the case."""
    for promise in ("What will happen", '<button type="submit" class="button', "<textarea"):
        assert promise not in text
    assert "Back to the case" in text
