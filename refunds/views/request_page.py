"""One request in words: who has the ball, the letter, what happened, and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import formats
from accounts.access import MACHINE_EMAIL
from leads.models import Category
from refunds import letters
from refunds.models import Evidence, RefundEvent, RefundRequest, State
from refunds.models.request import APPEAL_STATES, CREDITED_STATES, RefundRequestQuerySet
from refunds.policy.document import Detail
from refunds.policy.verdict import Outcome
from refunds.services.facts import policy_of
from refunds.views.request_rows import reason_label
from refunds.views.words import TAGS

Kind = RefundEvent.Kind

BY_THE_PRO = (Kind.FILED, Kind.REPLIED, Kind.APPEALED, Kind.WITHDRAWN)
BY_THE_MANAGER = (Kind.UPHELD, Kind.OVERTURNED)
WORDS_OF_AN_EVENT = ("question", "answer", "note", "text", "sentence", "reason")


@dataclass(frozen=True)
class Letter:
    """The first decision as the pro reads it."""

    headline: str
    lines: Sequence[letters.Line]
    note: str
    decided_at: str
    decider: str


@dataclass(frozen=True)
class Credit:
    """What was given back and was not taken again, and which funds it went to."""

    amount: str
    bucket: str


@dataclass(frozen=True)
class Entry:
    """One thing that happened."""

    title: str
    who: str
    at: str
    words: str
    files: str


@dataclass(frozen=True)
class Fact:
    """A finding, as the pro may read it."""

    kind: str
    result: str
    note: str
    at: str


@dataclass(frozen=True)
class File:
    """A piece of evidence."""

    uuid: UUID
    name: str
    size: str
    at: str


@dataclass(frozen=True)
class RequestPage:
    """Everything that the request's page and the desk's page show of a request."""

    reference: str
    version: int
    state: str
    tag: str
    lead: str
    contact: str
    category: str
    pro: str
    price: str
    reason: str
    filed_at: str
    answers: Sequence[tuple[str, str]]
    letter: Letter | None
    credit: Credit | None
    findings: Sequence[Fact]
    files: Sequence[File]
    timeline: Sequence[Entry]


def load(requests: RefundRequestQuerySet) -> RefundRequestQuerySet:
    """Bring along what a request's page reads."""
    return requests.with_sale().select_related(
        "decided_by",
        "appeal__filed_by",
        "appeal_decided_by",
        "credit__destination",
        "pro__account_manager",
    )


def request_page(refund: RefundRequest) -> RequestPage:
    """Put a request into words, in 4 queries."""
    program, lead = refund.program, refund.sale.lead
    return RequestPage(
        reference=refund.reference,
        version=refund.version,
        state=refund.get_state_display(),
        tag=TAGS[refund.state],
        lead=lead.reference,
        contact=lead.contact_name,
        category=lead.category.name,
        pro=refund.pro.name,
        price=formats.money(refund.sale.price_cents, program),
        reason=reason_label(refund),
        filed_at=formats.instant(refund.submitted_at, program),
        answers=_answers(refund),
        letter=_letter(refund),
        credit=_credit(refund),
        findings=_findings(refund),
        files=[_file(evidence, refund) for evidence in refund.evidence.order_by("pk")],
        timeline=_timeline(refund),
    )


def _answers(refund: RefundRequest) -> list[tuple[str, str]]:
    reason = policy_of(refund.policy_version).reason(refund.reason)
    asked = reason.details if reason else ()
    given = [
        (detail.label, _answer(detail, refund.details[detail.name], refund))
        for detail in asked
        if refund.details.get(detail.name)
    ]
    return [*given, (_("What happened"), refund.explanation)]


def _answer(detail: Detail, value: str, refund: RefundRequest) -> str:
    if detail.kind == "choice":
        return detail.choice_labels.get(value, value)
    if detail.kind == "date":
        return formats.day(date.fromisoformat(value))
    if detail.kind == "category":
        category = Category.objects.filter(program=refund.program, code=value).first()
        return category.name if category else value
    return value


def _letter(refund: RefundRequest) -> Letter | None:
    if refund.decided_at is None or refund.decided_by is None:
        return None
    is_approval = refund.state in (State.APPROVED, State.REVERSED)
    grounds = letters.grounds(refund.checks, Outcome.APPROVE if is_approval else Outcome.DECLINE)
    lines = letters.lines_for(grounds, program=refund.program)
    note = refund.decision_note
    return Letter(
        headline=_headline(refund),
        lines=lines,
        # Some grounds have the note in their sentence already.
        note="" if any(note in line.sentence for line in lines) else note,
        decided_at=formats.instant(refund.decided_at, refund.program),
        decider=str(refund.decided_by),
    )


def _headline(refund: RefundRequest) -> str:
    if refund.state in (State.APPROVED, State.REVERSED):
        return _("Why it was approved")
    if refund.state in APPEAL_STATES:
        return _("Why it was declined at first")
    return _("Why it was declined")


