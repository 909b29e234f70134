"""Sales that nobody claimed: what is proposed, and the pages to credit one or to leave it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from accounts import formats
from leads import phones
from leads.models import LeadSale
from refunds import addresses
from refunds.admin import contact_panels, happening_panels, steps
from refunds.admin.doors import for_readers, for_verifiers
from refunds.admin.panels import Moment
from refunds.admin.proactive_forms import CreditForm, DismissForm
from refunds.admin.shell import shell
from refunds.documents import policy_of
from refunds.models import CreditProposal, Finding, PolicyVersion, RefundRequest
from refunds.policy.document import Reason
from refunds.services import proactive, proposals

TEMPLATES = "admin/refunds/proposals"


@dataclass(frozen=True)
class Opened:
    """A sale that a page is about, what may be credited on it, and what stands in the way."""

    sale: LeadSale
    reasons: list[Reason]
    proposal: CreditProposal | None
    live: RefundRequest | None


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of these pages."""
    pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
        ("sales/<uuid:sale_uuid>/credit/", credit, "proactive_credit"),
        ("sales/<uuid:sale_uuid>/dismiss/", dismiss, "proposal_dismiss"),
    ]
    listed = path("proposals/", for_readers(site, proposal_list), name="proposal_list")
    return [listed] + [
        path(route, for_verifiers(site, page), name=name) for route, page, name in pages
    ]


def proposal_list(request: HttpRequest) -> HttpResponse:
    """List the sales that wait to be looked at, the oldest proposal first (X32)."""
    waiting = (
        CreditProposal.objects.waiting()
        .select_related("sale__lead__program", "sale__pro", "because_of__policy_version")
        .order_by("proposed_at", "pk")
    )
    context = {
        **shell(request, _("Sales proposed for a credit")),
        "rows": [_row(one) for one in waiting[: steps.SHOWN]],
        "has_more": waiting[steps.SHOWN : steps.SHOWN + 1].exists(),
    }
    return TemplateResponse(request, f"{TEMPLATES}/list.html", context)


@steps.get_or_post
def credit(request: HttpRequest, sale_uuid: UUID) -> HttpResponse:
    """Credit a sale without a claim (C23)."""
    opened = _open(sale_uuid)
    proposed = opened.proposal.reason if opened.proposal else ""
    form = CreditForm(
        steps.posted(request),
        reasons=opened.reasons,
        initial={"command_id": uuid4(), "reason": proposed},
    )

    def act() -> str:
        credited = proactive.credit(
            sale_uuid=opened.sale.uuid,
            actor=steps.actor(request),
            command_id=form.cleaned_data["command_id"],
            established=proactive.Established(
                reason=form.cleaned_data["reason"],
                kind=Finding.Kind(form.cleaned_data["kind"]),
                note=form.cleaned_data["note"],
            ),
        )
        return _("%(reference)s: %(amount)s went back to %(pro)s. The letter goes to %(mail)s.") % {
            "reference": credited.reference,
            "amount": formats.money(credited.credit_cents, credited.program),
            "pro": credited.pro,
            "mail": addresses.of_pro(credited.pro, asked_by=credited.filed_by_id),
        }

    answer = steps.answered(request, form, act)
    if answer.is_done:
        return redirect(steps.CASE, RefundRequest.objects.live().get(sale=opened.sale).reference)
    return _page(request, "credit", form, answer, _open(sale_uuid))


@steps.get_or_post
def dismiss(request: HttpRequest, sale_uuid: UUID) -> HttpResponse:
    """Leave a proposed sale as it is, and say why."""
    opened = _open(sale_uuid)
    if opened.proposal is None:
        raise Http404
    form = DismissForm(steps.posted(request))

    def act() -> str:
        proposals.dismiss(
            sale_uuid=opened.sale.uuid,
            actor=steps.actor(request),
            words=form.cleaned_data["words"],
        )
        return _("Lead %(lead)s stays as it is.") % {"lead": opened.sale.lead.reference}

    answer = steps.answered(request, form, act)
    if answer.is_done:
        return redirect("admin:proposal_list")
    return _page(request, "dismiss", form, answer, _open(sale_uuid))


