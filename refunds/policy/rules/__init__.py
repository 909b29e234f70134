"""The rules, one file a family. Each is a plain function that yields the checks it made."""

from collections.abc import Callable, Iterator, Mapping

from refunds.policy.case import Case
from refunds.policy.document import Reason, RuleName
from refunds.policy.rules.authorization import authorization
from refunds.policy.rules.category import category
from refunds.policy.rules.contact_obtained import contact_obtained
from refunds.policy.rules.contact_steps import contact_steps
from refunds.policy.rules.credit import not_credited_yet
from refunds.policy.rules.details import eligible_answers, explanation, required_details
from refunds.policy.rules.duplicates import duplicates
from refunds.policy.rules.eligibility import reason_is_credited
from refunds.policy.rules.hiring import hiring
from refunds.policy.rules.quotes import quotes
from refunds.policy.rules.replies import replies
from refunds.policy.rules.sellers import seller
from refunds.policy.rules.service_area import service_area
from refunds.policy.rules.timing import in_time
from refunds.policy.rules.verification import verification
from refunds.policy.verdict import Check

AnyReasonRule = Callable[[Case], Iterator[Check]]
Rule = Callable[[Case, Reason], Iterator[Check]]

FOR_EVERY_CLAIM: tuple[AnyReasonRule, ...] = (
    reason_is_credited,
    in_time,
    explanation,
    not_credited_yet,
)
"""Run whatever the reason is, even one that the program doesn't have."""

BEFORE_FINDINGS: tuple[Rule, ...] = (required_details, eligible_answers)
FROM_FINDINGS: tuple[Rule, ...] = (verification, seller)

NAMED: Mapping[RuleName, Rule] = {
    "authorization": authorization,
    "category": category,
    "contact_obtained": contact_obtained,
    "contact_steps": contact_steps,
    "duplicates": duplicates,
    "hiring": hiring,
    "quotes": quotes,
    "replies": replies,
    "service_area": service_area,
}
"""The rules that a policy's reasons name."""


def rules_for(reason: Reason) -> tuple[Rule, ...]:
    """The rules that a claim with this (eligible) reason has to pass, in order."""
    return (*BEFORE_FINDINGS, *(NAMED[name] for name in reason.rules), *FROM_FINDINGS)