def _credit(refund: RefundRequest) -> Credit | None:
    if refund.credit is None or refund.state == State.REVERSED:
        return None
    return Credit(
        amount=formats.money(refund.credit.amount_cents, refund.program),
        bucket=str(refund.credit.destination.get_kind_display()).lower(),
    )


def _findings(refund: RefundRequest) -> list[Fact]:
    return [
        Fact(
            kind=finding.get_kind_display(),
            result=finding.get_result_display(),
            note=finding.note,
            at=formats.instant(finding.at, refund.program),
        )
        for finding in refund.findings.order_by("at", "pk")
    ]


def _file(evidence: Evidence, refund: RefundRequest) -> File:
    kilobytes = max(evidence.size // 1024, 1)
    return File(
        uuid=evidence.uuid,
        name=evidence.original_name,
        size=_("%(count)d KB") % {"count": kilobytes},
        at=formats.instant(evidence.uploaded_at, refund.program),
    )


def _timeline(refund: RefundRequest) -> list[Entry]:
    events = refund.events.filter(visible_to_pro=True).select_related("actor").order_by("at", "pk")
    return [_entry(event, refund) for event in events]


def _entry(event: RefundEvent, refund: RefundRequest) -> Entry:
    words = next((event.data[name] for name in WORDS_OF_AN_EVENT if event.data.get(name)), "")
    count = event.data.get("files") or 0
    return Entry(
        title=event.get_kind_display(),
        who=_who(event),
        at=formats.instant(event.at, refund.program),
        words=str(words),
        files=ngettext("%(count)d file", "%(count)d files", count) % {"count": count}
        if count
        else "",
    )


def _who(event: RefundEvent) -> str:
    """Name the pro's own people and the account manager; the team stays a team."""
    if event.kind in (*BY_THE_PRO, *BY_THE_MANAGER):
        return str(event.actor)
    if event.actor.email == MACHINE_EMAIL:
        return _("Automatic check")
    return _("Verification team")


@dataclass(frozen=True)
class Ball:
    """Who has to act, and until when."""

    tone: str
    headline: str
    text: str


def ball_of(refund: RefundRequest, *, at: datetime) -> Ball:
    """Say who has to act on a request, and what comes next."""
    if refund.state == State.AWAITING_PRO:
        return Ball("warn", _("You have the ball: answer our question"), refund.question)
    if refund.is_open:
        return _with_us(refund)
    return _decided(refund, at)


def _with_us(refund: RefundRequest) -> Ball:
    days = {"target": formats.day(refund.target_on), "limit": formats.day(refund.limit_on)}
    if refund.overdue_flagged_at:
        late = _("We promised a decision by %(limit)s and are late. The case is marked for it.")
        return Ball("warn", _("We have the ball, and are late"), late % days)
    if refund.state == State.WITH_SELLER:
        text = _("The seller of the lead was asked. You have our decision by %(limit)s.") % days
    elif refund.target_on == refund.limit_on:
        text = _("You have our decision by %(limit)s.") % days
    else:
        text = _("We aim to decide by %(target)s, and decide by %(limit)s at the latest.") % days
    return Ball("", _("We have the ball"), text + " " + _("Nothing is needed from you."))


def _decided(refund: RefundRequest, at: datetime) -> Ball:
    if refund.state in CREDITED_STATES:
        return _credited(refund)
    manager = {"manager": str(refund.pro.account_manager)}
    if refund.state == State.FINAL_DECLINED:
        text = _("%(manager)s looked at it again, and the decision stands. This is final.")
        return Ball("bad", _("Declined after appeal"), text % manager)
    if refund.state == State.APPEALED:
        text = _("Your account manager %(manager)s looks at it again and has the last word.")
        return Ball("", _("We have the ball"), text % manager)
    if refund.state == State.WITHDRAWN:
        text = _("You may claim this lead again while it is refundable.")
        return Ball("", _("You took this request back"), text)
    return Ball("bad", _("Declined"), _after_a_refusal(refund, at))


def _credited(refund: RefundRequest) -> Ball:
    amount = {"amount": formats.money(refund.credit_cents, refund.program)}
    if refund.state == State.REVERSED:
        text = _("%(amount)s was taken back from your balance. The reason is below.")
        return Ball("warn", _("The credit was taken back"), text % amount)
    if refund.state == State.FINAL_APPROVED:
        text = _("Your appeal succeeded: %(amount)s is on your balance. This is final.")
        return Ball("good", _("Approved after appeal"), text % amount)
    return Ball("good", _("Approved"), _("%(amount)s is on your balance.") % amount)


def _after_a_refusal(refund: RefundRequest, at: datetime) -> str:
    if refund.may_file_again:
        return _("It came too early. You can claim this lead again, as said below.")
    if refund.appeal_until is None:
        return ""
    until = formats.instant(refund.appeal_until, refund.program)
    if refund.can_be_appealed(at):
        return _("If you disagree, appeal once until %(at)s.") % {"at": until}
    return _("It could be appealed until %(at)s.") % {"at": until}
