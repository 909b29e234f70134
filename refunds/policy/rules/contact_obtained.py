"""Whether the pro ever got the contact's details (P3, P14, X29)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from refunds.policy.case import Case
from refunds.policy.codes import check, proof
from refunds.policy.document import Reason
from refunds.policy.facts import Sale
from refunds.policy.moments import instant, iso
from refunds.policy.verdict import Check

PROOF = "contact_not_obtained"


def contact_obtained(case: Case, reason: Reason) -> Iterator[Check]:
    """Never revealed is credited; revealed, but out of reach, is not."""
    revealed_at = case.facts.sale.contact_revealed_at
    if revealed_at is None:
        approves = PROOF in case.policy.machine_may_approve and _is_due(case)
        yield proof(PROOF, approves=approves)
    else:
        yield check("contact_was_obtained", contact_revealed_at=iso(revealed_at))


def _is_due(case: Case) -> bool:
    """Whether the details are late: before that, a person looks why the pro misses them.

    A machine that paid at once would give the fee back for every quote that waits for its answer.
    """
    hours, since = case.policy.contact_due_hours, _due_since(case.facts.sale)
    if hours is None:
        return True
    submitted_at = instant(case.facts.claim.submitted_at)
    return since is not None and submitted_at >= instant(since) + timedelta(hours=hours)


def _due_since(sale: Sale) -> datetime | None:
    return sale.quote.replied_at if sale.quote else sale.sold_at
