"""The rules: what the policies in force say, in plain words (A24, design §9)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import formats
from accounts.models import Program
from refunds.documents import worded_policy_of
from refunds.models import PolicyVersion
from refunds.policy.document import Policy
from refunds.rule_words import ReasonWords, groups_of, rules_of
from refunds.views.person import PersonRequest, for_pros


@dataclass(frozen=True)
class Section:
    """A part of the rules that the table of contents leads to: sentences, or reasons."""

    anchor: str
    title: str
    sentences: Sequence[str] = ()
    reasons: Sequence[ReasonWords] = ()


@dataclass(frozen=True)
class ProgramRules:
    """A program's rules in words; ``changes_at`` is when other ones begin for new leads."""

    code: str
    policy: Policy
    sections: Sequence[Section]
    changes_at: str


@require_safe
@for_pros
def rules(request: PersonRequest) -> HttpResponse:
    """Show the rules of each program that the pro buys leads from."""
    now = timezone.now()
    programs = Program.objects.filter(
        pros__memberships__user=request.user, policy_versions__published_at__isnull=False
    ).distinct()
    context = {"programs": [_rules(program, now) for program in programs.order_by("name", "pk")]}
    return render(request, "refunds/rules.html", context)


def _rules(program: Program, now: datetime) -> ProgramRules:
    policy = worded_policy_of(PolicyVersion.objects.in_force(program.pk, now))
    following = (
        program.policy_versions.filter(published_at__isnull=False, effective_from__gt=now)
        .order_by("effective_from")
        .first()
    )
    return ProgramRules(
        code=program.code,
        policy=policy,
        sections=list(_sections(program.code, policy)),
        changes_at=formats.instant(following.effective_from, program) if following else "",
    )


def _sections(code: str, policy: Policy) -> Iterator[Section]:
    """Yield until when one can ask, then for what, then all that happens after it."""
    first, *others = rules_of(policy)
    yield Section(f"{code}-window", first.title, sentences=first.sentences)
    for number, group in enumerate(groups_of(policy), 1):
        yield Section(f"{code}-reasons-{number}", group.title, reasons=group.reasons)
    for number, rule in enumerate(others, 1):
        yield Section(f"{code}-rule-{number}", rule.title, sentences=rule.sentences)
