"""Claiming a refund: first the reason, then what this reason asks for, then it is sent."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leads.models import LeadSale
from refunds.documents import worded_policy_of
from refunds.forms import ClaimForm
from refunds.models import PolicyVersion, RefundRequest
from refunds.policy.document import Policy, Reason
from refunds.services import file
from refunds.services.change import RefundError
from refunds.services.facts import policy_version_for
from refunds.views.lead_rows import LeadRow, lead_rows
from refunds.views.notices import month_end_notice
from refunds.views.person import PersonRequest, status_of
from refunds.views.previews import Preview, preview_of


@dataclass(frozen=True)
class Claim:
    """What every step of a claim's page knows: the lead, and the rules that it was sold under."""

    sale: LeadSale
    policy: Policy
    row: LeadRow

    @property
    def offered(self) -> tuple[Reason, ...]:
        """The reasons that can be chosen for such a lead."""
        return self.policy.offered_for(self.sale.lead.kind)


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: PersonRequest, sale_uuid: UUID) -> HttpResponse:
    """Request a refund for one lead: choose the reason, answer its questions, send it."""
    opened = _open(request, sale_uuid)
    reason = opened.policy.reason((request.POST or request.GET).get("reason", ""))
    is_offered = reason in opened.offered
    if request.method == "POST":
        if reason is None or not is_offered:
            return _choice(request, opened, problem=_not_offered())
        return _answered(request, opened, reason)
    if opened.row.standing.request_reference:
        messages.info(request, _already(opened))
        return redirect("request_detail", opened.row.standing.request_reference)
    if reason is None or not is_offered:
        asked = "continue" in request.GET or "reason" in request.GET
        return _choice(request, opened, problem=_not_offered() if asked else "")
    form = _form(opened, reason, initial={"command_id": uuid4()})
    return _questions(request, opened, form, preview=_first_preview(opened, reason))


def _open(request: PersonRequest, sale_uuid: UUID) -> Claim:
    sales = LeadSale.objects.visible_to(request.user).attached().with_lead()
    sale = get_object_or_404(
        sales.select_related("campaign", "pro__account_manager"), uuid=sale_uuid
    )
    try:
        policy = worded_policy_of(policy_version_for(sale))
    except PolicyVersion.DoesNotExist as error:
        raise Http404 from error
    [row] = lead_rows([sale], at=timezone.now())
    return Claim(sale, policy, row)


def _answered(request: PersonRequest, opened: Claim, reason: Reason) -> HttpResponse:
    form = _form(opened, reason, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return _questions(request, opened, form)
    if "preview" in request.POST:
        return _questions(request, opened, form, preview=_preview(opened, form))
    try:
        filed = file.file_claim(
            sale_uuid=opened.sale.uuid,
            actor=request.user,
            command_id=form.cleaned_data["command_id"],
            reason=reason.code,
            explanation=form.cleaned_data["explanation"],
            details=form.details,
            files=form.cleaned_data["files"],
        )
    except RefundError as refusal:
        return _questions(request, opened, form, refusal=refusal)
    messages.success(request, _receipt(filed))
    return redirect("request_detail", filed.reference)


def _form(opened: Claim, reason: Reason, **kwargs: object) -> ClaimForm:
    categories = opened.sale.lead.program.categories.order_by("name")
    choices = (
        list(categories.values_list("code", "name"))
        if any(detail.kind == "category" for detail in reason.details)
        else []
    )
    today = timezone.now().astimezone(opened.policy.zone).date()
    return ClaimForm(policy=opened.policy, reason=reason, categories=choices, today=today, **kwargs)


def _choice(request: PersonRequest, opened: Claim, *, problem: str = "") -> HttpResponse:
    context = {
        "row": opened.row,
        "policy": opened.policy,
        "refundable": [reason for reason in opened.offered if reason.eligible],
        "month_end_notice": month_end_notice(opened.policy, timezone.now()),
        "not_refunded": [reason for reason in opened.offered if not reason.eligible],
        "problem": problem,
        "account_manager": opened.sale.pro.account_manager,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "refunds/claim_reason.html", context, status=status)


def _questions(
    request: PersonRequest,
    opened: Claim,
    form: ClaimForm,
    *,
    preview: Preview | None = None,
    refusal: RefundError | None = None,
) -> HttpResponse:
    context = {
        "row": opened.row,
        "policy": opened.policy,
        "month_end_notice": month_end_notice(opened.policy, timezone.now()),
        "reason": form.reason,
        "form": form,
        "preview": preview,
        "problem": str(refusal or ""),
        "problem_reference": getattr(refusal, "reference", ""),
        "account_manager": opened.sale.pro.account_manager,
    }
    status = status_of(refusal) if refusal or form.errors else 200
    return render(request, "refunds/claim.html", context, status=status)


def _first_preview(opened: Claim, reason: Reason) -> Preview | None:
    """Answer at once where the answer doesn't depend on what is still to be filled in."""
    if reason.details:
        return None
    verdict = file.preview(sale=opened.sale, reason=reason.code, explanation="", details={})
    return preview_of(verdict, opened.sale, opened.policy)


def _preview(opened: Claim, form: ClaimForm) -> Preview:
    verdict = file.preview(
        sale=opened.sale,
        reason=form.reason.code,
        explanation=form.cleaned_data["explanation"],
        details=form.details,
    )
    return preview_of(verdict, opened.sale, opened.policy)


def _not_offered() -> str:
    return _("Choose one of the reasons of this program.")


def _already(opened: Claim) -> str:
    live = file.live_request(opened.sale)
    if live is None or live.origin == RefundRequest.Origin.CLAIM:
        return _("There is a request for this lead already. This is it.")
    return file.already_sentence(live)


def _receipt(filed: RefundRequest) -> str:
    return _("We have your request. Its number is %(reference)s.") % {"reference": filed.reference}
