"""One request in words: the claim, the letter, the evidence, and what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import formats
from accounts.access import MACHINE_EMAIL
from accounts.models import Transfer
from refunds import answers, extensions, letters, reasons, waiting
from refunds.documents import worded_policy_of
from refunds.models import Evidence, RefundEvent, RefundRequest, State
from refunds.models.request_queryset import RefundRequestQuerySet
from refunds.models.states import APPEAL_STATES
from refunds.policy.verdict import Outcome
from refunds.redaction import without_contact
from refunds.services.corrections import is_corrected
from refunds.views.request_rows import contact_of, reason_label
from refunds.views.words import TAGS

Kind = RefundEvent.Kind

BY_THE_PRO = (
    Kind.FILED,
    Kind.REPLIED,
    Kind.APPEALED,
    Kind.WITHDRAWN,
    Kind.REVERSAL_ASKED,
)
BY_THE_MANAGER = (Kind.UPHELD, Kind.OVERTURNED)
TITLES_FOR_THE_PRO: Mapping[str, str | Promise] = {
    Kind.OPENED: gettext_lazy("Opened by our team, without a claim"),
    Kind.SCREENED: gettext_lazy("Checked automatically"),
    Kind.TAKEN: gettext_lazy("A verifier took your case"),
    Kind.FINDING: gettext_lazy("Fact established by our team"),
    Kind.ASKED: gettext_lazy("Question to you"),
    Kind.REPLIED: gettext_lazy("Your answer"),
    Kind.UNANSWERED: gettext_lazy("We went on without your answer"),
    Kind.SELLER_ASKED: gettext_lazy("Put to the seller of the lead"),
    Kind.SELLER_ANSWERED: gettext_lazy("Answer of the lead's seller"),
    Kind.SELLER_SILENT: gettext_lazy("The lead's seller did not answer"),
    Kind.REVERSAL_ASKED: gettext_lazy("You asked to give the credit back"),
}
# What the clock of our decision does at an event (A22).
CLOCK: Mapping[str, str | Promise] = {
    Kind.ASKED: gettext_lazy("Our deadline is on hold from here."),
    Kind.REPLIED: gettext_lazy("Our deadline runs again."),
    Kind.UNANSWERED: gettext_lazy("Our deadline runs again."),
}
KINDS_OF_FILE: Mapping[str, str | Promise] = {
    "image/jpeg": gettext_lazy("Picture"),
    "image/png": gettext_lazy("Picture"),
    "image/webp": gettext_lazy("Picture"),
    "application/pdf": gettext_lazy("PDF"),
}
LONGER_WINDOW = ("window_extended", "exception_granted")
WORDS_OF_AN_EVENT = ("question", "answer", "note", "text", "sentence", "reason")


@dataclass(frozen=True)
class Letter:
    """The first decision as the pro reads it."""

    headline: str
    approved_as: str
    lines: Sequence[letters.Line]
    note: str
    decided_at: str
    decider: str
    not_credited: str
    rules_of: str


@dataclass(frozen=True)
class Credit:
    """What was given back and was not taken again, and which funds it went to."""

    amount: str
    bucket: str
    is_goodwill: bool


@dataclass(frozen=True)
class Entry:
    """One thing that happened; ``clock``: what it does to the clock of the decision."""

    title: str
    who: str
    at: str
    words: str
    files: str
    clock: str


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
    kind: str
    is_picture: bool
    size: str
    who: str
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
    is_claim: bool
    answers: Sequence[tuple[str, str]]
    letter: Letter | None
    credit: Credit | None
    findings: Sequence[Fact]
    files: Sequence[File]
    are_files_closed: bool
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


def request_page(refund: RefundRequest, *, to_pro: bool) -> RequestPage:
    """Put a request into words, in 4 queries; ``to_pro``: into words that speak to its pro, and
    without the contact once the lead has left the account (L22, X21)."""
    page = _page(refund, TITLES_FOR_THE_PRO if to_pro else {}, to_pro=to_pro)
    return without_contact(page, refund.sale) if to_pro else page


def _page(
    refund: RefundRequest, titles: Mapping[str, str | Promise], *, to_pro: bool
) -> RequestPage:
    program, lead = refund.program, refund.sale.lead
    return RequestPage(
        reference=refund.reference,
        version=refund.version,
        state=refund.get_state_display(),
        tag=TAGS[refund.state],
        lead=lead.reference,
        contact=contact_of(refund, to_pro=to_pro),
        category=lead.category.name,
        pro=refund.pro.name,
        price=formats.money(refund.sale.price_cents, program),
        reason=reason_label(refund),
        filed_at=formats.instant(refund.submitted_at, program),
        is_claim=refund.origin == RefundRequest.Origin.CLAIM,
        answers=_answers(refund),
        letter=_letter(refund, to_pro=to_pro),
        credit=_credit(refund),
        findings=_findings(refund),
        files=_files(refund),
        are_files_closed=to_pro and refund.sale.is_detached,
        timeline=_timeline(refund, titles),
    )


def _answers(refund: RefundRequest) -> list[tuple[str, str]]:
    reason = worded_policy_of(refund.policy_version).reason(refund.reason)
    asked = reason.details if reason else ()
    given = [
        (detail.label, answers.written(detail, refund.details[detail.name], refund.program))
        for detail in asked
        if refund.details.get(detail.name)
    ]
    if not refund.explanation:  # nobody claimed anything
        return given
    return [*given, (_("What happened"), refund.explanation), *_why_in_time(refund)]


def _why_in_time(refund: RefundRequest) -> list[tuple[str, str]]:
    """Say what made the time to claim longer: a declared event, or an exception (L6)."""
    longer = [check for check in refund.checks if check["code"] in LONGER_WINDOW]
    policy = worded_policy_of(refund.policy_version)
    lines = letters.lines_for(longer, program=refund.program, policy=policy)
    return [(_("Time to claim"), line.sentence) for line in lines]


def _letter(refund: RefundRequest, *, to_pro: bool) -> Letter | None:
    if refund.decided_at is None or refund.decided_by is None:
        return None
    is_approval = refund.state in (State.APPROVED, State.REVERSED)
    grounds = letters.grounds(refund.checks, Outcome.APPROVE if is_approval else Outcome.DECLINE)
    policy = worded_policy_of(refund.policy_version)
    lines = letters.lines_for(grounds, program=refund.program, policy=policy)
    return Letter(
        headline=_headline(refund),
        approved_as=reasons.approved_as(refund),
        lines=lines,
        note=letters.note_beside(refund.decision_note, lines),
        decided_at=formats.instant(refund.decided_at, refund.program),
        decider=str(refund.decided_by),
        not_credited="" if is_approval else letters.not_credited(refund.sale, refund.program),
        rules_of=refund.program.code if to_pro else "",  # the page of rules is for pros
    )


def _headline(refund: RefundRequest) -> str:
    if refund.state in (State.APPROVED, State.REVERSED):
        return _("Why it was approved")
    if refund.state in APPEAL_STATES:
        return _("Why it was declined at first")
    return _("Why it was declined")


def _credit(refund: RefundRequest) -> Credit | None:
    if refund.credit is None or refund.state == State.REVERSED or is_corrected(refund):
        return None
    return Credit(
        amount=formats.money(refund.credit.amount_cents, refund.program),
        bucket=str(refund.credit.destination.get_kind_display()).lower(),
        is_goodwill=refund.credit.kind == Transfer.Kind.GOODWILL,
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


def _files(refund: RefundRequest) -> list[File]:
    evidence = refund.evidence.select_related("uploaded_by").order_by("pk")
    return [_file(one, refund) for one in evidence]


def _file(evidence: Evidence, refund: RefundRequest) -> File:
    kilobytes = max(evidence.size // 1024, 1)
    return File(
        uuid=evidence.uuid,
        name=evidence.original_name,
        kind=str(KINDS_OF_FILE.get(evidence.content_type, evidence.content_type)),
        is_picture=evidence.content_type.startswith("image/"),
        size=_("%(count)d KB") % {"count": kilobytes},
        who=str(evidence.uploaded_by),
        at=formats.instant(evidence.uploaded_at, refund.program),
    )


def _timeline(refund: RefundRequest, titles: Mapping[str, str | Promise]) -> list[Entry]:
    events = refund.events.filter(visible_to_pro=True).select_related("actor").order_by("at", "pk")
    return [
        _entry(event, refund, title=str(titles.get(event.kind, event.get_kind_display())))
        for event in events
    ]


def _entry(event: RefundEvent, refund: RefundRequest, *, title: str) -> Entry:
    words = next((event.data[name] for name in WORDS_OF_AN_EVENT if event.data.get(name)), "")
    if event.kind == Kind.EXTENDED:
        words = extensions.sentence(event)
    if event.kind == Kind.UNANSWERED:
        words = waiting.sentence(event)
    count = event.data.get("files") or 0
    return Entry(
        title=title,
        who=_who(event, refund),
        at=formats.instant(event.at, refund.program),
        words=str(words),
        files=ngettext("%(count)d file", "%(count)d files", count) % {"count": count}
        if count
        else "",
        clock=str(CLOCK.get(event.kind, "")),
    )


def _who(event: RefundEvent, refund: RefundRequest) -> str:
    """Name the pro's own people and the account manager; the team stays a team."""
    is_of_the_manager = event.actor_id == refund.pro.account_manager_id
    if is_of_the_manager or event.kind in (*BY_THE_PRO, *BY_THE_MANAGER):
        return str(event.actor)
    if event.actor.email == MACHINE_EMAIL:
        return _("Automatic check")
    return _("Verification team")
