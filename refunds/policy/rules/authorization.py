"""Whether the project needs the homeowner's approval at all (C16, X10)."""

from collections.abc import Iterator

from refunds.policy.codes import check
from refunds.policy.document import Policy, Reason
from refunds.policy.facts import Facts
from refunds.policy.verdict import Check


def authorization(facts: Facts, policy: Policy, reason: Reason) -> Iterator[Check]:
    """Who may not authorize matters only in categories that need an owner's approval."""
    if facts.sale.category not in facts.owner_approval_categories:
        yield check("owner_approval_not_needed", category=facts.sale.category)
