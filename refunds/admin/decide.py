"""The verifier's steps. A page shows what will happen, then one service does it or says why not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_fsm import can_proceed

from accounts import formats
from accounts.models import User
from refunds import mails
from refunds.admin import case as case_pages
from refunds.admin import effects, labels
from refunds.admin.forms import (
    ApproveForm,
    AskForm,
    DeclineForm,
    FindingForm,
    ReverseForm,
    TakeForm,
    written,
)
from refunds.models import Finding, RefundRequest
from refunds.services import decide, investigate
from refunds.services import reverse as reversing
from refunds.services.change import RefundError, Stale, stale_sentence
from refunds.services.screen import appeal_deadline

CASE = "admin:refunds_refundrequest_change"
STALE = 409


@dataclass(frozen=True)
class Step:
    """A decision's page: its template, whether the request's state allows it, and what it shows."""

    name: str
    possible: bool
    shows: effects.Context = field(default_factory=dict)


get_or_post = require_http_methods(["GET", "POST"])


@get_or_post
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """Make the reader the holder; a GET leads to the case page, where the button is."""
    case = case_pages.find(reference)
    form = TakeForm(_posted(request))

    def act() -> str:
        investigate.take(
            reference=reference, actor=_actor(request), expected_version=_version(form)
        )
        return _("You hold %(reference)s now.") % {"reference": reference}

    return _from_the_case_page(request, case, form, act)


@get_or_post
def finding(request: HttpRequest, reference: str) -> HttpResponse:
    """Add a finding; a GET leads to the case page, where the form is."""
    case = case_pages.find(reference)
    form = FindingForm(_posted(request))

    def act() -> str:
        investigate.add_finding(
            reference=reference,
            actor=_actor(request),
            expected_version=_version(form),
            kind=Finding.Kind(form.cleaned_data["kind"]),
            result=Finding.Result(form.cleaned_data["result"]),
            note=form.cleaned_data["note"],
        )
        return _("The finding is on record, and the policy has looked at the claim again.")

    return _from_the_case_page(request, case, form, act)


@get_or_post
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Put a question to the pro."""
    case = case_pages.find(reference)
    form = AskForm(_posted(request), initial={"version": case.version})

    def act() -> str:
        investigate.ask_pro(
            reference=reference,
            actor=_actor(request),
            expected_version=_version(form),
            question=form.cleaned_data["question"],
        )
        return _("%(reference)s waits for the pro. The question goes to %(mail)s.") % {
            "reference": reference,
            "mail": mails.address_of_pro(case),
        }

    return _page(request, case, form, act, Step("ask", can_proceed(case.ask_pro)))


@get_or_post
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve what the policy approves, and credit what it says."""
    case = case_pages.find(reference)
    form = ApproveForm(_posted(request), initial={"version": case.version})

    def act() -> str:
        approved = decide.approve(
            reference=reference,
            actor=_actor(request),
            expected_version=_version(form),
            note=form.cleaned_data["note"],
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

    step = Step("approve", can_proceed(case.approve), effects.of_approval(case))
    return _page(request, case, form, act, step)


@get_or_post
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Decline on the grounds that are ticked."""
    case = case_pages.find(reference)
    form = DeclineForm(_posted(request), case=case, verdict=decide.verdict_now(case))

    def act() -> str:
        decide.decline(
            reference=reference,
            actor=_actor(request),
            expected_version=_version(form),
            codes=form.cleaned_data["codes"],
            note=form.cleaned_data["note"],
        )
        return _("%(reference)s is declined. The letter with the reasons goes to %(mail)s.") % {
            "reference": reference,
            "mail": mails.address_of_pro(case),
        }

    until = formats.instant(appeal_deadline(case, timezone.now()), case.program)
    step = Step("decline", can_proceed(case.decline), {"appeal_until": until})
    return _page(request, case, form, act, step)


@get_or_post
def reverse(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the credit of an approval back."""
    case = case_pages.find(reference)
    form = ReverseForm(_posted(request), initial={"version": case.version})

    def act() -> str:
        reversing.reverse(
            reference=reference,
            actor=_actor(request),
            expected_version=_version(form),
            reason=form.cleaned_data["reason"],
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

    step = Step("reverse", can_proceed(case.reverse), effects.of_reversal(case))
    return _page(request, case, form, act, step)


def _from_the_case_page(
    request: HttpRequest,
    case: RefundRequest,
    form: TakeForm | FindingForm,
    act: Callable[[], str],
) -> HttpResponse:
    """Do what a form on the case page asks, or draw that page again with what went wrong."""
    if not form.is_bound:
        return redirect(CASE, case.reference)
    problem, status = _attempt(request, form, act)
    if status == 200:
        return redirect(CASE, case.reference)
    finding_form = form if isinstance(form, FindingForm) else None
    if status == STALE:
        case = case_pages.find(case.reference)
        # The page that is drawn is up to date again, so what was typed can be sent from it.
        fresh = {**form.cleaned_data, "version": case.version}
        finding_form = finding_form and FindingForm(initial=fresh)
    return case_pages.draw(request, case, finding_form=finding_form, problem=problem, status=status)


def _page(
    request: HttpRequest,
    case: RefundRequest,
    form: forms.Form,
    act: Callable[[], str],
    step: Step,
) -> HttpResponse:
    """Draw a decision's page, or do what it asks and go back to the case."""
    problem, status = "", 200
    if form.is_bound:
        problem, status = _attempt(request, form, act) if step.possible else _too_late(case)
        if status == 200:
            return redirect(CASE, case.reference)
    elif not step.possible:
        word = labels.state(case).word
        messages.warning(request, _("This can't be done: the request is “%s” now.") % word)
        return redirect(CASE, case.reference)
    is_stale = status == STALE
    context = {
        **case_pages.shell(request, case_pages.find(case.reference) if is_stale else case),
        "form": form,
        "problem": problem,
        "is_stale": is_stale,
        "written": written(form),
        "mail_to": mails.address_of_pro(case),
        **step.shows,
    }
    template = f"{case_pages.TEMPLATES}/{step.name}.html"
    return TemplateResponse(request, template, context, status=status)


def _attempt(request: HttpRequest, form: forms.Form, act: Callable[[], str]) -> tuple[str, int]:
    """Call the service; return the sentence of a refusal and the status of the answer."""
    if not form.is_valid():
        return "", 422
    try:
        done = act()
    except RefundError as refusal:
        return str(refusal), STALE if isinstance(refusal, Stale) else 422
    messages.success(request, done)
    return "", 200


def _too_late(case: RefundRequest) -> tuple[str, int]:
    """Answer a step that the request's state has no way for, whatever its form says."""
    return stale_sentence(case), STALE


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _actor(request: HttpRequest) -> User:
    return cast("User", request.user)


def _version(form: forms.Form) -> int:
    return cast("int", form.cleaned_data["version"])
