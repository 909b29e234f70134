"""What the verification team does before it decides: take, establish, ask."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import machine
from accounts.models import User
from leads.models import CallRecording, Lead
from refunds.documents import policy_of
from refunds.models import Finding, RefundEvent, RefundRequest, State
from refunds.services import evidence, queue
from refunds.services.change import (
    RefundError,
    changing,
    ensure_impartial,
    ensure_possible,
    ensure_verifier,
    move,
    overtaken,
    record,
)
from refunds.services.dates import calendar_of, days_waited, end_of_day, extend, local_day
from refunds.uploads import CleanFile


class RecordingMissing(RefundError):
    """What a live call's recording shows needs the recording (L14, X20)."""


class NotAFinding(RefundError):
    """A seller's answer is given on the seller's case, where what follows from it is seen to."""


class WordsMissing(RefundError):
    """A note, question or answer has nothing in it."""


def take(*, reference: str, actor: User, expected_version: int) -> RefundRequest:
    """Make the actor the holder of a request in review, for half an hour; records an event.

    Raises NotAllowed, also for a case of the actor's own, Stale where it is not in review, and
    Held where a colleague's lease runs, which a lead may end.
    """
    ensure_verifier(actor)
    at = timezone.now()
    with changing(reference, expected_version=expected_version) as request:
        _ensure_in_review(request)
        ensure_impartial(request, actor)
        queue.ensure_free(request, actor=actor, at=at)
        queue.hold(request, actor=actor, at=at)
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
    recording: UUID | None = None,
) -> Finding:
    """Write down a fact that the team established (L12); records an event.

    An appeal may need one too (L11, L14). ``recording``: which of the lead's was listened to.
    Raises NotAllowed, WordsMissing without a note, Stale where it is neither in review nor
    appealed, NotAFinding, and RecordingMissing where a live call's is told of and none is named.
    """
    ensure_verifier(actor)
    at = timezone.now()
    words = words_of(note, _("Say in the note what was established, and how."))
    _ensure_ours(kind)
    with changing(reference, expected_version=expected_version) as request:
        _ensure_open_to_findings(request)
        ensure_impartial(request, actor)
        finding = Finding.objects.create(
            request=request,
            kind=kind,
            result=result,
            note=words,
            recording=_listened_to(request, kind, recording),
            author=actor,
            at=at,
        )
        record(
            request,
            kind=RefundEvent.Kind.FINDING,
            actor=actor,
            at=at,
            data={"kind": kind, "result": result, "note": words},
        )
    return finding


def may_add_finding(request: RefundRequest) -> bool:
    """Say whether what the team finds out can still count."""
    return request.state in (State.INVESTIGATING, State.APPEALED)


def ask_pro(*, reference: str, actor: User, expected_version: int, question: str) -> RefundRequest:
    """Put a question to the pro and stop the clock until the answer (A22, X27); queues a mail.

    It is waited for until the end of the policy's days (``pro_clock``).
    Raises NotAllowed, also for a case of the actor's own, WordsMissing, and Stale.
    """
    ensure_verifier(actor)
    at = timezone.now()
    words = words_of(question, _("Write the question that the pro should answer."))
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.ask_pro)
        ensure_impartial(request, actor)
        until = answer_due_at(request, at)
        move(
            request,
            partial(request.ask_pro, question=words, at=at, answer_due_at=until),
            kind=RefundEvent.Kind.ASKED,
            actor=actor,
            at=at,
            data={"question": words, "answer_due_at": until.isoformat()},
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
    business days as the question was open, and the pro can read why (A22).

    Raises RefundRequest.DoesNotExist where the request is not the actor's.
    """
    at = timezone.now()
    words = words_of(answer, _("Write your answer."))
    RefundRequest.objects.visible_to(actor).get(reference=reference)
    with (
        evidence.stored(files) as names,
        changing(reference, expected_version=expected_version) as request,
    ):
        ensure_possible(request, request.resume)
        evidence.attach(request, files, names, actor=actor, at=at)
        go_on(
            request,
            request.resume,
            kind=RefundEvent.Kind.REPLIED,
            actor=actor,
            at=at,
            data={"answer": words, "files": len(files)},
        )
    return request


def answer_due_at(request: RefundRequest, at: datetime) -> datetime:
    """Return the last second in which a pro who is asked at that moment answers in time."""
    asked_on, days = (
        local_day(request.program, at),
        policy_of(request.policy_version).pro_answer_days,
    )
    return end_of_day(request.program, calendar_of(request.program).add(asked_on, days))


def go_on(
    request: RefundRequest,
    transition: Callable[[], None],
    *,
    kind: RefundEvent.Kind,
    actor: User,
    at: datetime,
    data: Mapping[str, object],
) -> None:
    """Take a locked request from waiting for the pro to review, and start its clock again (X18).

    The decision dates move by the business days for which the question was open (A22a).
    """
    days = days_waited(request, at)
    move(
        request,
        transition,
        kind=kind,
        actor=actor,
        at=at,
        data={**data, "waited_business_days": days},
    )
    extend(
        request,
        days=days,
        why=RefundRequest.Extension.DETAILS_MISSING,
        actor=machine(),
        at=at,
    )


def words_of(text: str, sentence: str) -> str:
    """Return what somebody wrote. Raises WordsMissing with the sentence where it is nothing."""
    words = text.strip()
    if not words:
        raise WordsMissing(sentence)
    return words


def _ensure_ours(kind: Finding.Kind) -> None:
    if kind == Finding.Kind.SELLER_ANSWER:
        raise NotAFinding(_("Record the seller's answer on the seller's case."))


def _listened_to(
    request: RefundRequest, kind: Finding.Kind, recording: UUID | None
) -> CallRecording | None:
    if kind != Finding.Kind.RECORDING:
        return None
    lead = request.sale.lead
    found = lead.recordings.filter(uuid=recording).first() if recording else None
    if found is None and lead.kind == Lead.Kind.LIVE_CALL:
        raise RecordingMissing(
            _("Choose the recording that you listened to; attach it first where there is none.")
        )
    return found


def _ensure_open_to_findings(request: RefundRequest) -> None:
    if not may_add_finding(request):
        raise overtaken(request)


def _ensure_in_review(request: RefundRequest) -> None:
    if request.state != State.INVESTIGATING:
        raise overtaken(request)
