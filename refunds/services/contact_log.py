"""How far the contact steps of a sale got, as the policy engine counts them (C21, X4)."""

from datetime import datetime

from leads.models import LeadSale
from refunds.documents import worded_policy_of
from refunds.models import PolicyVersion, RefundRequest
from refunds.policy.case import case_of
from refunds.policy.document import Policy, Reason
from refunds.policy.steps import Progress
from refunds.services.facts import facts_for_claim, policy_version_for


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
