"""The account manager's desk: the appeals of their own pros."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import formats
from refunds.forms import AppealDecisionForm, OverturnForm
from refunds.models import RefundRequest, State
from refunds.models.states import APPEAL_STATES
from refunds.services import appeal
from refunds.services.change import RefundError
from refunds.views.form_addresses import form_of
from refunds.views.paging import first
from refunds.views.person import PersonRequest, for_desk, status_of
from refunds.views.request_page import load, request_page
from refunds.views.request_rows import request_rows

WAITING_SHOWN = 200
DECIDED_SHOWN = 20


@require_safe
@for_desk
def desk_appeals(request: PersonRequest) -> HttpResponse:
    """List the appeals that wait, the oldest first, and the ones decided last."""
    appeals = (
        RefundRequest.objects.managed_by(request.user)
        .filter(appeal__isnull=False)
        .with_sale()
        .select_related("appeal")
    )
    waiting = appeals.filter(state=State.APPEALED).order_by("appeal__filed_at", "pk")
    decided = appeals.exclude(state=State.APPEALED).order_by("-appeal_decided_at", "-pk")
    now = timezone.now()
    shown, has_more = first(waiting, WAITING_SHOWN)
    context = {
        "waiting": request_rows(shown, at=now, to_pro=False),
        "decided": request_rows(decided[:DECIDED_SHOWN], at=now, to_pro=False),
        "has_more": has_more,
    }
    return render(request, "desk/appeals.html", context)


@require_safe
@for_desk
def desk_appeal(request: PersonRequest, reference: str) -> HttpResponse:
    """Show the first decision beside the appeal."""
    return _page(request, reference, OverturnForm())


@form_of("desk_appeal")
@for_desk
def desk_uphold(request: PersonRequest, reference: str) -> HttpResponse:
    """Leave the refusal as it is, for good."""
    _of_my_pros(request, reference)
    form = AppealDecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, reference, form)
    try:
        appeal.uphold(
            reference=reference,
            actor=request.user,
            expected_version=form.cleaned_data["version"],
            sentence=form.cleaned_data["sentence"],
        )
    except RefundError as refusal:
        return _page(request, reference, form, refusal)
    messages.success(request, _("The decision stands. The pro gets your sentence by mail."))
    return redirect("desk_appeal", reference)


@form_of("desk_appeal")
@for_desk
def desk_overturn(request: PersonRequest, reference: str) -> HttpResponse:
    """Credit the sale after all, for good."""
    _of_my_pros(request, reference)
    form = OverturnForm(request.POST)
    if not form.is_valid():
        return _page(request, reference, form)
    try:
        decided = appeal.overturn(
            reference=reference,
            actor=request.user,
            expected_version=form.cleaned_data["version"],
            sentence=form.cleaned_data["sentence"],
            exception_cause=form.cleaned_data["exception_cause"],
        )
    except RefundError as refusal:
        return _page(request, reference, form, refusal)
    amount = formats.money(decided.credit_cents, decided.program)
    messages.success(
        request,
        _("%(amount)s was credited. The pro gets your sentence by mail.") % {"amount": amount},
    )
    return redirect("desk_appeal", reference)


def _of_my_pros(request: PersonRequest, reference: str) -> RefundRequest:
    appeals = RefundRequest.objects.managed_by(request.user).filter(state__in=APPEAL_STATES)
    return get_object_or_404(load(appeals), reference=reference)


def _page(
    request: PersonRequest,
    reference: str,
    form: AppealDecisionForm,
    refusal: RefundError | None = None,
) -> HttpResponse:
    # Looked up again: the service may have found that it changed in the meantime.
    refund = _of_my_pros(request, reference)
    is_waiting = refund.state == State.APPEALED
    program = refund.program
    filed_at = refund.appeal.filed_at if refund.appeal else None
    decided_at = refund.appeal_decided_at
    context = {
        "refund": request_page(refund, to_pro=False),
        "appeal": refund.appeal,
        "appealed_at": formats.instant(filed_at, program) if filed_at else "",
        "appeal_decided_by": refund.appeal_decided_by,
        "appeal_decided_at": formats.instant(decided_at, program) if decided_at else "",
        "credit_if_overturned": formats.money(appeal.credit_if_overturned(refund), program)
        if is_waiting
        else "",
        "is_waiting": is_waiting,
        "verification_missing": appeal.verification_missing(refund) if is_waiting else "",
        "came_too_late": appeal.came_too_late(refund),
        "is_own_decision": refund.decided_by_id == request.user.pk,
        "form": form,
        "problem": str(refusal or ""),
    }
    status = status_of(refusal) if refusal or form.errors else 200
    return render(request, "desk/appeal.html", context, status=status)
