"""Events that kept an area from working: declared, listed, and taken back (L6)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import formats
from refunds.admin import labels, steps
from refunds.admin.doors import for_leads
from refunds.admin.exception_forms import DeclareForm
from refunds.admin.shell import shell
from refunds.models import DeclaredEvent
from refunds.services import declared
from refunds.services.change import RefundError


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of these pages."""
    return [
        path("events/", for_leads(site, declared_events), name="declared_events"),
        path(
            "events/<uuid:event_uuid>/withdraw/",
            for_leads(site, event_withdraw),
            name="event_withdraw",
        ),
    ]


@steps.get_or_post
def declared_events(request: HttpRequest) -> HttpResponse:
    """List the declared events, the newest first, and declare another one."""
    form = DeclareForm(steps.posted(request))

    def act() -> str:
        declared.declare(actor=steps.actor(request), **form.cleaned_data)
        return _("Declared: the windows of the leads there are longer by it.")

    answer = steps.answered(request, form, act)
    if answer.is_done:
        return redirect("admin:declared_events")
    return _page(request, form, answer)


@require_POST
def event_withdraw(request: HttpRequest, event_uuid: UUID) -> HttpResponse:
    """Take a declared event back."""
    event = get_object_or_404(DeclaredEvent, uuid=event_uuid)
    try:
        declared.withdraw(event_uuid=event.uuid, actor=steps.actor(request))
    except RefundError as refusal:
        return _page(request, DeclareForm(), steps.Answer(str(refusal), steps.STALE))
    messages.success(
        request,
        _("Withdrawn: “%(name)s” makes no window longer from now on.") % {"name": event.name},
    )
    return redirect("admin:declared_events")


def _page(request: HttpRequest, form: DeclareForm, answer: steps.Answer) -> HttpResponse:
    events = DeclaredEvent.objects.select_related("program", "declared_by", "withdrawn_by")
    newest = events.order_by("-ends_on", "-pk")[: steps.SHOWN]
    trail = ("admin:exception_list", _("Exceptions"))
    context = {
        **shell(request, _("Declared events"), trail),
        "rows": [_row(event) for event in newest],
        "form": form,
        "problem": answer.problem,
    }
    template = "admin/refunds/exceptions/events.html"
    return TemplateResponse(request, template, context, status=answer.status)


def _row(event: DeclaredEvent) -> dict[str, str]:
    withdrawn_at, program = event.withdrawn_at, event.program
    return {
        "withdraw_url": "" if withdrawn_at else reverse("admin:event_withdraw", args=[event.uuid]),
        "withdrawn": labels.by(event.withdrawn_by, withdrawn_at, program) if withdrawn_at else "",
        "name": event.name,
        "program": str(event.program),
        "cause": event.get_cause_display(),
        "where": formats.listed(event.postal_codes),
        "days": f"{formats.day(event.starts_on)} – {formats.day(event.ends_on)}",
        "who": labels.by(event.declared_by, event.declared_at, event.program),
    }
