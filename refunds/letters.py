"""The letter of a decision and the agent's screen: codes and facts, put into sentences (rule 2)."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import Program
from leads.models import Category, ContactAttempt, LeadSale
from refunds import answers
from refunds.models.exception import Cause
from refunds.policy.document import Policy
from refunds.policy.verdict import CheckJSON, Outcome
from refunds.remedies import REMEDIES
from refunds.rules_behind import rule_behind
from refunds.sentence_parts import KINDS, SOURCES, STEPS, Words
from refunds.sentences import SENTENCES

INSTANTS = (
    "begun_at",
    "closes_at",
    "planned_closes_at",
    "submitted_at",
    "opens_at",
    "earlier_sold_at",
    "contact_revealed_at",
    "completed_at",
    "sent_at",
    "due_at",
    "read_at",
    "replied_at",
    "found_at",
    "at",
)
DAYS = ("hired_on", "delivered_on")
LISTS = ("missing", "events")
AMOUNTS = ("credited_cents", "price_cents", "corrected_price_cents")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")

# How a fact that is one of a few words is read.
WORDS: Mapping[str, Callable[[str], Words]] = {
    "kind": lambda value: KINDS.get(value, value),
    "channel": lambda value: ContactAttempt.Channel(value).label,
    "cause": lambda value: Cause(value).label,
}


@dataclass(frozen=True)
class Line:
    """One check in words. ``outcome`` is "" for what only supports a decision; ``rule``, what the
    policy asks, and ``remedy``, what would have changed it, are for all but a refusal."""

    code: str
    outcome: str
    sentence: str
    staff_sentence: str
    source: str
    rule: str
    remedy: str


def lines_for(
    checks: Iterable[CheckJSON],
    *,
    program: Program,
    policy: Policy,
    categories: Mapping[str, str] | None = None,
) -> list[Line]:
    """Put stored checks into sentences in the active language.

    ``policy`` is the request's, in that language too: reasons and questions are called as it does.
    ``categories``: the program's names by their codes, from whoever has read them already.
    """
    checks = list(checks)
    names = categories or {}
    if categories is None and any("category" in check["fact"] for check in checks):
        names = _category_names(program)
    return [_line(check, program, policy, names) for check in checks]


def grounds(checks: Iterable[CheckJSON], outcome: Outcome) -> list[CheckJSON]:
    """Keep the checks that a decision rests on: the refusals, or what speaks for the claim.

    A seller's refusal speaks for nothing, even where the claim is approved in spite of it.
    """
    if outcome == Outcome.DECLINE:
        return [check for check in checks if check["outcome"] == Outcome.DECLINE]
    return [
        check
        for check in checks
        if check["outcome"] in (Outcome.APPROVE, None) and check["code"] != "seller_refused"
    ]


def remedy_for(code: str, fact: Mapping[str, str]) -> str:
    """Return what would have changed a refusal, with the facts in words; "" for other codes."""
    return _filled(REMEDIES.get(code, ()), fact)


def not_credited(sale: LeadSale, program: Program) -> str:
    """Return what a refusal is about: the amount that was asked for."""
    price = formats.money(sale.price_cents, program)
    return _("Asked for: %(price)s, the price of the lead. This decision credited none of it.") % {
        "price": price
    }


def note_beside(note: str, lines: Iterable[Line]) -> str:
    """Return a decider's note, or nothing where one of the sentences holds it already."""
    return "" if any(note in line.sentence for line in lines) else note


def _category_names(program: Program) -> dict[str, str]:
    return dict(Category.objects.filter(program=program).values_list("code", "name"))


def _line(check: CheckJSON, program: Program, policy: Policy, names: Mapping[str, str]) -> Line:
    texts = SENTENCES[check["code"]]
    fact = {name: _written(name, value, program) for name, value in check["fact"].items()}
    fact |= _said_by_the_policy(check["fact"], program, policy)
    if "category" in fact:
        fact["category"] = names.get(fact["category"], fact["category"])
    is_refusal = check["outcome"] == Outcome.DECLINE
    return Line(
        code=check["code"],
        outcome=check["outcome"] or "",
        sentence=_filled(texts.for_pro, fact),
        staff_sentence=_filled(texts.for_staff, fact),
        source=str(SOURCES[check["source"]]),
        rule=rule_behind(check["code"], check["fact"], policy) if is_refusal else "",
        remedy=remedy_for(check["code"], fact) if is_refusal else "",
    )


def _said_by_the_policy(
    fact: Mapping[str, str], program: Program, policy: Policy
) -> dict[str, str]:
    """Return how the policy words the reason that a check is about, and what it asks for."""
    reason = policy.reason(fact.get("reason", ""))
    if reason is None:
        return {}
    asked = [reason.detail(name) for name in fact.get("details", "").split(", ")]
    labels = [detail.label for detail in asked if detail]
    said = {"label": reason.label, "why": reason.hint, "labels": formats.listed(labels)}
    detail = reason.detail(fact.get("detail", ""))
    if detail is None or "answer" not in fact:
        return said
    answer = answers.written(detail, fact["answer"], program)
    return {**said, "answer": answer}


def _filled(wordings: Sequence[Words], fact: Mapping[str, str]) -> str:
    """Return the first wording whose facts are all known; the last one asks for none."""
    for wording in map(str, wordings):
        if set(PLACEHOLDER.findall(wording)) <= fact.keys():
            return wording % fact
    return ""


def _written(name: str, value: str, program: Program) -> str:
    if name in INSTANTS:
        return formats.instant(formats.parse_instant(value), program)
    if name in DAYS:
        return formats.day(date.fromisoformat(value))
    if name in AMOUNTS:
        return formats.money(int(value), program)
    if name in LISTS:
        return formats.listed(STEPS.get(one, one) for one in value.split(", "))
    word = WORDS[name](value) if name in WORDS else value
    return str(word)
