"""Whether somebody else was hired before the lead was delivered (C17, X9)."""

from collections.abc import Iterator
from datetime import date

from refunds.policy.case import Case
from refunds.policy.codes import check
from refunds.policy.document import Reason
from refunds.policy.rules.details import given
from refunds.policy.verdict import Check


def hiring(case: Case, reason: Reason) -> Iterator[Check]:
    """Hired or done on the day of delivery, or after it, is the pro's own competition."""
    hired_on = given(case.facts.claim, reason, "hired_on")
    if hired_on and date.fromisoformat(hired_on) >= case.delivered_on:
        yield check(
            "hired_after_delivery", hired_on=hired_on, delivered_on=case.delivered_on.isoformat()
        )
