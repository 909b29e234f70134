"""Flags investigations that are past their decision limit, each once, and tells who owns them."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.access import machine
from refunds import mails
from refunds.models import OutboundMail, RefundEvent, RefundRequest, State
from refunds.services import doorbell

BATCH = 500
OURS_TO_DECIDE = (State.INVESTIGATING, State.WITH_SELLER)


def flag_overdue() -> int:
    """Flag every request that is ours to decide and past its limit; return how many.

    Each batch is one transaction: the flags, an event each, and a mail each to whoever holds the
    case, else to the team. Two sweeps at once flag each request once.
    """
    now = timezone.now()
    flagged = 0
    while count := _flag_batch(now):
        flagged += count
    return flagged


def _flag_batch(now: datetime) -> int:
    with transaction.atomic():
        late = (
            RefundRequest.objects.filter(
                state__in=OURS_TO_DECIDE, overdue_flagged_at__isnull=True, due_at__lt=now
            )
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("holder", "program")
            .order_by("due_at", "pk")[:BATCH]
        )
        requests = list(late)
        if not requests:
            return 0
        RefundRequest.objects.filter(pk__in=[request.pk for request in requests]).update(
            overdue_flagged_at=now
        )
        _tell(requests, now)
        transaction.on_commit(partial(doorbell.ring, doorbell.SEND_DUE_MAIL))
    return len(requests)


def _tell(requests: list[RefundRequest], now: datetime) -> None:
    by = machine()
    events = RefundEvent.objects.bulk_create(
        RefundEvent(
            request=request,
            kind=RefundEvent.Kind.OVERDUE,
            at=now,
            actor=by,
            from_state=request.state,
            to_state=request.state,
            data={"limit_on": request.limit_on.isoformat()},
        )
        for request in requests
    )
    OutboundMail.objects.bulk_create(mail for event in events for mail in mails.owed(event))
