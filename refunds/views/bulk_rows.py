"""Rows of a file of claims, in words: what would become of each, and what became of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import Program, ServicePro
from refunds.documents import policy_of, worded_policy_of
from refunds.models import RefundRequest, State
from refunds.policy.document import Policy
from refunds.policy.verdict import Outcome, Verdict
from refunds.services.bulk import CheckedRow
from refunds.services.dates import end_of_day
from refunds.services.windows import terms_in
from refunds.views.words import TAGS


@dataclass(frozen=True)
class PreviewRow:
    """One row of the file: good or bad, and why.

    ``claim``: where it can be sent by itself; ``begun``: where it was begun.
    """

    line: int
    lead: str
    contact: str
    reason: str
    explanation: str
    is_good: bool
    headline: str
    sentences: Sequence[str]
    live: str = ""
    claim: str = ""
    begun: str = ""
    reason_code: str = ""


@dataclass(frozen=True)
class SentRequest:
    """A request that was filed for a row."""

    reference: str
    lead: str
    tag: str
    state: str
    amount: str


@dataclass(frozen=True)
class Guide:
    """What a program's rows may say: its policy, and what each company under it is called."""

    policy: Policy
    companies: str


def detail_names(pros: Sequence[ServicePro]) -> list[str]:
    """Return the names of all that the programs' reasons ask for, now or for an older lead."""
    terms = terms_in({pro.program_id for pro in pros}, since=timezone.now())
    names = {
        detail.name: None
        for versions in terms.versions.values()
        for version in versions
        for reason in policy_of(version).reasons
        if not reason.automatic
        for detail in reason.details
    }
    return list(names)


def guides(pros: Sequence[ServicePro]) -> list[Guide]:
    """Return what the rows of each program may say, in the active language."""
    now = timezone.now()
    terms = terms_in({pro.program_id for pro in pros}, since=now)
    companies: defaultdict[int, list[str]] = defaultdict(list)
    for pro in pros:
        companies[pro.program_id].append(str(pro))
    versions = {program: terms.version(program, now) for program in companies}
    return [
        Guide(worded_policy_of(version), formats.listed(companies[program]))
        for program, version in versions.items()
        if version
    ]


def preview_rows(checked: Iterable[CheckedRow]) -> list[PreviewRow]:
    """Put what the engine says to each row into words."""
    return [_preview_row(one) for one in checked]


def sums_of(checked: Iterable[CheckedRow]) -> str:
    """Return what the good rows could bring back, a sum for each currency's program."""
    sums: defaultdict[int, int] = defaultdict(int)
    programs: dict[int, Program] = {}
    for one in checked:
        if one.claim and one.sale and one.verdict:
            program = one.sale.lead.program
            programs[program.pk] = program
            sums[program.pk] += one.verdict.credit_cents
    return " + ".join(formats.money(cents, programs[pk]) for pk, cents in sums.items())


def sent_rows(requests: Iterable[RefundRequest]) -> list[SentRequest]:
    """Put the requests of an upload into words."""
    return [
        SentRequest(
            reference=one.reference,
            lead=one.sale.lead.reference,
            tag=TAGS[one.state],
            state=str(State(one.state).label),
            amount=formats.money(one.credit_cents, one.program),
        )
        for one in requests
    ]


def _preview_row(one: CheckedRow) -> PreviewRow:
    headline, sentences = _("Can't be sent"), list(one.problems)
    if one.would_decline:
        headline = _("This would be declined at once")
    if one.claim and one.sale and one.verdict:
        headline, sentences = _outcome(one.verdict, one.sale.lead.program)
    contact = one.sale.contact_for_pro.name if one.sale else ""
    return PreviewRow(
        line=one.row.line,
        lead=one.row.reference,
        contact=contact,
        reason=one.reason.label if one.reason else one.row.reason,
        explanation=one.row.explanation,
        is_good=one.claim is not None,
        headline=headline,
        sentences=sentences,
        live=one.live,
        claim=str(one.sale.uuid) if one.sale and one.would_decline else "",
        begun=str(one.sale.uuid) if one.sale and one.is_begun else "",
        reason_code=one.reason.code if one.reason else "",
    )


def _outcome(verdict: Verdict, program: Program) -> tuple[str, list[str]]:
    amount = {"amount": formats.money(verdict.credit_cents, program)}
    if verdict.outcome == Outcome.APPROVE:
        told = _("%(amount)s would be on your balance at once.") % amount
        return _("This would be approved at once"), [told]
    by = formats.instant(end_of_day(program, verdict.limit_on), program)
    return _("A person would look into this"), [
        _("If it is approved, %(amount)s goes back to your balance.") % amount,
        _("You would have the decision by %(day)s.") % {"day": by},
    ]
