"""The contact log of a lead: what was tried, what is still to be tried, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import formats
from accounts.models import Program
from leads.forms import AttemptForm
from leads.models import ContactAttempt, LeadSale
from leads.services.attempts import AttemptRefused, log_attempt
from refunds.policy.document import Reason
from refunds.policy.steps import Progress, Step
from refunds.sentence_parts import STEPS
from refunds.sentences import SENTENCES
from refunds.services.contact_log import asked_of, steps_of
from refunds.services.windows import window_of
from refunds.views.lead_rows import lead_rows
from refunds.views.person import PersonRequest


@dataclass(frozen=True)
class AttemptRow:
    """One attempt in words."""

    at: str
    what: str
    who: str
    result: str


@dataclass(frozen=True)
class StepRow:
    """One contact step in words: a tag with its colour, and when it was or has to be done."""

    name: str
    tag: str
    word: str
    when: str


@dataclass(frozen=True)
class Steps:
    """The steps of the reason that asks for them; ``is_complete``: it can be claimed now."""

    reason: Reason
    rows: Sequence[StepRow]
    sentence: str
    is_complete: bool


@require_http_methods(["GET", "HEAD", "POST"])
def contact_log(request: PersonRequest, sale_uuid: UUID) -> HttpResponse:
    """Show the attempts to reach the contact of a lead, and log one more."""
    sales = LeadSale.objects.visible_to(request.user).attached().with_lead()
    sale = get_object_or_404(sales, uuid=sale_uuid)
    form = AttemptForm(
        request.POST if request.method == "POST" else None,
        zone=ZoneInfo(sale.lead.program.time_zone),
        sold_at=sale.sold_at,
        now=timezone.now(),
    )
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


def _page(
    request: PersonRequest, sale: LeadSale, form: AttemptForm, *, problem: str = ""
) -> HttpResponse:
    now = timezone.now()
    attempts = list(sale.attempts.select_related("logged_by").order_by("-at", "-pk"))
    [row] = lead_rows([sale], at=now)
    context = {
        "row": row,
        "form": form,
        "problem": problem,
        "attempts": [_attempt_row(attempt, sale.lead.program) for attempt in attempts],
        "steps": _steps(sale, attempts, can_be_claimed=row.standing.can_be_claimed, at=now),
    }
    status = 422 if form.is_bound else 200
    return render(request, "refunds/contact_log.html", context, status=status)


def _attempt_row(attempt: ContactAttempt, program: Program) -> AttemptRow:
    return AttemptRow(
        at=formats.instant(attempt.at, program),
        what=attempt.get_channel_display(),
        who=_("Verification team") if _is_team(attempt) else str(attempt.logged_by),
        result=_("Reached somebody") if attempt.reached else _("Nobody reached"),
    )


def _steps(
    sale: LeadSale, attempts: Sequence[ContactAttempt], *, can_be_claimed: bool, at: datetime
) -> Steps | None:
    if sale.credited_cents or sale.lead.contact.do_not_call_at:
        return None  # nobody is sent to call for a claim that can't come any more
    asked, progress = asked_of(sale), steps_of(sale, at)
    if asked is None or progress is None:
        return None
    policy, reason = asked
    rows = [_step_row(step, sale.lead.program, at) for step in progress.steps]
    rows.append(_nobody_row(progress))
    if not can_be_claimed:
        return Steps(reason, rows, sentence="", is_complete=False)
    if any(_is_team(attempt) and attempt.reached for attempt in attempts):
        sentence = str(SENTENCES["team_reached_contact"].bare)
        return Steps(reason, rows, sentence, is_complete=False)
    closes_at = window_of(sale, policy).closes_at
    sentence = _outlook(progress, closes_at, sale.lead.program, at)
    return Steps(reason, rows, sentence, is_complete=not progress.missing)


def _step_row(step: Step, program: Program, at: datetime) -> StepRow:
    name = str(STEPS.get(step.name, step.name))
    if step.done_at is not None:
        return StepRow(name, "good", _("Done"), formats.instant(step.done_at, program))
    until = {"at": formats.instant(step.until, program)}
    if at <= step.until:
        return StepRow(name, "warn", _("To do"), _("by %(at)s") % until)
    return StepRow(name, "bad", _("Missing"), _("had to be made by %(at)s") % until)


def _nobody_row(progress: Progress) -> StepRow:
    name = str(STEPS["nobody_reached"])
    if progress.is_reached:
        return StepRow(name, "bad", _("No"), _("your log says that you reached somebody"))
    return StepRow(name, "good", _("So far"), "")


def _outlook(progress: Progress, closes_at: datetime, program: Program, at: datetime) -> str:
    """Say from when until when the claim can be made (X4), or why it can't."""
    ends = {
        "from": formats.instant(progress.opens_at, program),
        "until": formats.instant(closes_at, program),
    }
    if progress.is_reached:
        return _("You reached somebody, so a claim that nobody answers would be declined.")
    if not progress.missing:
        return _("Every step is in your log. You can claim until %(until)s.") % ends
    if not progress.is_possible(at):
        return _(
            "A missed step can't be made up, and without it the claim would be declined. If you "
            "made it in time, log it with its day and time."
        )
    if progress.opens_at > at:
        return _("With every step in your log you can claim from %(from)s until %(until)s.") % ends
    return _("With every step in your log you can claim until %(until)s.") % ends


def _is_team(attempt: ContactAttempt) -> bool:
    return attempt.by == ContactAttempt.By.TEAM
