"""The explanation and the details that a claim gives (A14, C39, X34)."""

from collections.abc import Iterator
from datetime import date
from unicodedata import category

from refunds.policy.codes import check
from refunds.policy.document import Detail, Policy, Reason
from refunds.policy.facts import Claim, Facts
from refunds.policy.rules.reporting import is_reported
from refunds.policy.verdict import Check

BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols that are drawn as nothing, though they count as such."""


def explanation(facts: Facts, policy: Policy, reason: Reason | None) -> Iterator[Check]:
    """A report needs an explanation of the program's minimum length, blanks at its ends aside."""
    length = visible_length(facts.claim.explanation)
    if is_reported(facts, policy, reason) and length < policy.explanation_min_length:
        minimum = str(policy.explanation_min_length)
        yield check("explanation_missing", length=str(length), min_length=minimum)


def visible_length(text: str) -> int:
    """How many characters somebody can read, blanks at the ends aside (A14)."""
    shown = "".join(
        letter
        for letter in text
        if letter not in BLANK_LETTERS and (letter.isspace() or category(letter)[0] != "C")
    )
    return len(shown.strip())


def required_details(facts: Facts, policy: Policy, reason: Reason) -> Iterator[Check]:
    """What the reason requires has to be given, in a form that can be read."""
    missing = [detail for detail in reason.details if not _is_satisfied(facts.claim, detail)]
    if missing:
        names = ", ".join(detail.name for detail in missing)
        labels = ", ".join(detail.label for detail in missing)
        yield check("details_missing", details=names, labels=labels)


def given(claim: Claim, reason: Reason, name: str) -> str | None:
    """The detail that the claim gives, or None where it gives none that the reason asks for."""
    detail = reason.detail(name)
    value = claim.details.get(name, "").strip()
    return value if detail and _is_readable(detail, value) else None


def _is_satisfied(claim: Claim, detail: Detail) -> bool:
    value = claim.details.get(detail.name, "").strip()
    return not detail.required or _is_readable(detail, value)


def _is_readable(detail: Detail, value: str) -> bool:
    if detail.kind == "choice":
        return value in detail.choice_labels
    if detail.kind == "date":
        return _is_date(value)
    return bool(value)


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
