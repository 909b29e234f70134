"""Taking back a final credit that was got by fraud: two people, and a reason in writing (X22).

The request stays approved after its appeal (C44); only the money moves, by an adjustment.
"""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import User
from refunds.models import Correction, RefundEvent, RefundRequest, State
from refunds.services import money, sellers
from refunds.services.change import (
    NotAllowed,
    RefundError,
    changing,
    ensure_verifier,
    overtaken,
    record,
)


class CorrectionRefused(RefundError):
    """The credit can't be corrected, or not without saying why."""


def propose(*, reference: str, actor: User, expected_version: int, reason: str) -> RefundRequest:
    """Propose to take a final credit back (X22); moves no money, and the pro learns nothing yet.

    Raises NotAllowed, CorrectionRefused without a reason or a second time, and Stale where the
    request was not approved after an appeal.
    """
    ensure_verifier(actor)
    at = timezone.now()
    words = reason.strip()
    if not words:
        raise CorrectionRefused(_("Say what shows the fraud: the pro will read it."))
    with changing(reference, expected_version=expected_version) as request:
        _ensure_final_credit(request)
        _ensure_impartial(request, actor)
        if _standing(request).exists():
            raise CorrectionRefused(_("A correction of this credit was proposed before."))
        Correction.objects.create(request=request, reason=words, proposed_by=actor, proposed_at=at)
        record(
            request,
            kind=RefundEvent.Kind.SUSPECTED,
            actor=actor,
            at=at,
            data={"reason": words},
        )
    return request


def confirm(*, reference: str, actor: User, expected_version: int) -> RefundRequest:
    """Take the credit back as somebody else proposed (X22); queues a mail to the pro.

    For a superuser. The wallet may go negative (X23), and what the seller gave is given back.
    Raises NotAllowed, CorrectionRefused where nothing waits to be confirmed, and Stale.
    """
    if not _is_administrator(actor):
        raise NotAllowed(_("Only an administrator can confirm a correction."))
    at = timezone.now()
    with changing(reference, expected_version=expected_version) as request:
        _ensure_final_credit(request)
        correction = _ensure_waiting(request)
        if correction.proposed_by_id == actor.pk:
            raise NotAllowed(_("You proposed this yourself; another person must confirm it."))
        _ensure_impartial(request, actor)
        _carry_out(request, correction, actor=actor, at=at)
    return request


def dismiss(*, reference: str, actor: User, expected_version: int, reason: str) -> RefundRequest:
    """Let a credit stay that somebody proposed to take back (X22), and keep why.

    For a superuser, and for the verifier who proposed it and takes that back so. Moves no money,
    and the pro learns nothing; the credit may be doubted again. Raises NotAllowed,
    CorrectionRefused without a reason or where nothing waits to be confirmed, and Stale.
    """
    at = timezone.now()
    words = reason.strip()
    if not words:
        raise CorrectionRefused(_("Say why the credit stays: colleagues will read it."))
    with changing(reference, expected_version=expected_version) as request:
        _ensure_final_credit(request)
        correction = _ensure_waiting(request)
        if not _dismisses(correction, actor):
            raise NotAllowed(
                _("Only an administrator, or who proposed the correction, can dismiss it.")
            )
        _ensure_impartial(request, actor)
        correction.dismissed_by, correction.dismissed_at = actor, at
        correction.dismissal = words
        correction.save(update_fields=["dismissed_by", "dismissed_at", "dismissal"])
        record(
            request,
            kind=RefundEvent.Kind.DISMISSED,
            actor=actor,
            at=at,
            data={"reason": words},
        )
    return request


def can_be_proposed(request: RefundRequest) -> bool:
    """Say whether the request has a final credit that no proposal to correct stands against."""
    return request.state == State.FINAL_APPROVED and not _standing(request).exists()


def is_corrected(request: RefundRequest) -> bool:
    """Say whether the credit was taken back; asks the database about a final credit only."""
    is_final = request.state == State.FINAL_APPROVED
    return is_final and _standing(request).filter(confirmed_at__isnull=False).exists()


def waiting(request: RefundRequest) -> Correction | None:
    """Return the correction that waits for its second person."""
    proposed = _standing(request).filter(confirmed_at__isnull=True)
    return proposed.select_related("proposed_by").first()


def may_confirm(request: RefundRequest, actor: User) -> bool:
    """Say whether a correction waits for the actor: an administrator who did not propose it."""
    correction = waiting(request) if actor.is_superuser else None
    return correction is not None and correction.proposed_by_id != actor.pk


def may_dismiss(request: RefundRequest, actor: User) -> bool:
    """Say whether a correction waits that the actor may dismiss; asks as ``is_corrected`` does."""
    correction = waiting(request) if request.state == State.FINAL_APPROVED else None
    return correction is not None and _dismisses(correction, actor)


def _standing(request: RefundRequest) -> QuerySet[Correction]:
    """Return the one correction that was not dismissed, if there is one."""
    return Correction.objects.filter(request=request, dismissed_at__isnull=True)


def _is_administrator(actor: User) -> bool:
    return actor.is_active and actor.is_superuser


def _dismisses(correction: Correction, actor: User) -> bool:
    is_own = correction.proposed_by_id == actor.pk and access.is_verifier(actor)
    return is_own or _is_administrator(actor)


def _ensure_waiting(request: RefundRequest) -> Correction:
    correction = waiting(request)
    if correction is None:
        raise CorrectionRefused(_("No correction of this credit waits to be confirmed."))
    return correction


def _ensure_final_credit(request: RefundRequest) -> None:
    if request.state != State.FINAL_APPROVED:
        raise overtaken(request)


def _ensure_impartial(request: RefundRequest, actor: User) -> None:
    if request.pro.memberships.filter(user=actor).exists():
        raise NotAllowed(_("You belong to this pro: a colleague must look into its credit."))


def _carry_out(
    request: RefundRequest, correction: Correction, *, actor: User, at: datetime
) -> None:
    correction.transfer = money.correct(request, reason=correction.reason, at=at)
    correction.confirmed_by = actor
    correction.confirmed_at = at
    correction.save(update_fields=["transfer", "confirmed_by", "confirmed_at"])
    record(
        request,
        kind=RefundEvent.Kind.CORRECTED,
        actor=actor,
        at=at,
        data={"reason": correction.reason, "amount_cents": correction.transfer.amount_cents},
    )
    sellers.give_back(request, actor=actor, at=at)
