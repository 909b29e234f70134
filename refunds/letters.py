"""The letter of a decision and the agent's screen: codes and facts, put into sentences (rule 2)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import Program
from leads.models import Category
from refunds.policy.verdict import CheckJSON, Outcome
from refunds.sentences import SENTENCES, SOURCES, STEPS

INSTANTS = (
    "closes_at",
    "submitted_at",
    "opens_at",
    "earlier_sold_at",
    "contact_revealed_at",
    "completed_at",
    "sent_at",
    "due_at",
    "read_at",
    "at",
)
DAYS = ("hired_on", "delivered_on")
AMOUNTS = ("credited_cents", "price_cents", "corrected_price_cents")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Line:
    """One check in words. ``outcome`` is "" for what only supports a decision."""

    code: str
    outcome: str
    sentence: str
    staff_sentence: str
    source: str


def lines_for(checks: Iterable[CheckJSON], *, program: Program) -> list[Line]:
    """Put stored checks into sentences in the active language."""
    checks = list(checks)
    names = _category_names(program) if any("category" in check["fact"] for check in checks) else {}
    return [_line(check, program, names) for check in checks]


def grounds(checks: Iterable[CheckJSON], outcome: Outcome) -> list[CheckJSON]:
    """Keep the checks that a decision rests on: the refusals, or what speaks for the claim."""
    kept = (Outcome.DECLINE,) if outcome == Outcome.DECLINE else (Outcome.APPROVE, None)
    return [check for check in checks if check["outcome"] in kept]


def note_beside(note: str, lines: Iterable[Line]) -> str:
    """Return a decider's note, or nothing where one of the sentences holds it already."""
    return "" if any(note in line.sentence for line in lines) else note


def _category_names(program: Program) -> dict[str, str]:
    return dict(Category.objects.filter(program=program).values_list("code", "name"))


def _line(check: CheckJSON, program: Program, names: Mapping[str, str]) -> Line:
    texts = SENTENCES[check["code"]]
    fact = {name: _written(name, value, program) for name, value in check["fact"].items()}
    if "category" in fact:
        fact["category"] = names.get(fact["category"], fact["category"])
    return Line(
        code=check["code"],
        outcome=check["outcome"] or "",
        sentence=_filled(str(texts.pro), fact, bare=str(texts.bare)),
        staff_sentence=_filled(str(texts.staff), fact, bare=str(texts.bare)),
        source=str(SOURCES[check["source"]]),
    )


def _filled(sentence: str, fact: Mapping[str, str], *, bare: str) -> str:
    wanted = set(PLACEHOLDER.findall(sentence))
    return sentence % fact if wanted <= fact.keys() else bare


def _written(name: str, value: str, program: Program) -> str:
    if name in INSTANTS:
        return formats.instant(formats.parse_instant(value), program)
    if name in DAYS:
        return formats.day(date.fromisoformat(value))
    if name in AMOUNTS:
        return formats.money(int(value), program)
    if name == "missing":
        return _(", ").join(str(STEPS.get(step, step)) for step in value.split(", "))
    return value
