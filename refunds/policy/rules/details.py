"""The explanation and the details that a claim gives (A14, C39, X34)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from unicodedata import category

from refunds.policy.case import Case
from refunds.policy.codes import check
from refunds.policy.document import Detail, Reason
from refunds.policy.facts import Claim
from refunds.policy.verdict import Check

BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are drawn as nothing, though they count as such."""


def explanation(case: Case) -> Iterator[Check]:
    """A report needs an explanation of the program's minimum length, blanks at its ends aside."""
    if not case.is_reported:
        return
    length, minimum = (
        visible_length(case.facts.claim.explanation),
        case.policy.explanation_min_length,
    )
    if length < minimum:
        yield check("explanation_missing", length=str(length), min_length=str(minimum))


def visible_length(text: str) -> int:
    """How many characters somebody can read, blanks at the ends aside (A14)."""
    if "".join(text.split()).isprintable() and BLANK_LETTERS.isdisjoint(text):
        return len(text.strip())  # which is so for nearly all, and quick
    shown = "".join(
        letter
        for letter in text
        if letter not in BLANK_LETTERS and (letter.isspace() or category(letter)[0] != "C")
    )
    return len(shown.strip())


def required_details(case: Case, reason: Reason) -> Iterator[Check]:
    """What the reason requires has to be given, in a form that can be read."""
    missing = [detail for detail in reason.details if not _is_satisfied(case.facts.claim, detail)]
    if missing:
        names = ", ".join(detail.name for detail in missing)
        yield check("details_missing", reason=reason.code, details=names)


def eligible_answers(case: Case, reason: Reason) -> Iterator[Check]:
    """Some answers say that the reason doesn't hold: a spouse is the right person (C9b).

    So does a pro who has not spoken with a contact whose word the claim rests on (A6, A7, C17 to
    C20), a request of the day before (A6), and an adult who is claimed to be under age.
    """
    for detail in reason.details:
        answer = given(case.facts.claim, reason, detail.name)
        if answer is not None and not _is_eligible(case, detail, answer):
            fact = {"reason": reason.code, "detail": detail.name, "answer": answer}
            yield check("answer_not_eligible", **fact, **_bound(case, detail))


def unanswered(claim: Claim, reason: Reason) -> tuple[str, ...]:
    """The names of what the reason expects, and the claim doesn't say."""
    expected = [detail.name for detail in reason.details if detail.expected]
    return tuple(name for name in expected if given(claim, reason, name) is None)


def given(claim: Claim, reason: Reason, name: str) -> str | None:
    """The detail that the claim gives, or None where it gives none that the reason asks for."""
    detail = reason.detail(name)
    value = claim.details.get(name, "").strip()
    return value if detail and _is_readable(detail, value) else None


def _is_eligible(case: Case, detail: Detail, answer: str) -> bool:
    if choice := detail.choice(answer):
        return choice.eligible
    if detail.below is not None:
        return int(answer) < detail.below
    if detail.days_before is not None:
        return date.fromisoformat(answer) <= _last_day(case, detail.days_before)
    return True


def _last_day(case: Case, days_before: int) -> date:
    return case.delivered_on - timedelta(days=days_before)


def _bound(case: Case, detail: Detail) -> dict[str, str]:
    """What the answer was measured by, so that a letter can say it."""
    if detail.below is not None:
        return {"below": str(detail.below)}
    if detail.days_before is not None:
        return {
            "days_before": str(detail.days_before),
            "delivered_on": case.delivered_on.isoformat(),
        }
    return {}


def _is_satisfied(claim: Claim, detail: Detail) -> bool:
    value = claim.details.get(detail.name, "").strip()
    return not detail.required or _is_readable(detail, value)


def _is_readable(detail: Detail, value: str) -> bool:
    if detail.kind == "choice":
        return value in detail.choice_labels
    if detail.kind == "date":
        return _is_date(value)
    if detail.kind == "number":
        return re.fullmatch(r"[0-9]{1,9}", value) is not None
    return bool(value)


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
