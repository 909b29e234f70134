"""What the parts of a policy document ask of each other: a rule of its setting, and so on."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from refunds.policy.calendar import is_known_country
from refunds.policy.codes import PROOF_CODES

if TYPE_CHECKING:
    from refunds.policy.document import Policy, RuleName

SETTING_OF_RULE: "Mapping[RuleName, str]" = {
    "duplicates": "duplicate",
    "contact_steps": "contact_steps",
    "quotes": "quote_unread_hours",
    "replies": "quote_unanswered_days",
}
"""The part of the policy that a rule reads: a policy with the rule has to have it.

And no part without its rule: the rules' page tells of the part, and nothing would keep it.
"""

RULE_OF_PROOF: "Mapping[str, RuleName]" = {
    "duplicate_confirmed": "duplicates",
    "outside_service_area": "service_area",
    "category_not_subscribed": "category",
    "quote_unread": "quotes",
    "quote_unanswered": "replies",
    "contact_not_obtained": "contact_obtained",
}
"""The rule that gives a proof: a machine can approve by it where a reason has the rule."""


def contradictions(policy: "Policy") -> Iterator[str]:
    """A line "path: reason" for each part that asks for something that isn't there."""
    yield from _calendar_problems(policy)
    yield from _code_problems(policy)
    yield from _setting_problems(policy)


def repeated(names: Iterable[str]) -> list[str]:
    """The names that are there more than once."""
    return [name for name, times in Counter(names).items() if times > 1]


def _calendar_problems(policy: "Policy") -> Iterator[str]:
    if not is_known_country(policy.country, None):
        yield f"country: the holidays of {policy.country!r} are not known"
    elif not is_known_country(policy.country, policy.subdivision):
        yield f"subdivision: {policy.country} has none called {policy.subdivision!r}"


def _code_problems(policy: "Policy") -> Iterator[str]:
    if not policy.reasons:
        yield "reasons: none is listed"
    for code in repeated(reason.code for reason in policy.reasons):
        yield f"reasons: {code!r} is listed twice"
    yield from _proof_problems(policy)
    for caution in policy.cautions:
        for code in caution.reasons:
            if policy.reason(code) is None:
                yield f"cautions: {code!r} is no reason of the document"
    for code in repeated(policy.proactive_reasons):
        yield f"proactive_reasons: {code!r} is listed twice"
    for code in policy.proactive_reasons:
        reason = policy.reason(code)
        if reason is None or not reason.eligible:
            yield f"proactive_reasons: {code!r} is no reason that can be credited"


def _proof_problems(policy: "Policy") -> Iterator[str]:
    rules = _rules_of(policy)
    for code in policy.machine_may_approve:
        rule = RULE_OF_PROOF.get(code)
        if rule is None:
            yield f"machine_may_approve: {code!r} is none of {', '.join(PROOF_CODES)}"
        elif rule not in rules:
            yield f"machine_may_approve: no reason has the rule {rule!r}, which gives {code!r}"
    if policy.verified_only and policy.machine_may_approve:
        yield "machine_may_approve: verified_only leaves every approval to the team"
    if "contact_not_obtained" in policy.machine_may_approve and policy.contact_due_hours is None:
        # A machine that never waits would pay for every contact that is only awaited.
        yield "contact_due_hours: 'contact_not_obtained' in machine_may_approve needs it"


def _setting_problems(policy: "Policy") -> Iterator[str]:
    rules = _rules_of(policy)
    for rule, setting in sorted(SETTING_OF_RULE.items()):
        is_set = getattr(policy, setting) is not None
        if rule in rules and not is_set:
            yield f"{setting}: the rule {rule!r} needs it"
        elif is_set and rule not in rules:
            yield f"{setting}: no reason has the rule {rule!r}"


def _rules_of(policy: "Policy") -> "set[RuleName]":
    return {rule for reason in policy.reasons for rule in reason.rules}
