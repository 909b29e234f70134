"""The contact log of a sale: how far its steps got (C21, X4), and taking back a slip."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from leads.models import ContactAttempt, LeadSale
from leads.services.attempts import AttemptRefused
from refunds.documents import worded_policy_of
from refunds.models import PolicyVersion, RefundRequest
from refunds.policy.case import case_of
from refunds.policy.document import Policy, Reason
from refunds.policy.steps import Progress
from refunds.services.facts import facts_for_claim, policy_version_for

TAKEN_BACK_WITHIN = timedelta(minutes=10)


def asked_of(sale: LeadSale) -> tuple[Policy, Reason] | None:
    """Return the policy of a sale and its reason that asks for contact steps; None: none does."""
    try:
        policy = worded_policy_of(policy_version_for(sale))
    except PolicyVersion.DoesNotExist:
        return None
    offered = policy.offered_for(sale.lead.kind)
    asking = (reason for reason in offered if "contact_steps" in reason.rules)
    reason = next(asking, None)
    return (policy, reason) if reason else None


def steps_of(sale: LeadSale, at: datetime) -> Progress | None:
    """Return the steps as a claim at that moment would be judged by; None: none are asked for.

    Changes nothing.
    """
    asked = asked_of(sale)
    if asked is None:
        return None
    policy, reason = asked
    facts = facts_for_claim(
        sale,
        reason=reason.code,
        submitted_at=at,
        explanation="",
        channel=RefundRequest.Channel.PORTAL,
        details={},
    )
    return case_of(facts, policy).steps


def take_back(*, sale_uuid: UUID, attempt_id: int, actor: User) -> ContactAttempt:
    """Take back an attempt that its author logged by a slip, so that it counts for nothing (C21).

    It stays on record as taken back, for the pro and for the team. Locks the sale, as filing a
    claim does before it reads the log.

    Raises LeadSale.DoesNotExist for a lead that is not in the actor's account, or has left it
    (L22), ContactAttempt.DoesNotExist for what somebody else logged, and AttemptRefused once its
    minutes are over or a claim for the lead could rest on it; nothing is changed then.
    """
    with transaction.atomic():
        sales = LeadSale.objects.visible_to(actor).attached()
        sale = sales.select_for_update(of=("self",), no_key=True).get(uuid=sale_uuid)
        own = sale.attempts.filter(by=ContactAttempt.By.PRO, logged_by=actor)
        attempt, at = own.get(pk=attempt_id), timezone.now()
        _refuse_to_take_back(attempt, at)
        attempt.taken_back_at = at
        attempt.save(update_fields=["taken_back_at"])
    return attempt


def may_be_taken_back(attempt: ContactAttempt, actor: User, at: datetime) -> bool:
    """Say whether somebody's slip can still be taken back, if no claim came since."""
    is_own = attempt.by == ContactAttempt.By.PRO and attempt.logged_by_id == actor.pk
    return is_own and attempt.taken_back_at is None and _is_recent(attempt, at)


def _refuse_to_take_back(attempt: ContactAttempt, at: datetime) -> None:
    if attempt.taken_back_at is not None:
        raise AttemptRefused(_("This attempt was taken back already."))
    if not _is_recent(attempt, at):
        raise AttemptRefused(
            _("An attempt can be taken back for ten minutes. They are over, so it stays.")
        )
    claims = RefundRequest.objects.filter(sale=attempt.sale_id)
    if claims.live().exists() or claims.filter(events__at__gte=attempt.logged_at).exists():
        raise AttemptRefused(
            _("A claim for this lead was sent meanwhile, and your log belongs to it. So it stays.")
        )


def _is_recent(attempt: ContactAttempt, at: datetime) -> bool:
    return attempt.logged_at is not None and at <= attempt.logged_at + TAKEN_BACK_WITHIN
