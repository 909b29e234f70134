"""Taking back the credit of a first-level approval (C42, L25, X22 to X24)."""

from datetime import timedelta
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from refunds.documents import policy_of
from refunds.models import RefundEvent, RefundRequest
from refunds.services import money
from refunds.services.change import RefundError, changing, ensure_possible, ensure_verifier, move


class ReversalRefused(RefundError):
    """The approval can't be taken back, or not without saying why."""


def reverse(*, reference: str, actor: User, expected_version: int, reason: str) -> RefundRequest:
    """Reverse an approved request and debit the wallet, which may go negative; queues a mail.

    Raises NotAllowed, ReversalRefused without a reason or past the program's reversal days, and
    Stale.
    """
    ensure_verifier(actor)
    at = timezone.now()
    words = reason.strip()
    if not words:
        raise ReversalRefused(_("Say why the credit is taken back: the pro will read it."))
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.reverse)
        days = policy_of(request.policy_version).reversal.days
        if request.decided_at is None or at > request.decided_at + timedelta(days=days):
            raise ReversalRefused(
                _("An approval can be reversed for %(days)d days, and they have passed.")
                % {"days": days}
            )
        reversal = money.take_back(request, at=at)
        move(
            request,
            partial(request.reverse, reversal=reversal),
            kind=RefundEvent.Kind.REVERSED,
            actor=actor,
            at=at,
            data={"reason": words, "amount_cents": reversal.amount_cents},
        )
    return request
