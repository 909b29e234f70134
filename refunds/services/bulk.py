"""Several claims at once: each row of a file is checked as the portal would, then filed alone."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from leads.models import Category, LeadSale
from refunds import letters
from refunds.claim_forms import ClaimForm
from refunds.documents import worded_policy_of
from refunds.models import ClaimDraft, RefundRequest
from refunds.policy import facts as policy_facts
from refunds.policy.document import Detail, Policy, Reason
from refunds.policy.engine import judge
from refunds.policy.verdict import Outcome, Verdict
from refunds.services import file
from refunds.services.change import RefundError
from refunds.services.claims_file import MOST_ROWS, ClaimRow
from refunds.services.facts import facts_for_sales
from refunds.services.windows import sold, terms_for

CHANNEL = RefundRequest.Channel.CSV


@dataclass(frozen=True)
class ReadyClaim:
    """What will be filed for one row: all of it was checked."""

    line: int
    sale_uuid: UUID
    lead: str
    reason: str
    explanation: str
    details: Mapping[str, str]


@dataclass(frozen=True)
class CheckedRow:
    """A row, and either the claim that it makes or why it makes none.

    ``live``: the reference of the request that stands in its way; ``is_begun``: a draft does;
    ``would_decline``: it could be sent from the lead itself, and would be declined.
    """

    row: ClaimRow
    sale: LeadSale | None = None
    reason: Reason | None = None
    verdict: Verdict | None = None
    claim: ReadyClaim | None = None
    problems: Sequence[str] = ()
    live: str = ""
    is_begun: bool = False
    would_decline: bool = False


@dataclass(frozen=True)
class SentRow:
    """What became of a row that was sent; ``refusal`` says why it was not filed after all."""

    line: int
    lead: str
    reference: str = ""
    refusal: str = ""


@dataclass(frozen=True)
class _Judged:
    """A row whose lead and reason are known, with the form that its cells fill in."""

    row: ClaimRow
    sale: LeadSale
    reason: Reason
    policy: Policy
    form: ClaimForm


def check(*, rows: Sequence[ClaimRow], actor: User) -> list[CheckedRow]:
    """Say of each row whether it can be sent, as the portal would; changes nothing.

    Asks the database the same few questions whatever the number of rows.
    """
    at = timezone.now()
    found = _Found(rows, actor)
    begun = [_looked_up(row, found, at) for row in rows]
    judged = [one for one in begun if isinstance(one, _Judged)]
    answers = iter(_answered(judged, at))
    checked = [next(answers) if isinstance(one, _Judged) else one for one in begun]
    return list(_once_each(checked))


def send(*, upload: UUID, actor: User, claims: Sequence[ReadyClaim]) -> list[SentRow]:
    """File the claims of an upload, each by itself: one that is refused keeps no other back.

    The same upload again files nothing twice: each row has a command of its own (X35).
    """
    return [_sent(upload, number, actor, claim) for number, claim in enumerate(claims)]


def sent_in(upload: UUID, actor: User) -> QuerySet[RefundRequest]:
    """Return the requests that a person filed with an upload, in the file's order."""
    commands = [uuid5(upload, str(number)) for number in range(MOST_ROWS)]
    mine = RefundRequest.objects.visible_to(actor).filter(filed_by=actor, channel=CHANNEL)
    return mine.filter(command_id__in=commands).with_sale().order_by("pk")


def _sent(upload: UUID, number: int, actor: User, claim: ReadyClaim) -> SentRow:
    try:
        filed = file.file_claim(
            sale_uuid=claim.sale_uuid,
            actor=actor,
            command_id=uuid5(upload, str(number)),
            reason=claim.reason,
            explanation=claim.explanation,
            details=claim.details,
            through=CHANNEL,
        )
    except LeadSale.DoesNotExist:
        return SentRow(claim.line, claim.lead, refusal=_unknown(claim.lead))
    except RefundError as refusal:
        return SentRow(claim.line, claim.lead, refusal=str(refusal))
    return SentRow(claim.line, claim.lead, reference=filed.reference)


