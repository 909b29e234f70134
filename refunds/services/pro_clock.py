"""The pro's clock: what comes of a question that stays without an answer (X18).

The sweep takes what is due by now, in batches of one transaction each; two at once do it once.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.access import machine
from accounts.models import User
from refunds.models import RefundEvent, RefundRequest, State
from refunds.services.investigate import go_on

BATCH = 200


def go_on_unanswered() -> int:
    """Go on without the pros whose time to answer has passed; return with how many.

    Each request is in review again, with its clock as after an answer, and the pro can read why
    (A22). Nothing is declined for it: the team decides on what there is.
    """
    now = timezone.now()
    total = 0
    while count := _go_on_batch(now):
        total += count
    return total


@transaction.atomic
def _go_on_batch(now: datetime) -> int:
    locked = (
        RefundRequest.objects.filter(state=State.AWAITING_PRO, answer_due_at__lt=now)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("program")
        .order_by("answer_due_at", "pk")[:BATCH]
    )
    by, requests = machine(), list(locked)
    for request in requests:
        _go_on(request, by, now)
    return len(requests)


def _go_on(request: RefundRequest, by: User, now: datetime) -> None:
    """Go on with one, row by row: there are a few a day, and each moves by its own calendar."""
    due_at = request.answer_due_at or now
    go_on(
        request,
        request.go_on_unanswered,
        kind=RefundEvent.Kind.UNANSWERED,
        actor=by,
        at=now,
        data={"answer_due_at": due_at.isoformat()},
    )
