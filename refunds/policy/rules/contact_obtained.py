"""Whether the pro ever got the contact's details (P3, P14, X29)."""

from collections.abc import Iterator

from refunds.policy.codes import check, proof
from refunds.policy.document import Policy, Reason
from refunds.policy.facts import Facts
from refunds.policy.moments import iso
from refunds.policy.verdict import Check

PROOF = "contact_not_obtained"


def contact_obtained(facts: Facts, policy: Policy, reason: Reason) -> Iterator[Check]:
    """Never revealed is credited; revealed, but out of reach, is not."""
    revealed_at = facts.sale.contact_revealed_at
    if revealed_at is None:
        yield proof(PROOF, approves=PROOF in policy.machine_may_approve)
    else:
        yield check("contact_was_obtained", contact_revealed_at=iso(revealed_at))
