"""Whether the program has such a reason, and credits it (A8, C27 to C34, L10, P14, P15)."""

from collections.abc import Iterator

from refunds.policy.codes import check
from refunds.policy.document import Policy, Reason
from refunds.policy.facts import Facts
from refunds.policy.verdict import Check


def reason_is_credited(facts: Facts, policy: Policy, reason: Reason | None) -> Iterator[Check]:
    """A reason that the program doesn't have or never credits is refused, each by its code."""
    if reason is None:
        yield check("reason_not_offered", reason=facts.claim.reason)
    elif not reason.eligible:
        yield check("reason_not_eligible", reason=reason.code, label=reason.label, why=reason.hint)
