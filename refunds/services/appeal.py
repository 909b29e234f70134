"""The one appeal of a declined request, and its decision by the pro's account manager."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from leads.models import Lead
from refunds import given_way
from refunds.documents import policy_of
from refunds.models import Appeal, Finding, RefundEvent, RefundRequest, State
from refunds.policy.verdict import Verdict
from refunds.services import consequences, evidence, exceptions, money
from refunds.services.change import (
    RefundError,
    changing,
    ensure_account_manager,
    ensure_possible,
    move,
)
from refunds.services.decide import verdict_now
from refunds.uploads import CleanFile


class AppealRefused(RefundError):
    """The request can't be appealed, or not with that."""


class NotYours(RefundError):
    """The first decider may not decide the appeal as well (X25)."""


def file_appeal(
    *,
    reference: str,
    actor: User,
    expected_version: int,
    text: str,
    files: Sequence[CleanFile] = (),
) -> RefundRequest:
    """Appeal a declined request, once and in time (C43, X25); queues a receipt.

    Raises RefundRequest.DoesNotExist where the request is not the actor's, AppealRefused without
    words, past the date or once another request stands in its place (P2, X27, X32), and Stale.
    """
    at = timezone.now()
    if not text.strip():
        raise AppealRefused(_("Say what is wrong with the decision."))
    RefundRequest.objects.visible_to(actor).get(reference=reference)
    with (
        evidence.stored(files) as names,
        changing(reference, expected_version=expected_version) as request,
    ):
        ensure_possible(request, request.file_appeal)
        if request.has_given_way:
            raise AppealRefused(given_way.sentence(request))
        if not request.can_be_appealed(at):
            raise AppealRefused(
                _("This decision can't be appealed any more, or was never to be appealed.")
            )
        appeal = Appeal.objects.create(text=text.strip(), filed_by=actor, filed_at=at)
        evidence.attach(request, files, names, actor=actor, at=at)
        move(
            request,
            partial(request.file_appeal, appeal=appeal),
            kind=RefundEvent.Kind.APPEALED,
            actor=actor,
            at=at,
            data={"text": appeal.text, "files": len(files)},
        )
    return request


def uphold(*, reference: str, actor: User, expected_version: int, sentence: str) -> RefundRequest:
    """Leave the refusal as it is, for good (C44); queues the letter.

    Raises RefundRequest.DoesNotExist where the pro is not the actor's, AppealRefused without
    words, NotAllowed, NotYours and Stale.
    """
    ensure_account_manager(actor)
    at = timezone.now()
    words = _sentence(sentence)
    RefundRequest.objects.managed_by(actor).get(reference=reference)
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.uphold)
        _ensure_second_person(request, actor)
        _close(request, Appeal.Outcome.UPHELD, words)
        move(
            request,
            partial(request.uphold, by=actor, at=at),
            kind=RefundEvent.Kind.UPHELD,
            actor=actor,
            at=at,
            data={"sentence": words},
        )
    return request


def overturn(
    *,
    reference: str,
    actor: User,
    expected_version: int,
    sentence: str,
    exception_cause: str = "",
) -> RefundRequest:
    """Credit the sale after all, for good (C44); queues the letter.

    Credits what ``credit_if_overturned`` says. A claim that came too late is credited by an
    exception with a cause, and no other is (X26). Raises as ``uphold`` does, AppealRefused where
    nothing is due, the cause is missing or the team has to verify it first (L11, L14),
    ExceptionRefused, and CreditRefused.
    """
    ensure_account_manager(actor)
    at = timezone.now()
    words = _sentence(sentence)
    RefundRequest.objects.managed_by(actor).get(reference=reference)
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.overturn)
        _ensure_second_person(request, actor)
        _except(request, exception_cause, actor=actor, answer=words, at=at)
        verdict = verdict_now(request, exception=exception_cause)
        credit = money.credit(request, cents=_cents_to_credit(request, verdict), at=at)
        _close(request, Appeal.Outcome.OVERTURNED, words)
        move(
            request,
            partial(request.overturn, by=actor, at=at, credit=credit),
            kind=RefundEvent.Kind.OVERTURNED,
            actor=actor,
            at=at,
            data={
                "sentence": words,
                "credit_cents": credit.amount_cents,
                **({"exception_cause": exception_cause} if exception_cause else {}),
            },
        )
        consequences.after_credit(request, actor=actor, at=at, checks=verdict.as_json())
    return request


