"""Whether the lead's category is one that the pro's campaign takes (A3, C11, C37, X12)."""

from collections.abc import Iterator

from refunds.policy.case import Case
from refunds.policy.codes import check, proof
from refunds.policy.document import Reason
from refunds.policy.rules.credit import corrected_price_unknown, price_difference
from refunds.policy.rules.details import given
from refunds.policy.verdict import Check

PROOF = "category_not_subscribed"


def category(case: Case, reason: Reason) -> Iterator[Check]:
    """The category as sold and as the claim corrects it, each against the campaign's own.

    Compared at the level of categories, not of tasks. A correction to another category of the
    campaign is no ground where the full price is at stake, and leaves the difference elsewhere.
    """
    sold, taken = case.facts.sale.category, case.facts.pro.categories
    actual = given(case.facts.claim, reason, "corrected_category") or sold
    unknown = tuple(corrected_price_unknown(case.facts, reason))
    if sold not in taken:
        approves = PROOF in case.policy.machine_may_approve and not unknown
        yield proof(PROOF, approves=approves, category=sold)
    if actual in taken and (actual == sold or reason.amount == "full"):
        yield check("category_matches", category=actual)
    yield from price_difference(case.facts, reason)
    yield from unknown
