"""Whether the program has such a reason, and credits it (A8, C27 to C34, L10, P14, P15)."""

from collections.abc import Iterator

from refunds.policy.case import Case
from refunds.policy.codes import check
from refunds.policy.verdict import Check


def reason_is_credited(case: Case) -> Iterator[Check]:
    """A reason that isn't offered for such a lead, or is never credited, is refused by its code."""
    if case.reason is None:
        yield check("reason_not_offered", reason=case.facts.claim.reason)
    elif not case.reason.eligible:
        yield check("reason_not_eligible", reason=case.reason.code)
