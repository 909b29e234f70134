"""The wish to claim a sale after its window closed, and a person's answer to it (L6, X26).

Nothing here grants by itself: an exception is the word of a person, with a reason in writing.
"""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access, formats
from accounts.models import User
from leads.models import LeadSale
from refunds import exception_mails
from refunds.documents import policy_of
from refunds.models import ExceptionRequest, OutboundMail, RefundRequest
from refunds.policy.document import ExceptionTerms
from refunds.services import doorbell
from refunds.services.change import NotAllowed, RefundError, Stale
from refunds.services.dates import end_of_day, local_day
from refunds.services.facts import policy_version_for
from refunds.services.file import live_request, preview

Kind = OutboundMail.Kind


class ExceptionRefused(RefundError):
    """There is nothing to except, or not so; the text says what to do instead."""


class AlreadyDecided(Stale):
    """Somebody else was quicker with the answer."""


def ask(*, sale_uuid: UUID, actor: User, cause: str, words: str) -> ExceptionRequest:
    """Ask to claim a sale although its window closed (L6); queues a mail to who decides it.

    For a member of the pro, or the account manager in the pro's name. Raises LeadSale.DoesNotExist
    for anybody else, and ExceptionRefused where the sale can still be claimed, has a request, or
    was asked about before, for a cause that the program does not name, and without words.
    """
    at = timezone.now()
    sale = LeadSale.objects.for_person(actor).with_lead().get(uuid=sale_uuid)
    _ensure_cause(_terms(sale), cause)
    text = _written(words, _("Say what kept you from asking in time."))
    with transaction.atomic():
        _ensure_late(sale, at)
        asked = ExceptionRequest(sale=sale, cause=cause, words=text, asked_by=actor, asked_at=at)
        _insert(asked)
        _owe(asked, Kind.EXCEPTION_NOTICE, at)
    return asked


def grant(*, exception_uuid: UUID, actor: User, answer: str) -> ExceptionRequest:
    """Open the window again, to the end of some days from today (L6); queues the answer.

    For the pro's account manager, and for a verifier who has no part in the pro. Raises
    ExceptionRequest.DoesNotExist, NotAllowed, AlreadyDecided, and ExceptionRefused without words
    or where the sale has a request meanwhile.
    """
    at = timezone.now()
    words = _written(answer, _("Write the reason that the pro will read."))
    with transaction.atomic():
        exception = _waiting(exception_uuid, actor)
        _ensure_unrequested(exception.sale)
        exception.claim_until = claim_until(exception.sale, at)
        _answer(exception, granted=True, actor=actor, words=words, at=at)
        _owe(exception, Kind.EXCEPTION_DECISION, at)
    return exception


def refuse(*, exception_uuid: UUID, actor: User, answer: str) -> ExceptionRequest:
    """Leave the window closed (L6); queues the answer. Raises as ``grant`` does."""
    at = timezone.now()
    words = _written(answer, _("Write the reason that the pro will read."))
    with transaction.atomic():
        exception = _waiting(exception_uuid, actor)
        _answer(exception, granted=False, actor=actor, words=words, at=at)
        _owe(exception, Kind.EXCEPTION_DECISION, at)
    return exception


def grant_for_appeal(
    request: RefundRequest, *, actor: User, cause: str, answer: str, at: datetime
) -> ExceptionRequest:
    """Grant what the appeal of a claim that came too late needs (X26).

    Runs in the transaction of the appeal's decision, whose letter and event tell of it: no mail of
    its own. A wish that waits is what is granted then. One that was granted before, and ran out,
    stays as it was answered. Raises ExceptionRefused for a cause that the program does not name.
    """
    sale, appeal = request.sale, request.appeal
    _ensure_cause(_terms(sale), cause)
    exception = (
        ExceptionRequest.objects.select_for_update(of=("self",))
        .filter(sale=sale)
        .exclude(granted=False)
        .first()
    )
    if exception is None:
        exception = ExceptionRequest(
            sale=sale,
            words=appeal.text if appeal else answer,
            asked_by=appeal.filed_by if appeal else actor,
            asked_at=at,
        )
    if exception.granted:
        return exception
    exception.cause = cause
    exception.claim_until = claim_until(sale, at)
    _answer(exception, granted=True, actor=actor, words=answer, at=at)
    return exception


