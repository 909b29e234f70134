"""Whether the project needs the homeowner's approval at all (C16, X10)."""

from collections.abc import Iterator

from refunds.policy.case import Case
from refunds.policy.codes import check
from refunds.policy.document import Reason
from refunds.policy.verdict import Check


def authorization(case: Case, reason: Reason) -> Iterator[Check]:
    """Who may not authorize matters only in categories that need an owner's approval."""
    ordered = case.facts.sale.category
    if ordered not in case.facts.owner_approval_categories:
        yield check("owner_approval_not_needed", category=ordered)
