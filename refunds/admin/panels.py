"""What the case page shows, row by row and already in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import formats
from leads import phones
from leads.models import ContactAttempt, Lead, LeadSale
from refunds import answers, extensions, letters
from refunds.admin import labels
from refunds.documents import worded_policy_of
from refunds.models import Finding, RefundEvent, RefundRequest, State
from refunds.policy.rules.service_area import is_covered
from refunds.policy.verdict import CheckJSON, Outcome, Verdict

Rows = list[tuple[str, str]]
EARLIER_SALES_SHOWN = 20


@dataclass(frozen=True)
class Moment:
    """Something that happened: when, what, by whom, and the words that go with it."""

    at: datetime
    when: str
    what: str
    who: str = ""
    words: str = ""
    side: str = ""


def facts(case: RefundRequest, verdict: Verdict) -> list[tuple[str, Rows]]:
    """Return what the books know of the sale, in titled groups."""
    return [
        (_("Lead"), _lead(case)),
        (_("Contact"), _contact(case)),
        (_("Sale"), _sale(case)),
        (_("Pro and campaign"), _campaign(case)),
        (_("Dates"), _dates(case, verdict)),
    ]


def claim(case: RefundRequest) -> Rows:
    """Return the details that the reason asks for, and how the claim came."""
    reason = worded_policy_of(case.policy_version).reason(case.reason)
    asked = reason.details if reason else ()
    told = [one for one in asked if one.expected or one.name in case.details]
    rows: Rows = [(one.label, answers.given(one, case.details, case.program)) for one in told]
    names = {one.name for one in asked}
    rows += [(name, str(value)) for name, value in case.details.items() if name not in names]
    filed = _("%(who)s by %(channel)s, %(when)s") % {
        "who": case.filed_by,
        "channel": case.get_channel_display().lower(),
        "when": formats.instant(case.submitted_at, case.program),
    }
    return [*rows, (_("Filed"), filed)]


def grounds(case: RefundRequest) -> list[dict[str, object]]:
    """Return what the decision rests on; before there is one, what was checked at filing."""
    if case.decided_at is None:
        return checks(case.checks, case)
    is_approval = case.state in (State.APPROVED, State.REVERSED)
    kept = letters.grounds(case.checks, Outcome.APPROVE if is_approval else Outcome.DECLINE)
    return checks(kept, case)


def checks(stored: Sequence[CheckJSON], case: RefundRequest) -> list[dict[str, object]]:
    """Return checks as the team reads them."""
    policy = worded_policy_of(case.policy_version)
    return [
        {
            "sentence": line.staff_sentence,
            "outcome": labels.outcome(line.outcome),
            "source": line.source,
        }
        for line in letters.lines_for(stored, program=case.program, policy=policy)
    ]


def attempts(case: RefundRequest) -> list[Moment]:
    """Return both sides' attempts to reach the contact between sale and claim, on one line."""
    sale = case.sale
    marks = [(sale.sold_at, _("Lead sold")), (case.submitted_at, _("Claim filed"))]
    moments = [Moment(at, formats.instant(at, case.program), what) for at, what in marks]
    for attempt in sale.attempts.select_related("logged_by"):
        reached = _("reached the contact") if attempt.reached else _("nobody reached")
        moments.append(
            Moment(
                at=attempt.at,
                when=formats.instant(attempt.at, case.program),
                what=f"{attempt.get_by_display()}: {attempt.get_channel_display().lower()}",
                words=reached,
                side="team" if attempt.by == ContactAttempt.By.TEAM else "pro",
            )
        )
    return sorted(moments, key=lambda moment: moment.at)


def findings(case: RefundRequest) -> list[Moment]:
    """Return what the team established, oldest first."""
    return [
        Moment(
            at=finding.at,
            when=formats.instant(finding.at, case.program),
            what=f"{finding.get_kind_display()}: {finding.get_result_display().lower()}",
            who=str(finding.author),
            words=finding.note,
            side=finding.result,
        )
        for finding in case.findings.select_related("author").order_by("at", "pk")
    ]


def evidence(case: RefundRequest) -> list[dict[str, str]]:
    """Return the files of both sides, oldest first."""
    return [
        {
            "name": file.original_name,
            "url": reverse("evidence", args=[file.uuid]),
            "about": formats.beside(
                [
                    filesizeformat(file.size),
                    file.uploaded_by,
                    formats.instant(file.uploaded_at, case.program),
                ]
            ),
        }
        for file in case.evidence.select_related("uploaded_by").order_by("uploaded_at", "pk")
    ]


def earlier_sales(case: RefundRequest) -> list[dict[str, str]]:
    """Return what the pro bought of the same contact before, newest first."""
    earlier = (
        LeadSale.objects.filter(
            pro=case.pro_id,
            lead__contact=case.sale.lead.contact_id,
            sold_at__lt=case.sale.sold_at,
        )
        .select_related("lead__category")
        .order_by("-sold_at", "-pk")[:EARLIER_SALES_SHOWN]
    )
    return [
        {
            "lead": sale.lead.reference,
            "category": str(sale.lead.category),
            "sold": formats.instant(sale.sold_at, case.program),
            "price": formats.money(sale.price_cents, case.program),
            "credited": formats.money(sale.credited_cents, case.program)
            if sale.credited_cents
            else _("not credited"),
            "same": _("the same request")
            if sale.lead.fingerprint == case.sale.lead.fingerprint
            else "",
        }
        for sale in earlier
    ]