def may_decide(exception: ExceptionRequest, actor: User) -> bool:
    """Say whether the actor may answer: the pro's account manager, or an impartial verifier.

    Nobody answers what they asked for themselves.
    """
    pro = exception.sale.pro
    if exception.asked_by_id == actor.pk or pro.memberships.filter(user=actor).exists():
        return False
    is_manager = pro.account_manager_id == actor.pk and access.is_account_manager(actor)
    return is_manager or access.is_verifier(actor)


def claim_until(sale: LeadSale, at: datetime) -> datetime:
    """Return until when a sale can be claimed by an exception that is granted at some moment."""
    program = sale.lead.program
    last_day = local_day(program, at) + timedelta(days=_terms(sale).days)
    return end_of_day(program, last_day)


def causes_for(sale: LeadSale) -> tuple[str, ...]:
    """Return the causes that the sale's program makes exceptions for; none where it makes none."""
    terms = policy_of(policy_version_for(sale)).exception
    return terms.causes if terms else ()


def _terms(sale: LeadSale) -> ExceptionTerms:
    terms = policy_of(policy_version_for(sale)).exception
    if terms is None:
        raise ExceptionRefused(_("This program makes no exceptions."))
    return terms


def _ensure_cause(terms: ExceptionTerms, cause: str) -> None:
    if cause not in terms.causes:
        raise ExceptionRefused(_("Choose what kept you from asking in time."))


def _written(words: str, if_empty: str) -> str:
    if not words.strip():
        raise ExceptionRefused(if_empty)
    return words.strip()


def _ensure_late(sale: LeadSale, at: datetime) -> None:
    """Raise ExceptionRefused unless it is too late for the sale and nothing else stands open."""
    _ensure_unrequested(sale)
    verdict = preview(sale=sale, reason="", explanation="", details={}, at=at)
    if "window_closed" in verdict.codes:
        return
    granted = sale.exceptions.granted().first()
    until = granted.claim_until if granted and granted.claim_until else verdict.closes_at
    raise ExceptionRefused(
        _("You can still claim it until %(at)s, without an exception.")
        % {"at": formats.instant(max(until, verdict.closes_at), sale.lead.program)}
    )


def _ensure_unrequested(sale: LeadSale) -> None:
    if live := live_request(sale):
        raise ExceptionRefused(
            _("There is a request for this lead: %(reference)s. A refusal of it can be appealed.")
            % {"reference": live.reference}
        )


def _insert(asked: ExceptionRequest) -> None:
    """Save a new wish; the database's constraint keeps it the only one that stands."""
    try:
        with transaction.atomic():
            asked.save()
    except IntegrityError:
        raise ExceptionRefused(
            _("An exception was asked for before, for this lead: see there what became of it.")
        ) from None


def _waiting(exception_uuid: UUID, actor: User) -> ExceptionRequest:
    """Lock an exception that nobody has answered yet and that the actor may answer."""
    exception = (
        ExceptionRequest.objects.with_sale()
        .select_for_update(of=("self",))
        .get(uuid=exception_uuid)
    )
    if exception.asked_by_id == actor.pk:
        raise NotAllowed(_("You asked for this yourself: a colleague must decide it."))
    if not may_decide(exception, actor):
        raise NotAllowed(
            _("This is for the pro's account manager, or for a verifier outside of the pro.")
        )
    if exception.decided_at is not None:
        raise AlreadyDecided(
            _("This was decided %(at)s by %(who)s. Nothing was changed.")
            % {
                "at": formats.instant(exception.decided_at, exception.sale.lead.program),
                "who": exception.decided_by,
            }
        )
    return exception


def _answer(
    exception: ExceptionRequest, *, granted: bool, actor: User, words: str, at: datetime
) -> None:
    exception.granted = granted
    exception.decided_by = actor
    exception.decided_at = at
    exception.answer = words
    exception.save()


def _owe(exception: ExceptionRequest, kind: OutboundMail.Kind, at: datetime) -> None:
    exception_mails.owed(exception, kind, not_before=at).save()
    transaction.on_commit(partial(doorbell.ring, doorbell.SEND_DUE_MAIL))
