"""Taking back a final credit that was got by fraud: two people, and a reason in writing (X22).

The request stays approved after its appeal (C44); only the money moves, by an adjustment.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from refunds.models import Correction, RefundEvent, RefundRequest, State
from refunds.services import money, sellers
from refunds.services.change import (
    NotAllowed,
    RefundError,
    Stale,
    changing,
    ensure_verifier,
    record,
    stale_sentence,
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
        if Correction.objects.filter(request=request).exists():
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
    if not (actor.is_active and actor.is_superuser):
        raise NotAllowed(_("Only an administrator can confirm a correction."))
    at = timezone.now()
    with changing(reference, expected_version=expected_version) as request:
        _ensure_final_credit(request)
        correction = waiting(request)
        if correction is None:
            raise CorrectionRefused(_("No correction of this credit waits to be confirmed."))
        if correction.proposed_by_id == actor.pk:
            raise NotAllowed(_("You proposed this yourself; another person must confirm it."))
        _ensure_impartial(request, actor)
        _carry_out(request, correction, actor=actor, at=at)
    return request


def can_be_proposed(request: RefundRequest) -> bool:
    """Say whether the request has a final credit that nobody proposed to correct."""
    is_final = request.state == State.FINAL_APPROVED
    return is_final and not Correction.objects.filter(request=request).exists()


def is_corrected(request: RefundRequest) -> bool:
    """Say whether the credit was taken back; reads ``correction``, bring it along."""
    correction = getattr(request, "correction", None)
    return correction is not None and correction.confirmed_at is not None


def waiting(request: RefundRequest) -> Correction | None:
    """Return the correction that waits for its second person."""
    proposed = Correction.objects.filter(request=request, confirmed_at__isnull=True)
    return proposed.select_related("proposed_by").first()


def may_confirm(request: RefundRequest, actor: User) -> bool:
    """Say whether a correction waits for the actor: an administrator who did not propose it."""
    correction = waiting(request) if actor.is_superuser else None
    return correction is not None and correction.proposed_by_id != actor.pk


def _ensure_final_credit(request: RefundRequest) -> None:
    if request.state != State.FINAL_APPROVED:
        raise Stale(stale_sentence(request))


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
