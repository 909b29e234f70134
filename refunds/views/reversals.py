"""The desk's reversals: credits that the manager's own pros want to give back (L25, X24)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import formats
from refunds.forms import ReversalForm
from refunds.models import RefundRequest, State
from refunds.models.request_queryset import RefundRequestQuerySet
from refunds.services import consequences, reverse
from refunds.services.change import RefundError
from refunds.views.paging import first
from refunds.views.person import PersonRequest, for_desk, status_of
from refunds.views.request_page import load, request_page
from refunds.views.request_rows import request_rows

WAITING_SHOWN = 200
DONE_SHOWN = 20


@require_safe
@for_desk
def desk_reversals(request: PersonRequest) -> HttpResponse:
    """List the credits that pros want to give back, the oldest wish first."""
    asked = _asked(request).with_sale().select_related("appeal")
    waiting = asked.filter(state=State.APPROVED).order_by("reversal_asked_at", "pk")
    done = asked.exclude(state=State.APPROVED).order_by("-reversal_asked_at", "-pk")
    now = timezone.now()
    shown, has_more = first(waiting, WAITING_SHOWN)
    context = {
        "waiting": request_rows(shown, at=now, to_pro=False),
        "done": request_rows(list(done[:DONE_SHOWN]), at=now, to_pro=False),
        "has_more": has_more,
    }
    return render(request, "desk/reversals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk
def desk_reversal(request: PersonRequest, reference: str) -> HttpResponse:
    """Show what taking the credit back means, and do it."""
    get_object_or_404(_asked(request), reference=reference)
    if request.method != "POST":
        return _page(request, reference, ReversalForm())
    form = ReversalForm(request.POST)
    if not form.is_valid():
        return _page(request, reference, form)
    try:
        reversed_ = reverse.reverse(
            reference=reference,
            actor=request.user,
            expected_version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            at_wish=True,
            debit_only=form.cleaned_data["debit_only"],
        )
    except RefundError as refusal:
        return _page(request, reference, form, refusal)
    amount = formats.money(reversed_.credit_cents, reversed_.program)
    messages.success(
        request,
        _("%(amount)s was taken back. The pro gets your sentence by mail.") % {"amount": amount},
    )
    return redirect("desk_reversal", reference)


def _asked(request: PersonRequest) -> RefundRequestQuerySet:
    mine = RefundRequest.objects.managed_by(request.user)
    return mine.filter(reversal_asked_at__isnull=False)


def _page(
    request: PersonRequest,
    reference: str,
    form: ReversalForm,
    refusal: RefundError | None = None,
) -> HttpResponse:
    # Looked up again: the service may have found that it changed in the meantime.
    refund = get_object_or_404(load(_asked(request)), reference=reference)
    asked_at = refund.reversal_asked_at
    context = {
        "refund": request_page(refund, to_pro=False),
        "wish": reverse.wish_of(refund),
        "asked_at": formats.instant(asked_at, refund.program) if asked_at else "",
        "amount": formats.money(refund.credit_cents, refund.program),
        "is_waiting": refund.state == State.APPROVED,
        "has_left": refund.sale.is_detached,
        "was_sold_on": consequences.was_sold_on(refund.sale),
        "form": form,
        "problem": str(refusal or ""),
    }
    status = status_of(refusal) if refusal or form.errors else 200
    return render(request, "desk/reversal.html", context, status=status)
