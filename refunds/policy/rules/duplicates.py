"""Whether the pro was sold the same thing before (A2, C13, X15)."""

from collections.abc import Iterator

from refunds.policy.codes import check, proof
from refunds.policy.document import Duplicate, Policy, Reason
from refunds.policy.facts import EarlierSale, Facts
from refunds.policy.moments import instant, iso, local_day
from refunds.policy.verdict import Check

PROOF = "duplicate_confirmed"


def duplicates(facts: Facts, policy: Policy, reason: Reason) -> Iterator[Check]:
    """The later sale is credited, if the earlier one was charged and is not itself credited."""
    if policy.duplicate is None:
        return
    days = str(policy.duplicate.days)
    matches = [
        earlier
        for earlier in facts.earlier_sales
        if _is_same(earlier, facts, policy.duplicate) and _is_in_frame(earlier, facts, policy)
    ]
    originals = [earlier for earlier in matches if earlier.charged and not earlier.credited]
    if originals:
        sold_at, approves = _latest(originals), PROOF in policy.machine_may_approve
        yield proof(PROOF, approves=approves, earlier_sold_at=sold_at, days=days)
    elif matches:
        yield check("original_credited", earlier_sold_at=_latest(matches), days=days)
    else:
        yield check("not_a_duplicate", days=days)


def _is_same(earlier: EarlierSale, facts: Facts, terms: Duplicate) -> bool:
    if terms.match == "same_request":
        return earlier.same_request
    return earlier.same_contact and earlier.category == facts.sale.category


def _is_in_frame(earlier: EarlierSale, facts: Facts, policy: Policy) -> bool:
    if policy.duplicate is None or instant(earlier.sold_at) > instant(facts.sale.sold_at):
        return False
    delivered_on = local_day(facts.sale.sold_at, policy.zone)
    apart = delivered_on - local_day(earlier.sold_at, policy.zone)
    return apart.days <= policy.duplicate.days


def _latest(sales: list[EarlierSale]) -> str:
    return max(iso(sale.sold_at) for sale in sales)
