"""Exceptions to answer, and events to declare: what opens a closed window again (L6)."""

from datetime import datetime
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import formats
from accounts.models import Program, User
from refunds.admin import steps
from refunds.admin.doors import for_leads, for_readers, for_verifiers
from refunds.admin.forms import DeclareForm, ExceptionForm
from refunds.models import DeclaredEvent, ExceptionRequest
from refunds.services import declared, exceptions
from refunds.services.change import RefundError

SHOWN = 200


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of these pages, each for verifiers."""
    return [
        path("exceptions/", for_readers(site, exception_list), name="exception_list"),
        path(
            "exceptions/<uuid:exception_uuid>/",
            for_verifiers(site, exception_detail),
            name="exception_detail",
        ),
        path("events/", for_leads(site, declared_events), name="declared_events"),
        path(
            "events/<uuid:event_uuid>/withdraw/",
            for_leads(site, event_withdraw),
            name="event_withdraw",
        ),
    ]


@require_safe
def exception_list(request: HttpRequest) -> HttpResponse:
    """List the exceptions that wait, the oldest first."""
    waiting = ExceptionRequest.objects.undecided().with_sale().order_by("asked_at", "pk")
    context = {
        **admin.site.each_context(request),
        "title": _("Exceptions to decide"),
        "rows": [_row(one) for one in waiting[:SHOWN]],
        "has_more": waiting[SHOWN : SHOWN + 1].exists(),
    }
    return TemplateResponse(request, "admin/refunds/exceptions/list.html", context)


@steps.get_or_post
def exception_detail(request: HttpRequest, exception_uuid: object) -> HttpResponse:
    """Show one exception; grant it or refuse it while it waits."""
    asked = _find(exception_uuid)
    form = ExceptionForm(steps.posted(request))
    problem, status = "", 200

    def act() -> str:
        answer = exceptions.grant if form.is_grant else exceptions.refuse
        answer(
            exception_uuid=asked.uuid,
            actor=steps.actor(request),
            answer=form.cleaned_data["answer"],
        )
        return _("Granted.") if form.is_grant else _("Refused.")

    if form.is_bound:
        problem, status = steps.attempt(request, form, act)
        if status == 200:
            return redirect("admin:exception_list")
    asked = _find(exception_uuid)
    context = {
        **admin.site.each_context(request),
        "title": _("Exception for lead %(lead)s") % {"lead": asked.sale.lead.reference},
        "exception": asked,
        "row": _row(asked),
        "claim_until": formats.instant(
            exceptions.claim_until(asked.sale, timezone.now()), asked.sale.lead.program
        ),
        "may_decide": exceptions.may_decide(asked, steps.actor(request)),
        "is_own_wish": asked.asked_by_id == steps.actor(request).pk,
        "form": form,
        "problem": problem,
    }
    template = "admin/refunds/exceptions/detail.html"
    return TemplateResponse(request, template, context, status=status)


@steps.get_or_post
def declared_events(request: HttpRequest) -> HttpResponse:
    """List the declared events, the newest first, and declare another one."""
    form = DeclareForm(steps.posted(request))
    problem, status = "", 200

    def act() -> str:
        declared.declare(actor=steps.actor(request), **form.cleaned_data)
        return _("Declared: the windows of the leads there are longer by it.")

    if form.is_bound:
        problem, status = steps.attempt(request, form, act)
        if status == 200:
            return redirect("admin:declared_events")
    return _events_page(request, form, problem, status)


@require_POST
def event_withdraw(request: HttpRequest, event_uuid: UUID) -> HttpResponse:
    """Take a declared event back."""
    event = get_object_or_404(DeclaredEvent, uuid=event_uuid)
    try:
        declared.withdraw(event_uuid=event.uuid, actor=steps.actor(request))
    except RefundError as refusal:
        return _events_page(request, DeclareForm(), str(refusal), steps.STALE)
    messages.success(
        request,
        _("Withdrawn: “%(name)s” makes no window longer from now on.") % {"name": event.name},
    )
    return redirect("admin:declared_events")


def _events_page(
    request: HttpRequest, form: DeclareForm, problem: str, status: int
) -> HttpResponse:
    events = DeclaredEvent.objects.select_related("program", "declared_by", "withdrawn_by")
    context = {
        **admin.site.each_context(request),
        "title": _("Declared events"),
        "rows": [_event_row(event) for event in events.order_by("-ends_on", "-pk")[:SHOWN]],
        "form": form,
        "problem": problem,
    }
    template = "admin/refunds/exceptions/events.html"
    return TemplateResponse(request, template, context, status=status)


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
        "asked": _by(exception.asked_by, exception.asked_at, program),
        "decided": _by(exception.decided_by, exception.decided_at, program)
        if exception.decided_at
        else "",
        "claim_until": formats.instant(until, program) if until else "",
    }


def _by(person: User | None, at: datetime, program: Program) -> str:
    return formats.beside([person, formats.instant(at, program)])


def _event_row(event: DeclaredEvent) -> dict[str, str]:
    withdrawn_at = event.withdrawn_at
    return {
        "withdraw_url": "" if withdrawn_at else reverse("admin:event_withdraw", args=[event.uuid]),
        "withdrawn": _by(event.withdrawn_by, withdrawn_at, event.program) if withdrawn_at else "",
        "name": event.name,
        "program": str(event.program),
        "cause": event.get_cause_display(),
        "where": formats.listed(event.postal_codes),
        "days": f"{formats.day(event.starts_on)} – {formats.day(event.ends_on)}",
        "who": _by(event.declared_by, event.declared_at, event.program),
    }