def history(case: RefundRequest) -> list[Moment]:
    """Return what happened to the request, newest first."""
    events = case.events.select_related("actor").order_by("-at", "-pk")
    return [
        Moment(
            at=event.at,
            when=formats.instant(event.at, case.program),
            what=event.get_kind_display(),
            who=str(event.actor),
            words=" · ".join(_event_words(event, case)),
        )
        for event in events
    ]


def _lead(case: RefundRequest) -> Rows:
    lead = case.sale.lead
    rows = [
        (_("Reference"), formats.beside([lead.reference, lead.get_kind_display().lower()])),
        (_("Category"), str(lead.category)),
        (_("Where"), formats.beside([lead.street, lead.postal_code])),
        (_("Sent"), formats.instant(lead.submitted_at, case.program)),
        (_("Seller"), str(lead.seller)),
    ]
    if lead.kind == Lead.Kind.LIVE_CALL:
        rows.append((_("Recording"), _recordings(lead)))
    return [*rows, (_("Job date"), formats.day(lead.job_date))] if lead.job_date else rows


def _recordings(lead: Lead) -> str:
    count = lead.recordings.count()
    if count == 0:
        return _("none on file")
    return ngettext("%(n)d on file", "%(n)d on file", count) % {"n": count}


def _contact(case: RefundRequest) -> Rows:
    lead, contact = case.sale.lead, case.sale.lead.contact
    country = case.program.country
    rows = [
        (_("Name"), lead.contact_name),
        (_("Phone"), phones.written(contact.phone, country=country) or _("none")),
        (_("E-mail"), contact.email or _("none")),
    ]
    if contact.name != lead.contact_name:
        rows.append((_("Also known as"), contact.name))
    marks = (
        (_("Phone verified"), contact.phone_verified_at),
        (_("Do not call since"), contact.do_not_call_at),
        (_("Terminated"), contact.terminated_at),
    )
    return rows + [(name, formats.instant(at, case.program)) for name, at in marks if at]


def _sale(case: RefundRequest) -> Rows:
    sale, program = case.sale, case.program
    wallet = sale.charge.source.get_kind_display().lower()
    revealed = sale.contact_revealed_at
    rows = [
        (_("Sold"), formats.instant(sale.sold_at, program)),
        (_("Price"), formats.beside([formats.money(sale.price_cents, program), wallet])),
        (_("Given back so far"), formats.money(sale.credited_cents, program)),
        (_("Contact shown"), formats.instant(revealed, program) if revealed else _("not yet")),
    ]
    if quote := getattr(sale, "quote", None):
        read = formats.instant(quote.read_at, program) if quote.read_at else _("unread")
        rows.append((_("Quote sent"), formats.instant(quote.sent_at, program)))
        rows.append((_("Quote read"), read))
    return rows


def _campaign(case: RefundRequest) -> Rows:
    lead, campaign = case.sale.lead, case.sale.campaign
    categories = sorted(campaign.categories.all(), key=str)
    areas = tuple(campaign.postal_codes)
    return [
        (_("Pro"), formats.beside([case.pro, case.pro.get_status_display().lower()])),
        (_("Account manager"), str(case.pro.account_manager)),
        (_("Campaign"), str(campaign)),
        (
            _("Categories"),
            _with_answer(categories, has=lead.category in categories, lead=str(lead.category)),
        ),
        (
            _("Postal codes"),
            _with_answer(areas, has=is_covered(lead.postal_code, areas), lead=lead.postal_code),
        ),
    ]


def _with_answer(wanted: Sequence[object], *, has: bool, lead: str) -> str:
    listed = formats.listed(wanted) or _("none")
    answer = _("covers %(lead)s") if has else _("does not cover %(lead)s")
    return f"{listed} ({answer % {'lead': lead}})"


def _dates(case: RefundRequest, verdict: Verdict) -> Rows:
    late = case.submitted_at > verdict.closes_at
    rows = [
        (_("Window closes"), formats.instant(verdict.closes_at, case.program)),
        (_("Claimed"), _("after the window") if late else _("inside the window")),
        (_("Decision target"), formats.day(case.target_on)),
        (_("Decision limit"), formats.day(case.limit_on)),
    ]
    if case.appeal_until:
        rows.append((_("Appeal until"), formats.instant(case.appeal_until, case.program)))
    return rows


def _event_words(event: RefundEvent, case: RefundRequest) -> Iterator[str]:
    data = event.data
    if event.kind == RefundEvent.Kind.FINDING:
        yield str(Finding.Kind(data["kind"]).label)
        yield str(Finding.Result(data["result"]).label)
    if event.kind == RefundEvent.Kind.EXTENDED:
        yield extensions.staff_sentence(event)
    for name in ("note", "question", "answer", "text", "sentence", "reason"):
        if data.get(name):
            yield str(data[name])
    for name in ("credit_cents", "amount_cents"):
        if data.get(name):
            yield formats.money(data[name], case.program)
    if data.get("codes"):
        stated = [_bare(code) for code in data["codes"]]
        policy = worded_policy_of(case.policy_version)
        lines = letters.lines_for(stated, program=case.program, policy=policy)
        yield from (line.staff_sentence for line in lines)


def _bare(code: str) -> CheckJSON:
    return {"code": code, "outcome": None, "fact": {}, "source": "team"}
