"""What a credit brings besides the money: what becomes of the lead, its contact and its seller.

Runs in the transaction of the credit, under the request's lock (X30).
"""

from datetime import datetime

from accounts.models import User
from refunds.documents import policy_of
from refunds.models import RefundEvent, RefundRequest
from refunds.services.change import record


def after_credit(request: RefundRequest, *, actor: User, at: datetime) -> None:
    """Carry out what the request's policy says about a credited lead; records an event for each."""
    policy = policy_of(request.policy_version)
    if policy.detaches_refunded_leads and request.sale.detached_at is None:
        _detach(request, actor, at)


def _detach(request: RefundRequest, actor: User, at: datetime) -> None:
    """Take the lead out of the pro's account: its contact is no longer theirs to read (L22)."""
    request.sale.detached_at = at
    request.sale.save(update_fields=["detached_at"])
    record(request, kind=RefundEvent.Kind.DETACHED, actor=actor, at=at)
