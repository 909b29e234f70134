"""Taking back the credit of a first-level approval (C42, L25, X22 to X24).

Final is final: what an appeal approved is out of reach here, whoever asks (C44); a credit that was
got by fraud is corrected (``corrections``).
"""

from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import User
from refunds.documents import policy_of
from refunds.models import RefundEvent, RefundRequest, State
from refunds.services import consequences, money, proposals, sellers
from refunds.services.change import (
    NotAllowed,
    RefundError,
    changing,
    ensure_possible,
    move,
    record,
)


class ReversalRefused(RefundError):
    """The approval can't be taken back, or not without saying why."""


def ask(*, reference: str, actor: User, expected_version: int, words: str) -> RefundRequest:
    """Let a pro ask to give a credit back, because the lead bought after all (L25).

    Moves no money; queues a mail to the account manager. Raises RefundRequest.DoesNotExist where
    the request is not the actor's, ReversalRefused without words, a second time, for a contact
    that never came, or past the program's reversal days, and Stale.
    """
    at = timezone.now()
    text = words.strip()
    if not text:
        raise ReversalRefused(_("Say why you want to give the credit back."))
    RefundRequest.objects.visible_to(actor).get(reference=reference)
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.reverse)
        if request.reversal_asked_at is not None:
            raise ReversalRefused(_("You asked for this before; your account manager sees to it."))
        _ensure_contact_came(request)
        _ensure_in_time(request, at)
        request.reversal_asked_at = at
        record(
            request,
            kind=RefundEvent.Kind.REVERSAL_ASKED,
            actor=actor,
            at=at,
            data={"text": text},
        )
    return request


def reverse(
    *,
    reference: str,
    actor: User,
    expected_version: int,
    reason: str,
    at_wish: bool = False,
    debit_only: bool = False,
) -> RefundRequest:
    """Reverse an approved request and debit the wallet, which may go negative; queues a mail.

    The team does it where information contradicts the approval (C42); ``at_wish``, because the
    pro asked (L25), its account manager may do it as well. What the seller gave is given back, and
    the lead comes back unless it was sold on: then the pro's wish is carried out with
    ``debit_only`` alone (X24). What the contact did stays known; sales of other pros that were
    proposed because of the credit, and wait, are dismissed.

    Raises NotAllowed, ReversalRefused without a reason, past the program's reversal days, for a
    wish that nobody had, or for a lead that can't come back, and Stale.
    """
    at = timezone.now()
    words = reason.strip()
    if not words:
        raise ReversalRefused(_("Say why the credit is taken back: the pro will read it."))
    with changing(reference, expected_version=expected_version) as request:
        _ensure_may(request, actor, at_wish=at_wish)
        ensure_possible(request, request.reverse)
        _ensure_asked(request, at_wish=at_wish)
        _ensure_in_time(request, (request.reversal_asked_at or at) if at_wish else at)
        _carry_out(request, actor=actor, words=words, at_wish=at_wish, at=at)
        if at_wish and request.sale.is_detached and not debit_only:
            raise ReversalRefused(
                _(
                    "The lead was sold to somebody else meanwhile and can't come back. "
                    "Take the credit back without the lead, or leave it as it is."
                )
            )
    return request


def can_be_asked(request: RefundRequest, at: datetime) -> bool:
    """Say whether the pro may ask now to give the credit back.

    Nobody bought whose contact the pro never got: a held fee that came back is not given again.
    """
    until = reversible_until(request)
    if not _has_contact_come(request):
        return False
    is_first = request.state == State.APPROVED and request.reversal_asked_at is None
    return is_first and until is not None and at <= until


def reversible_until(request: RefundRequest) -> datetime | None:
    """Return the last instant in which an approval can be taken back; None where there is none."""
    if request.decided_at is None:
        return None
    return request.decided_at + timedelta(days=policy_of(request.policy_version).reversal.days)


def wish_of(request: RefundRequest) -> str:
    """Return the words with which the pro asked to give the credit back, "" where it didn't."""
    if request.reversal_asked_at is None:
        return ""
    asked = request.events.filter(kind=RefundEvent.Kind.REVERSAL_ASKED).order_by("pk").last()
    return str(asked.data["text"]) if asked else ""


def _ensure_may(request: RefundRequest, actor: User, *, at_wish: bool) -> None:
    """Raise NotAllowed unless the actor is of the team, or carries out the wish of their pro."""
    if request.pro.memberships.filter(user=actor).exists():
        raise NotAllowed(_("You belong to this pro: a colleague must take its credit back."))
    is_manager = request.pro.account_manager_id == actor.pk and access.is_account_manager(actor)
    if access.is_verifier(actor) or (at_wish and is_manager):
        return
    raise NotAllowed(
        _("Only the verification team can do this, and at the pro's wish its account manager.")
    )


def _ensure_asked(request: RefundRequest, *, at_wish: bool) -> None:
    if at_wish and request.reversal_asked_at is None:
        raise ReversalRefused(_("The pro has not asked to give this credit back."))


def _ensure_contact_came(request: RefundRequest) -> None:
    """Raise ReversalRefused where nobody can have bought: the pro never got the contact."""
    if not _has_contact_come(request):
        raise ReversalRefused(
            _("You never got this contact, so they can't have hired you: keep the credit.")
        )


def _has_contact_come(request: RefundRequest) -> bool:
    return request.sale.contact_revealed_at is not None


def _ensure_in_time(request: RefundRequest, at: datetime) -> None:
    """Raise ReversalRefused where the reversal days have passed at that moment."""
    until = reversible_until(request)
    if until is None or at > until:
        raise ReversalRefused(
            _("An approval can be reversed for %(days)d days, and they have passed.")
            % {"days": policy_of(request.policy_version).reversal.days}
        )


def _carry_out(
    request: RefundRequest, *, actor: User, words: str, at_wish: bool, at: datetime
) -> None:
    had_left = request.sale.is_detached
    reversal = money.take_back(request, at=at)
    move(
        request,
        partial(request.reverse, reversal=reversal),
        kind=RefundEvent.Kind.REVERSED,
        actor=actor,
        at=at,
        data={
            "reason": words,
            "amount_cents": reversal.amount_cents,
            "at_wish": at_wish,
            "had_left": had_left,
        },
    )
    sellers.give_back(request, actor=actor, at=at)
    consequences.reattach(request, actor=actor, at=at)
    proposals.drop(request, actor=actor, at=at)
