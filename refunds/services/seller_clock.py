"""The seller's clock: a reminder on the business day before, and what silence brings (X17).

Sweeps take what is due by now, in batches of one transaction each; two at once do it once.
"""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.access import machine
from accounts.models import Program, User
from refunds import seller_mails
from refunds.models import (
    Finding,
    OutboundMail,
    RefundEvent,
    RefundRequest,
    SellerCase,
    SellerMessage,
    State,
)
from refunds.rendered_mail import language
from refunds.services import doorbell
from refunds.services.change import move
from refunds.services.dates import calendar_of, end_of_day, local_day

BATCH = 200
Status = SellerCase.Status


def note_silence() -> int:
    """Go on without the sellers whose time to answer has passed; return with how many.

    Each is written down as silent, and the team decides on the evidence there is (A20, X17).
    """
    now = timezone.now()
    silent = 0
    while count := _note_batch(now):
        silent += count
    return silent


def remind() -> int:
    """Remind the sellers whose answer is due on the next business day; return how many.

    Once for each time that a case is put to them, and never on the day on which it was.
    """
    now = timezone.now()
    reminded = 0
    for program in Program.objects.order_by("pk"):
        while count := _remind_batch(program, now):
            reminded += count
    return reminded


@transaction.atomic
def _note_batch(now: datetime) -> int:
    locked = (
        RefundRequest.objects.filter(
            state=State.WITH_SELLER,
            seller_case__status=Status.ASKED,
            seller_case__answer_due_at__lt=now,
        )
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("program")
        .order_by("seller_case__answer_due_at", "pk")[:BATCH]
    )
    requests = {request.pk: request for request in locked}
    # The lock is on the request, so only now is it sure that nobody answers meanwhile.
    cases = list(
        SellerCase.objects.filter(
            request__in=requests, status=Status.ASKED, answer_due_at__lt=now
        ).order_by("pk")
    )
    SellerCase.objects.filter(pk__in=[case.pk for case in cases]).update(status=Status.SILENT)
    by = machine()
    for case in cases:
        _hear_nothing(requests[case.request_id], case, by, now)
    return len(cases)


def _hear_nothing(request: RefundRequest, case: SellerCase, by: User, now: datetime) -> None:
    """Write one silence down, row by row: there are a few a day, and each moves its request."""
    with translation.override(language(request.program.locale)):
        words = _("The seller did not answer in time.")
    SellerMessage.objects.create(
        case=case,
        at=now,
        author=by,
        direction=SellerMessage.Direction.FROM_SELLER,
        answer=SellerMessage.Answer.SILENT,
        text=words,
    )
    Finding.objects.create(
        request=request,
        kind=Finding.Kind.SELLER_ANSWER,
        result=Finding.Result.INCONCLUSIVE,
        note=words,
        author=by,
        at=now,
    )
    move(request, request.hear_seller, kind=RefundEvent.Kind.SELLER_SILENT, actor=by, at=now)


@transaction.atomic
def _remind_batch(program: Program, now: datetime) -> int:
    asked_by = _locked(program, now)
    SellerCase.objects.filter(pk__in=asked_by).update(reminded_at=now)
    events = RefundEvent.objects.filter(pk__in=asked_by.values()).select_related(
        "request__program", "request__sale__lead__seller"
    )
    OutboundMail.objects.bulk_create(seller_mails.reminder(event, at=now) for event in events)
    if asked_by:
        transaction.on_commit(partial(doorbell.ring, doorbell.SEND_DUE_MAIL))
    return len(asked_by)


def _locked(program: Program, now: datetime) -> dict[int, int]:
    """Lock the cases to remind of; return each with the event that put it to the seller last."""
    today = local_day(program, now)
    next_day = calendar_of(program).add(today, 1)
    asked = RefundEvent.objects.filter(
        request=OuterRef("request"), kind__in=seller_mails.ASKING
    ).order_by("-pk")
    due = (
        SellerCase.objects.annotate(
            asked_by=Subquery(asked.values("pk")[:1]), asked_at=Subquery(asked.values("at")[:1])
        )
        .filter(
            status=Status.ASKED,
            reminded_at__isnull=True,
            answer_due_at__gte=now,
            answer_due_at__lte=end_of_day(program, next_day),
            asked_at__lte=end_of_day(program, today - timedelta(days=1)),
            request__program=program,
            request__state=State.WITH_SELLER,
        )
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("answer_due_at", "pk")
    )
    return dict(due.values_list("pk", "asked_by")[:BATCH])
