"""Exceptions to answer: what opens a closed window again for one sale (L6)."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats
from refunds.admin import labels, steps
from refunds.admin.doors import for_readers, for_verifiers
from refunds.admin.exception_forms import ExceptionForm
from refunds.admin.shell import shell
from refunds.models import ExceptionRequest
from refunds.services import exceptions

TEMPLATES = "admin/refunds/exceptions"


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of these pages."""
    return [
        path("exceptions/", for_readers(site, exception_list), name="exception_list"),
        path(
            "exceptions/<uuid:exception_uuid>/",
            for_verifiers(site, exception_detail),
            name="exception_detail",
        ),
    ]


def exception_list(request: HttpRequest) -> HttpResponse:
    """List the exceptions that wait, the oldest first."""
    waiting = ExceptionRequest.objects.undecided().with_sale().order_by("asked_at", "pk")
    context = {
        **shell(request, _("Exceptions to decide")),
        "rows": [_row(one) for one in waiting[: steps.SHOWN]],
        "has_more": waiting[steps.SHOWN : steps.SHOWN + 1].exists(),
    }
    return TemplateResponse(request, f"{TEMPLATES}/list.html", context)


@steps.get_or_post
def exception_detail(request: HttpRequest, exception_uuid: object) -> HttpResponse:
    """Show one exception; grant it or refuse it while it waits."""
    asked = _find(exception_uuid)
    form = ExceptionForm(steps.posted(request))

    def act() -> str:
        decide = exceptions.grant if form.is_grant else exceptions.refuse
        decide(
            exception_uuid=asked.uuid,
            actor=steps.actor(request),
            answer=form.cleaned_data["answer"],
        )
        return _("Granted.") if form.is_grant else _("Refused.")

    answer = steps.answered(request, form, act)
    if answer.is_done:
        return redirect("admin:exception_list")
    asked = _find(exception_uuid)
    title = _("Exception for lead %(lead)s") % {"lead": asked.sale.lead.reference}
    until = exceptions.claim_until(asked.sale, timezone.now())
    context = {
        **shell(request, title, ("admin:exception_list", _("Exceptions"))),
        "exception": asked,
        "row": _row(asked),
        "claim_until": formats.instant(until, asked.sale.lead.program),
        "may_decide": exceptions.may_decide(asked, steps.actor(request)),
        "is_own_wish": asked.asked_by_id == steps.actor(request).pk,
        "form": form,
        "problem": answer.problem,
    }
    template = f"{TEMPLATES}/detail.html"
    return TemplateResponse(request, template, context, status=answer.status)


def _find(exception_uuid: object) -> ExceptionRequest:
    asked = ExceptionRequest.objects.with_sale().select_related("decided_by")
    return get_object_or_404(asked, uuid=exception_uuid)


def _row(exception: ExceptionRequest) -> dict[str, str]:
    sale, program = exception.sale, exception.sale.lead.program
    until = exception.claim_until
    return {
        "url": reverse("admin:exception_detail", args=[exception.uuid]),
        "lead": sale.lead.reference,
        "program": str(program),
        "pro": str(sale.pro),
        "manager": str(sale.pro.account_manager),
        "cause": exception.get_cause_display(),
        "sold_at": formats.instant(sale.sold_at, program),
        "price": formats.money(sale.price_cents, program),
        "asked": labels.by(exception.asked_by, exception.asked_at, program),
        "decided": labels.by(exception.decided_by, exception.decided_at, program)
        if exception.decided_at
        else "",
        "claim_until": formats.instant(until, program) if until else "",
    }
