"""What the verification team does before it decides: take, establish, ask."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from refunds.models import Finding, RefundEvent, RefundRequest, State
from refunds.services import evidence
from refunds.services.change import (
    RefundError,
    Stale,
    changing,
    ensure_impartial,
    ensure_possible,
    ensure_verifier,
    move,
    record,
    stale_sentence,
)
from refunds.services.dates import calendar_of, end_of_day, local_day
from refunds.uploads import CleanFile


class WordsMissing(RefundError):
    """A note, question or answer has nothing in it."""


def take(*, reference: str, actor: User, expected_version: int) -> RefundRequest:
    """Make the actor the holder of a request that is in review; records an event."""
    ensure_verifier(actor)
    at = timezone.now()
    with changing(reference, expected_version=expected_version) as request:
        _ensure_in_review(request)
        request.holder = actor
        record(request, kind=RefundEvent.Kind.TAKEN, actor=actor, at=at)
    return request


def add_finding(
    *,
    reference: str,
    actor: User,
    expected_version: int,
    kind: Finding.Kind,
    result: Finding.Result,
    note: str,
) -> Finding:
    """Write down a fact that the team established (L12); records an event.

    Raises NotAllowed, WordsMissing without a note, and Stale where it is not in review.
    """
    ensure_verifier(actor)
    at = timezone.now()
    words = _words(note, _("Say in the note what was established, and how."))
    with changing(reference, expected_version=expected_version) as request:
        _ensure_in_review(request)
        ensure_impartial(request, actor)
        finding = Finding.objects.create(
            request=request, kind=kind, result=result, note=words, author=actor, at=at
        )
        record(
            request,
            kind=RefundEvent.Kind.FINDING,
            actor=actor,
            at=at,
            data={"kind": kind, "result": result, "note": words},
        )
    return finding


def ask_pro(*, reference: str, actor: User, expected_version: int, question: str) -> RefundRequest:
    """Put a question to the pro and stop the clock until the answer (A22, X27); queues a mail."""
    ensure_verifier(actor)
    at = timezone.now()
    words = _words(question, _("Write the question that the pro should answer."))
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.ask_pro)
        move(
            request,
            partial(request.ask_pro, question=words, at=at),
            kind=RefundEvent.Kind.ASKED,
            actor=actor,
            at=at,
            data={"question": words},
        )
    return request


def reply(
    *,
    reference: str,
    actor: User,
    expected_version: int,
    answer: str,
    files: Sequence[CleanFile] = (),
) -> RefundRequest:
    """Take the pro's answer and start the clock again (X18): the decision dates move by as many
    business days as the question was open.

    Raises RefundRequest.DoesNotExist where the request is not the actor's.
    """
    at = timezone.now()
    words = _words(answer, _("Write your answer."))
    RefundRequest.objects.visible_to(actor).get(reference=reference)
    with (
        evidence.stored(files) as names,
        changing(reference, expected_version=expected_version) as request,
    ):
        ensure_possible(request, request.resume)
        days = _give_back_waiting_time(request, at)
        evidence.attach(request, files, names, actor=actor, at=at)
        move(
            request,
            request.resume,
            kind=RefundEvent.Kind.REPLIED,
            actor=actor,
            at=at,
            data={"answer": words, "files": len(files), "waited_business_days": days},
        )
    return request


def _give_back_waiting_time(request: RefundRequest, at: datetime) -> int:
    calendar = calendar_of(request.program)
    asked_on = local_day(request.program, request.asked_at or at)
    days = calendar.between(asked_on, local_day(request.program, at))
    if days:
        request.target_on = calendar.add(request.target_on, days)
        request.limit_on = calendar.add(request.limit_on, days)
        request.due_at = end_of_day(request.program, request.limit_on)
    return days


def _ensure_in_review(request: RefundRequest) -> None:
    if request.state != State.INVESTIGATING:
        raise Stale(stale_sentence(request))


def _words(text: str, sentence: str) -> str:
    words = text.strip()
    if not words:
        raise WordsMissing(sentence)
    return words