class _Found:
    """What the database has about the leads that a file names."""

    def __init__(self, rows: Sequence[ClaimRow], actor: User) -> None:
        references = {row.reference for row in rows if row.reference}
        mine = LeadSale.objects.visible_to(actor).filter(lead__reference__in=references)
        self.sales: defaultdict[str, list[LeadSale]] = defaultdict(list)
        for sale in mine.with_lead():
            self.sales[sale.lead.reference].append(sale)
        everything = [sale for sales in self.sales.values() for sale in sales]
        self.live = _live_requests(everything)
        self.begun = _begun(everything, actor)
        self.terms = terms_for([sold(sale) for sale in everything])
        self.categories = _categories(everything)

    def is_known(self, sale: LeadSale) -> bool:
        """Whether a lead is in the account, or has left it by a request (L22)."""
        return not sale.is_detached or sale.pk in self.live

    def policy(self, sale: LeadSale) -> Policy | None:
        """Return the policy of a sale in the active language, None where there is none."""
        version = self.terms.version(sale.lead.program_id, sale.sold_at)
        return worded_policy_of(version) if version else None


def _live_requests(sales: Sequence[LeadSale]) -> dict[int, RefundRequest]:
    live = RefundRequest.objects.live().filter(sale__in=[sale.pk for sale in sales])
    return {one.sale_id: one for one in live.select_related("program", "policy_version")}


def _begun(sales: Sequence[LeadSale], actor: User) -> set[int]:
    """Return the sales of which somebody has a draft: a row knows nothing of its files."""
    drafts = ClaimDraft.objects.filter(author=actor, sale__in=[sale.pk for sale in sales])
    return set(drafts.values_list("sale", flat=True))


def _categories(sales: Sequence[LeadSale]) -> Mapping[int, Sequence[tuple[str, str]]]:
    names: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    programs = {sale.lead.program_id for sale in sales}
    rows = Category.objects.filter(program__in=programs).order_by("name")
    for program, code, name in rows.values_list("program_id", "code", "name"):
        names[program].append((code, name))
    return names


def _looked_up(row: ClaimRow, found: _Found, at: datetime) -> CheckedRow | _Judged:
    """Find a row's lead, policy and reason, or say which of them there isn't."""
    sales = [one for one in found.sales[row.reference] if found.is_known(one)]
    if len(sales) != 1:
        return CheckedRow(row, problems=[_no_lead(row, sales)])
    [sale] = sales
    if live := found.live.get(sale.pk):
        return CheckedRow(row, sale, problems=[file.already_sentence(live)], live=live.reference)
    if sale.pk in found.begun:
        problem = _("You began this one on the portal: go on with it there.")
        return CheckedRow(row, sale, problems=[problem], is_begun=True)
    policy = found.policy(sale)
    if policy is None:
        return CheckedRow(row, sale, problems=[_("This program has no refund rules yet.")])
    reason = _reason(row.reason, policy, sale)
    if reason is None:
        return CheckedRow(row, sale, problems=[_("Choose one of the reasons of this program.")])
    categories = found.categories[sale.lead.program_id]
    return _Judged(row, sale, reason, policy, _form(row, reason, policy, categories, at))


def _no_lead(row: ClaimRow, sales: Sequence[LeadSale]) -> str:
    if row.problem or not row.reference:
        return row.problem or _("Give the number of the lead.")
    if sales:
        return _("You have several leads of this number. Request this one from the lead itself.")
    return _unknown(row.reference)


def _unknown(reference: str) -> str:
    return _("There is no lead of the number %(reference)s in your account.") % {
        "reference": reference
    }


def _reason(written: str, policy: Policy, sale: LeadSale) -> Reason | None:
    """Return the offered reason of that code, or that is called so."""
    wanted = written.casefold()
    offered = policy.offered_for(sale.lead.kind)
    return next(
        (one for one in offered if wanted in (one.code.casefold(), one.label.casefold())), None
    )


