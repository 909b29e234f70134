"""Whether the pro was sold the same thing before (A2, C13, X15)."""

from collections.abc import Iterator

from refunds.policy.case import Case
from refunds.policy.codes import check, proof
from refunds.policy.document import Duplicate, Reason
from refunds.policy.facts import EarlierSale
from refunds.policy.moments import instant, iso, local_day
from refunds.policy.verdict import Check

PROOF = "duplicate_confirmed"


def duplicates(case: Case, reason: Reason) -> Iterator[Check]:
    """The later sale is credited, if the earlier one was charged and is not itself credited."""
    terms = case.policy.duplicate
    if terms is None:
        return
    days = str(terms.days)
    matches = [
        earlier
        for earlier in case.facts.earlier_sales
        if _is_same(earlier, case, terms) and _is_in_frame(earlier, case, terms)
    ]
    originals = [earlier for earlier in matches if earlier.charged and not earlier.credited]
    if originals:
        approves = PROOF in case.policy.machine_may_approve
        yield proof(PROOF, approves=approves, days=days, **_latest(originals))
    elif matches:
        yield check("original_credited", days=days, **_latest(matches))
    else:
        yield check("not_a_duplicate", days=days)


def _is_same(earlier: EarlierSale, case: Case, terms: Duplicate) -> bool:
    if terms.match == "same_request":
        return earlier.same_request
    return earlier.same_contact and earlier.category == case.facts.sale.category


def _is_in_frame(earlier: EarlierSale, case: Case, terms: Duplicate) -> bool:
    """From delivery to delivery, by the days of the program's zone, the last one included (X15)."""
    if instant(earlier.sold_at) > instant(case.facts.sale.sold_at):
        return False
    apart = case.delivered_on - local_day(earlier.sold_at, case.policy.zone)
    return apart.days <= terms.days


def _latest(sales: list[EarlierSale]) -> dict[str, str]:
    """The fact that names the latest of the sales, by its lead's number where it is known."""
    latest = max(sales, key=lambda sale: instant(sale.sold_at))
    fact = {"earlier_sold_at": iso(latest.sold_at)}
    return {**fact, "earlier_lead": latest.lead} if latest.lead else fact
