"""Whether the claim came before the window's last second passed (A9, C1, C35, L3, L5, P6)."""

from collections.abc import Iterator

from refunds.policy.codes import check
from refunds.policy.document import Policy, Reason
from refunds.policy.facts import Facts
from refunds.policy.moments import iso
from refunds.policy.rules.reporting import is_reported
from refunds.policy.verdict import Check
from refunds.policy.windows import window


def in_time(facts: Facts, policy: Policy, reason: Reason | None) -> Iterator[Check]:
    """A report is made by the window's last second, unless an exception was granted (L6, X26)."""
    sale, submitted_at = facts.sale, facts.claim.submitted_at
    opening = window(policy, sold_at=sale.sold_at, job_date=sale.job_date)
    if not is_reported(facts, policy, reason) or _is_excepted(facts, policy):
        return
    if opening.is_closed(submitted_at):
        yield check(
            "window_closed", closes_at=iso(opening.closes_at), submitted_at=iso(submitted_at)
        )


def _is_excepted(facts: Facts, policy: Policy) -> bool:
    return policy.exception is not None and facts.exception in policy.exception.causes
