"""Whether a claim is a report at all: what the system or the team raises owes no report."""

from refunds.policy.document import Policy, Reason
from refunds.policy.facts import Facts


def is_reported(facts: Facts, policy: Policy, reason: Reason | None) -> bool:
    """Whether somebody reported the lead, and so the window and the notes are theirs to keep.

    Automatic credits (P2) and the team's proactive ones (C23, X32) come without a request.
    """
    if reason is None:
        return True
    if reason.automatic:
        return False
    return not (facts.claim.channel == "team" and reason.code in policy.proactive_reasons)