def _form(
    row: ClaimRow,
    reason: Reason,
    policy: Policy,
    categories: Sequence[tuple[str, str]],
    at: datetime,
) -> ClaimForm:
    answers = {
        f"detail_{detail.name}": _answer(detail, row.details[detail.name], categories)
        for detail in reason.details
        if detail.name in row.details
    }
    return ClaimForm(
        {**answers, "explanation": row.explanation},
        policy=policy,
        reason=reason,
        categories=categories,
        today=at.astimezone(policy.zone).date(),
    )


def _answer(detail: Detail, written: str, categories: Sequence[tuple[str, str]]) -> str:
    """Return the value of an answer that may be written as the portal words it."""
    choices = categories if detail.kind == "category" else detail.choice_labels.items()
    wanted = written.casefold()
    values = (value for value, label in choices if wanted in (value.casefold(), label.casefold()))
    return next(values, written)


def _answered(judged: Sequence[_Judged], at: datetime) -> Iterator[CheckedRow]:
    """Put the claims to the engine together, and word what stands against each."""
    facts = facts_for_sales([(one.sale, _claim(one, at)) for one in judged])
    verdicts = [judge(fact, one.policy) for fact, one in zip(facts, judged, strict=True)]
    pairs = list(zip(judged, verdicts, strict=True))
    words = _words(pairs)
    for one, verdict in pairs:
        yield _checked(one, verdict, words)


def _claim(one: _Judged, at: datetime) -> policy_facts.Claim:
    one.form.is_valid()
    return policy_facts.Claim(
        reason=one.reason.code,
        submitted_at=at,
        explanation=one.form.words,
        channel=CHANNEL,
        details=one.form.details,
        begun_at=None,
    )


def _words(pairs: Sequence[tuple[_Judged, Verdict]]) -> Mapping[int, Sequence[tuple[str, str]]]:
    """Word the refusals of all rows, by the row's line: asked for once a policy, not once a row."""
    told: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    by_policy: defaultdict[int, list[tuple[_Judged, Verdict]]] = defaultdict(list)
    for one, verdict in pairs:
        by_policy[id(one.policy)].append((one, verdict))
    for group in by_policy.values():
        against = [
            (one.row.line, each.as_json())
            for one, verdict in group
            for each in verdict.checks
            if each.outcome == Outcome.DECLINE
        ]
        first = group[0][0]
        lines = letters.lines_for(
            [each for _line, each in against],
            program=first.sale.lead.program,
            policy=first.policy,
        )
        for (line, _each), said in zip(against, lines, strict=True):
            told[line].append((said.code, said.sentence))
    return told


def _checked(
    one: _Judged, verdict: Verdict, words: Mapping[int, Sequence[tuple[str, str]]]
) -> CheckedRow:
    row = CheckedRow(one.row, one.sale, one.reason, verdict)
    refusals = words.get(one.row.line, ())
    too_late = [sentence for code, sentence in refusals if code == "window_closed"]
    at_the_form = [said for code, said in refusals if code in file.REFUSED_AT_THE_FORM]
    untyped = [str(said) for errors in one.form.errors.values() for said in errors]
    if problems := too_late or untyped or at_the_form:
        return replace(row, problems=problems)
    if verdict.outcome == Outcome.DECLINE:
        return replace(row, problems=[said for _code, said in refusals], would_decline=True)
    return replace(row, claim=_ready(one))


def _ready(one: _Judged) -> ReadyClaim:
    return ReadyClaim(
        line=one.row.line,
        sale_uuid=one.sale.uuid,
        lead=one.sale.lead.reference,
        reason=one.reason.code,
        explanation=one.form.cleaned_data["explanation"],
        details=one.form.details,
    )


def _once_each(checked: Sequence[CheckedRow]) -> Iterator[CheckedRow]:
    """Keep the first good row of each lead; a lead is claimed once (C26).

    A row that makes no claim bars none: it may be the slip that a later row puts right.
    """
    first: dict[UUID, int] = {}
    for one in checked:
        before = first.get(one.sale.uuid) if one.sale else None
        if one.claim:
            first.setdefault(one.claim.sale_uuid, one.row.line)
        if before is None:
            yield one
            continue
        problem = _("Line %(line)d of the file is for this lead already. A lead is claimed once.")
        yield replace(one, claim=None, problems=[problem % {"line": before}], would_decline=False)
