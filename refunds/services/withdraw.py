"""A pro takes a claim back before it is decided (X36)."""

from django.utils import timezone

from accounts.models import User
from refunds.models import RefundEvent, RefundRequest
from refunds.services import refusals, sellers
from refunds.services.change import changing, ensure_possible, move


def withdraw(*, reference: str, actor: User, expected_version: int) -> RefundRequest:
    """Withdraw an open request; the sale may be claimed again while its window is open.

    A refusal in whose place it stood can be appealed again, until its date (C43).

    Raises RefundRequest.DoesNotExist where the request is not the actor's, and Stale.
    """
    at = timezone.now()
    RefundRequest.objects.visible_to(actor).get(reference=reference)
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.withdraw)
        sellers.stop_waiting(request)
        refusals.stand_again(request)
        move(request, request.withdraw, kind=RefundEvent.Kind.WITHDRAWN, actor=actor, at=at)
    return request
