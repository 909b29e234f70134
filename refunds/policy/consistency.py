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
"""The part of the policy that a rule reads: a policy with the rule has to have it."""


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
    for code in policy.machine_may_approve:
        if code not in PROOF_CODES:
            yield f"machine_may_approve: {code!r} is none of {', '.join(PROOF_CODES)}"
    for code in policy.proactive_reasons:
        reason = policy.reason(code)
        if reason is None or not reason.eligible:
            yield f"proactive_reasons: {code!r} is no reason that can be credited"


def _setting_problems(policy: "Policy") -> Iterator[str]:
    for rule in sorted({rule for reason in policy.reasons for rule in reason.rules}):
        setting = SETTING_OF_RULE.get(rule)
        if setting and getattr(policy, setting) is None:
            yield f"{setting}: the rule {rule!r} needs it"