def credit_if_overturned(request: RefundRequest) -> int:
    """Return the minor units that overturning would credit; changes nothing.

    Nothing where the right category costs as much or more (X13); else what the policy says, or
    all that is left of the price where it names a reason that is never credited.
    """
    return _cents_due(request, verdict_now(request))


def verification_missing(request: RefundRequest) -> str:
    """Return why the appeal can't succeed before the team found something (L11, L14), or ""."""
    policy = policy_of(request.policy_version)
    by_recording = (
        policy.live_calls_by_recording_only and request.sale.lead.kind == Lead.Kind.LIVE_CALL
    )
    if by_recording and not _is_proved_by_recording(request):
        return _(
            "For a live call the recording alone decides, and none proves this claim. Ask the "
            "verification team to listen to it and write down what it shows; else uphold the "
            "decision."
        )
    if policy.verified_only and not _is_supported_by_the_team(request):
        return _(
            "This program credits what its verification team has established, and nothing that it "
            "found supports this claim. Ask the team to look into it; else uphold the decision."
        )
    return ""


def came_too_late(request: RefundRequest) -> bool:
    """Say whether the request was declined because its window had closed (C35, X26)."""
    return any(check["code"] == "window_closed" for check in request.checks)


def _cents_to_credit(request: RefundRequest, verdict: Verdict) -> int:
    if missing := verification_missing(request):
        raise AppealRefused(missing)
    cents = _cents_due(request, verdict)
    if cents == 0:
        raise AppealRefused(_("There is nothing to credit for this lead: uphold the decision."))
    return cents


def _cents_due(request: RefundRequest, verdict: Verdict) -> int:
    if "no_price_difference" in verdict.codes:
        return 0
    return verdict.credit_cents or request.sale.price_cents - request.sale.credited_cents


def _is_supported_by_the_team(request: RefundRequest) -> bool:
    supporting = request.findings.filter(result=Finding.Result.SUPPORTS)
    return supporting.exclude(kind=Finding.Kind.SELLER_ANSWER).exists()


def _is_proved_by_recording(request: RefundRequest) -> bool:
    """Whether the recording that was listened to last supports the claim, whatever its reason."""
    heard = request.findings.filter(kind=Finding.Kind.RECORDING).order_by("at", "pk").last()
    return heard is not None and heard.result == Finding.Result.SUPPORTS


def _except(request: RefundRequest, cause: str, *, actor: User, answer: str, at: datetime) -> None:
    if came_too_late(request) != bool(cause):
        raise AppealRefused(
            _("This claim came in time: there is nothing to make an exception from.")
            if cause
            else _(
                "This claim came after its time. To credit it, choose what kept the pro from "
                "asking in time; else uphold the decision."
            )
        )
    if cause:
        exceptions.grant_for_appeal(request, actor=actor, cause=cause, answer=answer, at=at)


def _ensure_second_person(request: RefundRequest, actor: User) -> None:
    if request.state == State.APPEALED and request.decided_by_id == actor.pk:
        raise NotYours(_("You decided this request yourself; a colleague must decide its appeal."))


def _close(request: RefundRequest, outcome: Appeal.Outcome, sentence: str) -> None:
    appeal = request.appeal
    if appeal is None:
        raise AppealRefused(_("There is no appeal to decide."))
    appeal.outcome = outcome
    appeal.sentence = sentence
    appeal.save(update_fields=["outcome", "sentence"])


def _sentence(sentence: str) -> str:
    words = sentence.strip()
    if not words:
        raise AppealRefused(_("Write the sentence that the pro will read."))
    return words
