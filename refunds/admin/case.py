"""A request on one page: all that is known, and the ways to go on."""

from typing import cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django_fsm import can_proceed

from accounts import formats
from accounts.models import User
from leads.models import Lead
from refunds.admin import contact_panels, labels, panels, seller_panels
from refunds.admin.forms import FindingForm, written
from refunds.models import RefundRequest, State
from refunds.services import corrections, investigate
from refunds.services.decide import verdict_now

TEMPLATES = "admin/refunds/refundrequest"


@require_GET
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a request; it changes by the pages that its buttons lead to."""
    return draw(request, find(reference))


def find(reference: str) -> RefundRequest:
    """Return the request of a public reference with all that its pages read, or answer 404."""
    requests = RefundRequest.objects.with_sale().select_related(
        "pro__account_manager",
        "filed_by",
        "holder",
        "decided_by",
        "appeal__filed_by",
        "credit__destination",
        "sale__campaign",
        "sale__charge__source",
        "sale__lead__seller",
        "sale__quote",
    )
    case: RefundRequest = get_object_or_404(requests, reference=reference)
    return case


def draw(
    request: HttpRequest,
    case: RefundRequest,
    *,
    finding_form: FindingForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw the case page, with what was refused and why."""
    verdict = verdict_now(case)
    seller = seller_panels.case_of(case)
    steps = _possible(request, case) | seller_panels.steps(case, seller, verdict)
    recordings = seller_panels.recordings(case)
    form = finding_form or FindingForm(initial={"version": case.version}, recordings=recordings)
    context = {
        **shell(request, case),
        "problem": problem,
        "is_stale": status == 409,
        "written": written(form),
        "claim": panels.claim(case),
        "checks": panels.grounds(case),
        "verdict_tag": labels.outcome(verdict.outcome),
        "checks_now": panels.checks([check.as_json() for check in verdict.checks], case),
        "credit_now": formats.money(verdict.credit_cents, case.program),
        "facts": panels.facts(case, verdict),
        "attempts": panels.attempts(case),
        "findings": panels.findings(case),
        "evidence": panels.evidence(case),
        "seller": seller_panels.seller(case, seller),
        "recordings": recordings,
        "is_live_call": case.sale.lead.kind == Lead.Kind.LIVE_CALL,
        "earlier_sales": panels.earlier_sales(case),
        "sales_to_others": contact_panels.sales_to_others(case),
        "contact_tags": contact_panels.tags(case.sale.lead.contact, case.program),
        "history": panels.history(case),
        "finding_form": form,
        "may": steps,
        "has_steps": any(steps.values()) and case.state != State.APPEALED,
    }
    return TemplateResponse(request, f"{TEMPLATES}/case.html", context, status=status)


def shell(request: HttpRequest, case: RefundRequest) -> dict[str, object]:
    """Return what every page about a request shows: which one it is, and where it stands."""
    return {
        **admin.site.each_context(request),
        "case": case,
        "title": f"{case.reference} · {labels.reason(case)}",
        "opts": RefundRequest._meta,
        "state": labels.state(case),
        "due": labels.due(case, timezone.now()),
        "reason": labels.reason(case),
        "amount": formats.money(case.credit_cents, case.program),
        "in_whose_hands": _in_whose_hands(case),
    }


def _in_whose_hands(case: RefundRequest) -> str:
    if case.state == State.APPEALED:
        return _("the appeal waits for %s, the pro's account manager") % case.pro.account_manager
    if case.decided_by:
        return _("decided by %s") % case.decided_by
    if not case.is_open:
        return ""
    return _("held by %s") % case.holder if case.holder else _("not taken")


def _possible(request: HttpRequest, case: RefundRequest) -> dict[str, bool]:
    in_review = case.state == State.INVESTIGATING
    return {
        "take": in_review and case.holder_id != request.user.pk,
        "add_finding": investigate.may_add_finding(case),
        "ask": can_proceed(case.ask_pro),
        "approve": can_proceed(case.approve),
        "decline": can_proceed(case.decline),
        "reverse": can_proceed(case.reverse),
        "propose_correction": corrections.can_be_proposed(case),
        "confirm_correction": corrections.may_confirm(case, cast("User", request.user)),
        "dismiss_correction": corrections.may_dismiss(case, cast("User", request.user)),
    }
