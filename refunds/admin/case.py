"""A request on one page: all that is known, and the ways to go on."""

from collections.abc import Sequence
from typing import cast

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
from refunds.admin import (
    book_panels,
    contact_panels,
    happening_panels,
    labels,
    panels,
    rate_panel,
    recording_panel,
    seller_panels,
)
from refunds.admin.forms import FindingForm, MarkForm, UnmarkForm, written
from refunds.admin.recording_panel import Recording
from refunds.admin.shell import shell as shell_of_page
from refunds.documents import worded_policy_of
from refunds.models import Finding, RefundRequest, State
from refunds.policy.document import Reason
from refunds.services import corrections, investigate, queue
from refunds.services.look import Look, look_at

TEMPLATES = "admin/refunds/refundrequest"
LIST = "admin:refunds_refundrequest_changelist"


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
    refused: FindingForm | MarkForm | UnmarkForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw the case page, with the form that was refused and why."""
    look = look_at(case)
    seller = seller_panels.case_of(case)
    around = shell(request, case)
    steps = _possible(request, case) | seller_panels.steps(case, seller, look.verdict)
    may = steps if around["may_act"] else {}
    reader = cast("User", request.user)
    mark_form = refused if isinstance(refused, MarkForm) else None
    recordings = recording_panel.recordings(case, look.findings, reader, mark_form)
    form = refused if isinstance(refused, FindingForm) else _finding_form(case, recordings)
    context = {
        **around,
        "problem": problem,
        "refused": refused or form,
        "is_stale": status == 409,
        "written": written(refused) if refused else "",
        **_claimed(case, look),
        **_verdict(case, look),
        **_established(case, look, recordings),
        "facts": book_panels.facts(case, look, len(recordings)),
        "attempts": happening_panels.attempts(case, look.attempts),
        "seller": seller_panels.seller(case, seller),
        "rates": rate_panel.shares(case),
        **contact_panels.sales(case, look),
        "contact_tags": contact_panels.tags(case.sale.lead.contact, case.program),
        "history": happening_panels.history(case),
        "finding_form": form,
        "may": may,
        "has_steps": any(may.values()) and case.state != State.APPEALED,
    }
    return TemplateResponse(request, f"{TEMPLATES}/case.html", context, status=status)


def shell(request: HttpRequest, case: RefundRequest) -> dict[str, object]:
    """Return what every page about a request shows: which one it is, and where it stands."""
    title = f"{case.reference} · {labels.reason(case)}"
    return {
        **shell_of_page(request, title, (LIST, _("Refund requests"))),
        "case": case,
        "opts": RefundRequest._meta,
        "state": labels.state(case),
        "due": labels.due(case, timezone.now()),
        "reason": labels.reason(case),
        "amount": formats.money(case.credit_cents, case.program),
        "in_whose_hands": _in_whose_hands(case),
    }


def _claimed(case: RefundRequest, look: Look) -> dict[str, object]:
    return {
        "claim_heading": labels.claim_heading(case),
        "claim": panels.claim(case, look.categories),
        "checks": panels.grounds(case, look.categories),
        "evidence": happening_panels.evidence(case),
    }


def _verdict(case: RefundRequest, look: Look) -> dict[str, object]:
    verdict = look.verdict
    now = [check.as_json() for check in verdict.checks]
    return {
        "verdict_tag": labels.outcome(verdict.outcome),
        "checks_now": panels.checks(now, case, look.categories),
        "credit_now": formats.money(verdict.credit_cents, case.program),
    }


def _established(
    case: RefundRequest, look: Look, recordings: Sequence[Recording]
) -> dict[str, object]:
    """Return what is to be found out and what was; what a recording shows stands under it."""
    reason = _reason(case)
    under_them = {one.pk for one in look.findings if one.recording_id} if recordings else set()
    others = [one for one in look.findings if one.pk not in under_them]
    return {
        "to_establish": reason.staff if reason else "",
        "findings": happening_panels.findings(others, case),
        "is_heard": bool(under_them),
        "recordings": recordings,
        "is_live_call": case.sale.lead.kind == Lead.Kind.LIVE_CALL,
    }


def _finding_form(case: RefundRequest, recordings: Sequence[Recording]) -> FindingForm:
    """Return the form with where the fact of such a claim is looked for filled in."""
    policy, reason = worded_policy_of(case.policy_version), _reason(case)
    kind: str = reason.established_by if reason else ""
    is_live_call = case.sale.lead.kind == Lead.Kind.LIVE_CALL
    if is_live_call and policy.live_calls_by_recording_only:
        kind = Finding.Kind.RECORDING
    names = [(one.uuid, one.name) for one in recordings]
    return FindingForm(initial={"version": case.version, "kind": kind}, recordings=names)


def _reason(case: RefundRequest) -> Reason | None:
    return worded_policy_of(case.policy_version).reason(case.reason)


def _in_whose_hands(case: RefundRequest) -> str:
    if case.state == State.APPEALED:
        return _("the appeal waits for %s, the pro's account manager") % case.pro.account_manager
    if case.decided_by:
        return _("decided by %s") % case.decided_by
    if not case.is_open:
        return ""
    return _("held by %s") % case.holder if case.holder else _("not taken")


def _possible(request: HttpRequest, case: RefundRequest) -> dict[str, bool]:
    actor = cast("User", request.user)
    in_review = case.state == State.INVESTIGATING
    is_free = queue.may_take(case, actor=actor, at=timezone.now())
    return {
        "take": in_review and case.holder_id != actor.pk and is_free,
        "add_finding": investigate.may_add_finding(case),
        "ask": can_proceed(case.ask_pro),
        "approve": can_proceed(case.approve),
        "decline": can_proceed(case.decline),
        "reverse": can_proceed(case.reverse),
        "propose_correction": corrections.can_be_proposed(case),
        "confirm_correction": corrections.may_confirm(case, actor),
        "dismiss_correction": corrections.may_dismiss(case, actor),
    }