def _open(sale_uuid: UUID) -> Opened:
    sales = LeadSale.objects.with_lead().select_related("charge__source", "credit_proposal")
    sale = get_object_or_404(sales, uuid=sale_uuid)
    try:
        reasons = proactive.reasons_for(sale)
    except PolicyVersion.DoesNotExist as error:
        raise Http404 from error
    proposal = getattr(sale, "credit_proposal", None)
    return Opened(sale, reasons, proposal, proactive.in_the_way(sale))


def _page(
    request: HttpRequest,
    name: str,
    form: CreditForm | DismissForm,
    answer: steps.Answer,
    opened: Opened,
) -> HttpResponse:
    sale, proposal = opened.sale, opened.proposal
    titles = {"credit": _("Credit lead %(lead)s"), "dismiss": _("Leave lead %(lead)s as it is")}
    title = titles[name] % {"lead": sale.lead.reference}
    context = {
        **shell(request, title, ("admin:proposal_list", _("Proposed credits"))),
        "form": form,
        "problem": answer.problem,
        "sale": sale,
        "lead_rows": _lead_rows(sale),
        "tags": contact_panels.tags(sale.lead.contact, sale.lead.program),
        "proposal": _row(proposal) if proposal else None,
        "findings": _findings(proposal.because_of) if proposal else [],
        "is_settled": bool(proposal and (proposal.request_id or proposal.dismissed_at)),
        "dismissal": proposal.dismissal if proposal else "",
        "live": opened.live,
        "refusal": proactive.refusal_that_gives_way(sale),
        "reasons": opened.reasons,
        "money": _money(sale),
        "mail_to": addresses.of_pro(sale.pro, asked_by=steps.actor(request).pk),
    }
    return TemplateResponse(request, f"{TEMPLATES}/{name}.html", context, status=answer.status)


def _findings(because_of: RefundRequest) -> list[Moment]:
    found = because_of.findings.select_related("author").order_by("at", "pk")
    return happening_panels.findings(found, because_of)


def _row(proposal: CreditProposal) -> dict[str, str]:
    sale, program = proposal.sale, proposal.sale.lead.program
    because = proposal.because_of
    reason = policy_of(because.policy_version).reason(proposal.reason)
    return {
        "lead": sale.lead.reference,
        "program": str(program),
        "pro": str(sale.pro),
        "reason": reason.label if reason else proposal.reason,
        "price": formats.money(sale.price_cents, program),
        "sold": formats.instant(sale.sold_at, program),
        "proposed": formats.instant(proposal.proposed_at, program),
        "because_of": because.reference,
        "because_of_url": reverse(steps.CASE, args=[because.reference]),
        "credit_url": reverse("admin:proactive_credit", args=[sale.uuid]),
        "dismiss_url": reverse("admin:proposal_dismiss", args=[sale.uuid]),
    }


def _lead_rows(sale: LeadSale) -> list[tuple[str, str]]:
    lead, contact = sale.lead, sale.lead.contact
    phone = phones.written(contact.phone, country=lead.program.country)
    return [
        (_("Pro"), formats.beside([sale.pro, lead.program])),
        (_("Lead"), formats.beside([lead.reference, lead.category])),
        (_("Contact"), formats.beside([lead.contact_name, phone, contact.email])),
        (_("Sold"), formats.instant(sale.sold_at, lead.program)),
        (_("Price"), formats.money(sale.price_cents, lead.program)),
        (_("Given back so far"), formats.money(sale.credited_cents, lead.program)),
    ]


def _money(sale: LeadSale) -> dict[str, object]:
    """Return what a credit would move; the policy's own answer comes with the approval."""
    program, wallet = sale.lead.program, sale.charge.source
    left, before = sale.price_cents - sale.credited_cents, wallet.balance_cents or 0
    return {
        "amount": formats.money(left, program),
        "wallet": wallet.get_kind_display(),
        "before": formats.money(before, program),
        "after": formats.money(before + left, program),
        "below_zero": before + left < 0,
    }
