"""What the books know of a sale, as the case page shows it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import formats
from leads import phones
from leads.models import Lead
from refunds.admin.panels import Rows
from refunds.models import RefundRequest
from refunds.policy.rules.service_area import is_covered
from refunds.policy.verdict import Verdict
from refunds.services.look import Look


def facts(case: RefundRequest, look: Look, recordings: int) -> list[tuple[str, Rows]]:
    """Return what the books know of the sale, in titled groups."""
    return [
        (_("Lead"), _lead(case, recordings)),
        (_("Contact"), _contact(case)),
        (_("Sale"), _sale(case)),
        (_("Pro and campaign"), _campaign(case, look)),
        (_("Dates"), _dates(case, look.verdict)),
    ]


def _lead(case: RefundRequest, recordings: int) -> Rows:
    lead = case.sale.lead
    rows = [
        (_("Reference"), formats.beside([lead.reference, lead.get_kind_display().lower()])),
        (_("Category"), str(lead.category)),
        (_("Where"), formats.beside([lead.street, lead.postal_code])),
        (_("Sent"), formats.instant(lead.submitted_at, case.program)),
        (_("Seller"), str(lead.seller)),
    ]
    if lead.kind == Lead.Kind.LIVE_CALL:
        rows.append((_("Recording"), _on_file(recordings)))
    return [*rows, (_("Job date"), formats.day(lead.job_date))] if lead.job_date else rows


def _on_file(count: int) -> str:
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


def _campaign(case: RefundRequest, look: Look) -> Rows:
    lead, campaign = case.sale.lead, case.sale.campaign
    categories = sorted(look.categories.get(code, code) for code in look.wanted)
    areas = tuple(campaign.postal_codes)
    return [
        (_("Pro"), formats.beside([case.pro, case.pro.get_status_display().lower()])),
        (_("Account manager"), str(case.pro.account_manager)),
        (_("Campaign"), str(campaign)),
        (
            _("Categories"),
            _with_answer(
                categories, has=lead.category.code in look.wanted, lead=str(lead.category)
            ),
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
