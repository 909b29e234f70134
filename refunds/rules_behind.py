"""The rule behind a refusal: what the request's policy asks, for every code that declines (C6).

A letter's ground says the rule, then the fact that does not meet it, where that is from, and what
would have changed it. Most rules are the policy's, in the words of the rules' page; the others hold
in every program.
"""

from collections.abc import Callable, Mapping
from itertools import chain

from django.utils.translation import gettext_lazy

from refunds.policy.consistency import SETTING_OF_RULE
from refunds.policy.document import Policy
from refunds.rule_words import (
    answer_conditions,
    condition,
    explanation_length,
    live_calls,
    seller_terms,
    window_kind,
)
from refunds.sentence_parts import Words

REFUNDED = gettext_lazy("Only the reasons that the rules list as refundable are refunded.")

# What holds in every program, by code.
EVERYWHERE: Mapping[str, Words] = {
    "already_credited": gettext_lazy("The price of a lead comes back once."),
    "reason_not_offered": REFUNDED,
    "reason_not_eligible": REFUNDED,
    "details_missing": gettext_lazy("A claim answers every question that its reason asks."),
    "contact_contradicts": gettext_lazy(
        "What a claim says has to agree with what the contact tells our team."
    ),
    "claim_not_supported": gettext_lazy("Something that we can check has to support the claim."),
    "address_only": gettext_lazy("A wrong street address alone is no reason for a refund."),
    "notes_unclear": gettext_lazy(
        "A claim says what was tried, when, and what was heard or seen, so that we can check it."
    ),
    "no_price_difference": gettext_lazy(
        "If your campaign takes the right category as well, you get the difference."
    ),
    "reason_mismatch": gettext_lazy("A reason is for what its words say, and for nothing else."),
}

# The rule of a reason that a code says is not met.
CONDITION_OF: Mapping[str, str] = {
    "too_early": "contact_steps",
    "contact_steps_incomplete": "contact_steps",
    "team_reached_contact": "contact_steps",
    "not_a_duplicate": "duplicates",
    "original_credited": "duplicates",
    "inside_service_area": "service_area",
    "category_matches": "category",
    "same_category": "category",
    "hired_after_delivery": "hiring",
    "owner_approval_not_needed": "authorization",
    "contact_was_obtained": "contact_obtained",
    "quote_was_read": "quotes",
    "quote_was_answered": "replies",
}

# What the policy says of other things than its reasons.
FROM_THE_POLICY: Mapping[str, Callable[[Policy], str]] = {
    "window_closed": lambda policy: window_kind(policy.window),
    "explanation_missing": explanation_length,
    "recording_does_not_prove": lambda policy: next(live_calls(policy), ""),
    "seller_refused": lambda policy: next(seller_terms(policy), ""),
}


def rule_behind(code: str, fact: Mapping[str, str], policy: Policy) -> str:
    """Return the rule that a refusal rests on, in the policy's language; "" for other codes."""
    if code in EVERYWHERE:
        return str(EVERYWHERE[code])
    if code in CONDITION_OF:
        return _condition(CONDITION_OF[code], policy)
    if code == "answer_not_eligible":
        return _answers(fact, policy)
    return FROM_THE_POLICY[code](policy) if code in FROM_THE_POLICY else ""


def _condition(rule: str, policy: Policy) -> str:
    """Return what a rule asks; "" where the policy lacks what the rule reads."""
    setting = SETTING_OF_RULE.get(rule)  # type: ignore[call-overload] # any word may be looked up
    if setting and getattr(policy, setting) is None:
        return ""
    return condition(policy, rule)


def _answers(fact: Mapping[str, str], policy: Policy) -> str:
    reason = policy.reason(fact.get("reason", ""))
    if reason is None:
        return str(REFUNDED)
    detail = reason.detail(fact.get("detail", ""))
    asked = [detail] if detail else reason.details
    return " ".join(chain.from_iterable(answer_conditions(one) for one in asked))
