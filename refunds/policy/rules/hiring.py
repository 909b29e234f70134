"""Whether somebody else was hired before the lead was delivered (C17, X9)."""

from collections.abc import Iterator
from datetime import date

from refunds.policy.codes import check
from refunds.policy.document import Policy, Reason
from refunds.policy.facts import Facts
from refunds.policy.moments import local_day
from refunds.policy.rules.details import given
from refunds.policy.verdict import Check


def hiring(facts: Facts, policy: Policy, reason: Reason) -> Iterator[Check]:
    """Hired or done on the day of delivery, or after it, is the pro's own competition."""
    hired_on = given(facts.claim, reason, "hired_on")
    delivered_on = local_day(facts.sale.sold_at, policy.zone)
    if hired_on and date.fromisoformat(hired_on) >= delivered_on:
        yield check(
            "hired_after_delivery", hired_on=hired_on, delivered_on=delivered_on.isoformat()
        )
