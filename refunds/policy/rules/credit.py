"""What an approval would credit, in minor units (C11, X13, X14, X37)."""

from collections.abc import Iterator

from refunds.policy.case import Case
from refunds.policy.codes import check
from refunds.policy.document import Reason
from refunds.policy.facts import Facts
from refunds.policy.rules.details import given
from refunds.policy.verdict import Check


def not_credited_yet(case: Case) -> Iterator[Check]:
    """A sale that was credited in full is credited no more (C26)."""
    if _left(case.facts) == 0:
        yield check("already_credited", credited_cents=str(case.facts.credited_cents))


def price_difference(facts: Facts, reason: Reason) -> Iterator[Check]:
    """What the corrected category costs less is due (C11); where it costs as much or more,
    nothing is (X13)."""
    corrected = corrected_category(facts, reason)
    if corrected:
        yield check(
            "price_difference_due" if _due(facts, reason) else "no_price_difference",
            category=corrected,
            price_cents=str(facts.sale.price_cents),
            corrected_price_cents=str(facts.prices[corrected]),
        )


def corrected_price_unknown(facts: Facts, reason: Reason) -> Iterator[Check]:
    """The pro takes the corrected category, but no price of it was in force at the sale (X14).

    What the difference is can't be known: the whole price would be due, which a person weighs.
    """
    corrected = _corrected_and_taken(facts, reason)
    if corrected and corrected not in facts.prices:
        yield check("corrected_price_unknown", category=corrected)


def credit_cents(facts: Facts, reason: Reason | None) -> int:
    """What an approval would credit: what is due, but no more than is left of the charge."""
    if reason is None or not reason.eligible:
        return 0
    return min(_due(facts, reason), _left(facts))


def corrected_category(facts: Facts, reason: Reason) -> str | None:
    """The category to whose price the sale is corrected, None where the whole price is due.

    That is the case where the pro doesn't take the category, or the price list doesn't have it.
    """
    corrected = _corrected_and_taken(facts, reason)
    return corrected if corrected in facts.prices else None


def _corrected_and_taken(facts: Facts, reason: Reason) -> str | None:
    corrected = given(facts.claim, reason, "corrected_category")
    if reason.amount != "price_difference" or corrected == facts.sale.category:
        return None
    return corrected if corrected in facts.pro.categories else None


def _due(facts: Facts, reason: Reason) -> int:
    corrected = corrected_category(facts, reason)
    lower = facts.prices[corrected] if corrected else 0
    return max(facts.sale.price_cents - lower, 0)


def _left(facts: Facts) -> int:
    return max(facts.sale.price_cents - facts.credited_cents, 0)
