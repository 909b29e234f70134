"""The contact log of a lead: what was tried, what is still to be tried, and until when."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import formats
from accounts.models import Program
from leads.forms import AttemptForm, TapForm
from leads.models import ContactAttempt, LeadSale
from leads.services.attempts import AttemptRefused, TappedTwice, log_attempt, log_tap
from refunds.services.contact_log import may_be_taken_back, take_back
from refunds.views.contact_steps import steps_for
from refunds.views.lead_rows import lead_rows
from refunds.views.person import PersonRequest

WHOLE, LOG_ALONE = "refunds/contact_log.html", "refunds/_contact_log.html"


@dataclass(frozen=True)
class AttemptRow:
    """One attempt in words."""

    at: str
    what: str
    who: str
    result: str
    taken_back_at: str
    key: int  # of one that whoever looks can take back; 0 of the others


@require_http_methods(["GET", "HEAD", "POST"])
def contact_log(request: PersonRequest, sale_uuid: UUID) -> HttpResponse:
    """Show the attempts to reach the contact of a lead, and log one more."""
    sales = LeadSale.objects.visible_to(request.user).attached().with_lead()
    sale = get_object_or_404(sales, uuid=sale_uuid)
    if "tap" in request.POST:
        return _tapped(request, sale)
    form = _form(request, sale)
    if not form.is_valid():
        return _page(request, sale, form)
    try:
        log_attempt(
            sale_id=sale.pk,
            actor=request.user,
            channel=ContactAttempt.Channel(form.cleaned_data["channel"]),
            by=ContactAttempt.By.PRO,
            reached=form.cleaned_data["reached"],
            at=form.cleaned_data["made_at"],
        )
    except AttemptRefused as refusal:
        return _page(request, sale, form, problem=str(refusal))
    messages.success(request, _("The attempt is in your log."))
    return redirect("contact_log", sale.uuid)


@require_POST
def contact_log_take_back(request: PersonRequest, sale_uuid: UUID) -> HttpResponse:
    """Take back one's own attempt of a moment ago, and show the log without it counting."""
    try:
        take_back(sale_uuid=sale_uuid, attempt_id=_key(request), actor=request.user)
    except (LeadSale.DoesNotExist, ContactAttempt.DoesNotExist) as error:
        raise Http404 from error
    except AttemptRefused as refusal:
        return _taken_back(request, sale_uuid, problem=str(refusal))
    told = _("It is taken back: it counts for nothing, and stays in your log as that.")
    return _taken_back(request, sale_uuid, told=told)


def _taken_back(
    request: PersonRequest, sale_uuid: UUID, *, problem: str = "", told: str = ""
) -> HttpResponse:
    if not request.htmx:
        level = messages.ERROR if problem else messages.SUCCESS
        messages.add_message(request, level, problem or told)
        return redirect("contact_log", sale_uuid)
    sale = get_object_or_404(LeadSale.objects.visible_to(request.user).with_lead(), uuid=sale_uuid)
    return _page(request, sale, _form(request, sale), problem=problem, told=told)


def _key(request: PersonRequest) -> int:
    """Return which attempt is meant; 0, which none has, where that can't be read."""
    number = request.POST.get("attempt", "")
    return int(number) if re.fullmatch(r"[0-9]{1,18}", number) else 0


def _tapped(request: PersonRequest, sale: LeadSale) -> HttpResponse:
    """Log what was done this moment, and show the log with it: in place, or by a redirect."""
    tapped = TapForm(request.POST)
    if not tapped.is_valid():
        return _page(request, sale, _form(request, sale), problem=_incomplete())
    channel, reached = tapped.attempt
    told = _("The attempt is in your log.")
    try:
        log_tap(
            sale_id=sale.pk,
            actor=request.user,
            channel=channel,
            reached=reached,
            seen_at=tapped.cleaned_data["seen_at"],
        )
    except LeadSale.DoesNotExist as error:
        raise Http404 from error
    except TappedTwice as refusal:
        told = str(refusal)
    except AttemptRefused as refusal:
        return _page(request, sale, _form(request, sale), problem=str(refusal))
    if request.htmx:
        return _page(request, sale, _form(request, sale), told=told)
    messages.success(request, told)
    return redirect("contact_log", sale.uuid)


def _form(request: PersonRequest, sale: LeadSale) -> AttemptForm:
    is_sent = request.method == "POST" and not {"tap", "attempt"} & request.POST.keys()
    return AttemptForm(
        request.POST if is_sent else None,
        zone=ZoneInfo(sale.lead.program.time_zone),
        sold_at=sale.sold_at,
        now=timezone.now(),
    )


def _page(
    request: PersonRequest, sale: LeadSale, form: AttemptForm, *, problem: str = "", told: str = ""
) -> HttpResponse:
    attempts = list(sale.attempts.select_related("logged_by").order_by("-at", "-pk"))
    now = timezone.now()  # after the attempts were read: what comes later was not seen
    [row] = lead_rows([sale], at=now)
    can_be_claimed = row.standing.can_be_claimed
    is_claimed = bool(row.standing.request_reference)
    rows = [
        _attempt_row(one, sale.lead.program, has_key=not is_claimed and _is_slip(request, one, now))
        for one in attempts
    ]
    context = {
        "row": row,
        "form": form,
        "problem": problem,
        "told": told,
        "seen_at": f"{now:%Y-%m-%dT%H:%M:%S.%f%z}",
        "attempts": rows,
        "latest": next((one for one in rows if one.key), None),
        "takes_focus": "attempt" in request.POST,  # the button that was pressed is gone
        "steps": steps_for(sale, attempts, can_be_claimed=can_be_claimed, at=now),
    }
    if request.htmx:
        return render(request, LOG_ALONE, context)
    return render(request, WHOLE, context, status=422 if form.is_bound or problem else 200)


def _incomplete() -> str:
    return _("This page is incomplete. Open it again, and send it from there.")


def _is_slip(request: PersonRequest, attempt: ContactAttempt, at: datetime) -> bool:
    return may_be_taken_back(attempt, request.user, at)


def _attempt_row(attempt: ContactAttempt, program: Program, *, has_key: bool) -> AttemptRow:
    is_team = attempt.by == ContactAttempt.By.TEAM
    return AttemptRow(
        at=formats.instant(attempt.at, program),
        what=attempt.get_channel_display(),
        who=_("Verification team") if is_team else str(attempt.logged_by),
        result=_("Reached somebody") if attempt.reached else _("Nobody reached"),
        taken_back_at=formats.instant(attempt.taken_back_at, program)
        if attempt.taken_back_at
        else "",
        key=attempt.pk if has_key else 0,
    )
