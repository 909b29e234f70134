"""The verifier's steps. A page shows what will happen, then one service does it or says why not."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts import formats
from refunds import mails
from refunds.admin import case as case_pages
from refunds.admin import effects, recording_panel, steps
from refunds.admin.forms import (
    ApproveForm,
    AskForm,
    DeclineForm,
    FindingForm,
    ReverseForm,
    TakeForm,
)
from refunds.admin.seller_forms import OtherReasonForm
from refunds.models import Finding, RefundRequest
from refunds.services import decide, investigate
from refunds.services import reverse as reversing
from refunds.services.screen import appeal_deadline


@steps.get_or_post
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """Make the reader the holder; a GET leads to the case page, where the button is."""
    case = case_pages.find(reference)
    form = TakeForm(steps.posted(request))

    def act() -> str:
        investigate.take(
            reference=reference, actor=steps.actor(request), expected_version=steps.version(form)
        )
        return _("You hold %(reference)s now.") % {"reference": reference}

    return _from_the_case_page(request, case, form, act)


@steps.get_or_post
def finding(request: HttpRequest, reference: str) -> HttpResponse:
    """Add a finding; a GET leads to the case page, where the form is."""
    case = case_pages.find(reference)
    recordings = recording_panel.choices(case)
    form = FindingForm(steps.posted(request), recordings=recordings)

    def act() -> str:
        investigate.add_finding(
            reference=reference,
            actor=steps.actor(request),
            expected_version=steps.version(form),
            kind=Finding.Kind(form.cleaned_data["kind"]),
            result=Finding.Result(form.cleaned_data["result"]),
            note=form.cleaned_data["note"],
            recording=_uuid(form.cleaned_data.get("recording", "")),
        )
        return _("The finding is on record, and the policy has looked at the claim again.")

    return _from_the_case_page(request, case, form, act)


@steps.get_or_post
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Put a question to the pro."""
    case = case_pages.find(reference)
    form = AskForm(steps.posted(request), initial={"version": case.version})

    def act() -> str:
        investigate.ask_pro(
            reference=reference,
            actor=steps.actor(request),
            expected_version=steps.version(form),
            question=form.cleaned_data["question"],
        )
        return _("%(reference)s waits for the pro. The question goes to %(mail)s.") % {
            "reference": reference,
            "mail": mails.address_of_pro(case),
        }

    until = investigate.answer_due_at(case, timezone.now())
    shows: effects.Context = {"answer_by": formats.instant(until, case.program)}
    return steps.page(request, case, form, act, steps.Step("ask", can_proceed(case.ask_pro), shows))


@steps.get_or_post
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve what the policy approves, and credit what it says."""
    case = case_pages.find(reference)
    other_form = OtherReasonForm(request.GET if "reason" in request.GET else None, case=case)
    is_answer = not other_form.is_bound or other_form.is_valid()
    reason, details = _other(other_form) if is_answer else ("", {})
    shows = effects.of_approval(case, reason, details) if is_answer else _nothing()
    shows |= {"other_form": other_form}
    may_override = bool(shows.get("may_override"))
    form = ApproveForm(steps.posted(request), version=case.version, may_override=may_override)

    def act() -> str:
        if not is_answer:
            raise decide.NotOffered(_unclear())
        approved = decide.approve(
            reference=reference,
            actor=steps.actor(request),
            expected_version=steps.version(form),
            note=form.cleaned_data["note"],
            reason=reason,
            details=details,
            override=form.cleaned_data.get("override", ""),
        )
        return _(
            "%(reference)s is approved: %(amount)s went back to %(pro)s. "
            "The letter goes to %(mail)s."
        ) % {
            "reference": reference,
            "amount": formats.money(approved.credit_cents, case.program),
            "pro": case.pro,
            "mail": mails.address_of_pro(case),
        }

    step = steps.Step("approve", can_proceed(case.approve), shows)
    return steps.page(request, case, form, act, step)


@steps.get_or_post
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Decline on the grounds that are ticked."""
    case = case_pages.find(reference)
    form = DeclineForm(steps.posted(request), case=case, verdict=decide.verdict_now(case))

    def act() -> str:
        decide.decline(
            reference=reference,
            actor=steps.actor(request),
            expected_version=steps.version(form),
            codes=form.cleaned_data["codes"],
            note=form.cleaned_data["note"],
        )
        return _("%(reference)s is declined. The letter with the reasons goes to %(mail)s.") % {
            "reference": reference,
            "mail": mails.address_of_pro(case),
        }

    until = formats.instant(appeal_deadline(case, timezone.now()), case.program)
    ask_until = decide.ask_first_until(case, timezone.now())
    shows: effects.Context = {
        "appeal_until": until,
        "ask_first_until": formats.instant(ask_until, case.program) if ask_until else "",
    }
    step = steps.Step("decline", can_proceed(case.decline), shows)
    return steps.page(request, case, form, act, step)


@steps.get_or_post
def reverse(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the credit of an approval back."""
    case = case_pages.find(reference)
    form = ReverseForm(steps.posted(request), case=case)

    def act() -> str:
        reversing.reverse(
            reference=reference,
            actor=steps.actor(request),
            expected_version=steps.version(form),
            reason=form.cleaned_data["reason"],
            at_wish=form.cleaned_data.get("at_wish", False),
            debit_only=form.cleaned_data.get("debit_only", False),
        )
        return _(
            "%(reference)s is reversed: %(amount)s was taken back from %(pro)s. "
            "The letter goes to %(mail)s."
        ) % {
            "reference": reference,
            "amount": formats.money(case.credit_cents, case.program),
            "pro": case.pro,
            "mail": mails.address_of_pro(case),
        }

    step = steps.Step("reverse", can_proceed(case.reverse), effects.of_reversal(case))
    return steps.page(request, case, form, act, step)


def _other(form: OtherReasonForm) -> tuple[str, Mapping[str, str]]:
    """Return the reason and the details to approve with, "" and none for those of the claim."""
    return (form.cleaned_data["reason"], form.details) if form.is_bound else ("", {})


def _nothing() -> effects.Context:
    return {"approves": False, "not_offered": _unclear()}


def _unclear() -> str:
    return _("Correct the reason and the details first; nothing was done.")


def _uuid(chosen: str) -> UUID | None:
    return UUID(chosen) if chosen else None


def _from_the_case_page(
    request: HttpRequest,
    case: RefundRequest,
    form: TakeForm | FindingForm,
    act: Callable[[], str],
) -> HttpResponse:
    """Do what a form on the case page asks, or draw that page again with what went wrong."""
    if not form.is_bound:
        return redirect(steps.CASE, case.reference)
    answer = steps.answered(request, form, act)
    if answer.is_done:
        return redirect(steps.CASE, case.reference)
    finding_form = form if isinstance(form, FindingForm) else None
    if answer.status == steps.STALE:
        case = case_pages.find(case.reference)
        # The page that is drawn is up to date again, so what was typed can be sent from it.
        fresh = {**form.cleaned_data, "version": case.version}
        finding_form = finding_form and FindingForm(
            initial=fresh, recordings=recording_panel.choices(case)
        )
    return case_pages.draw(
        request, case, refused=finding_form, problem=answer.problem, status=answer.status
    )
