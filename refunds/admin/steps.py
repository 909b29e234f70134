"""What the pages of the verifier's steps share: draw what will happen, or let one service do it."""

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

from accounts.models import User
from refunds import mails
from refunds.admin import case as case_pages
from refunds.admin import effects, labels
from refunds.admin.forms import written
from refunds.models import RefundRequest
from refunds.services.change import RefundError, Stale, overtaken

CASE = "admin:refunds_refundrequest_change"
STALE, UNCLEAR = 409, 422
SHOWN = 200  # rows of a list without pages


@dataclass(frozen=True)
class Step:
    """A step's page: its template, whether the request's state allows it, and what it shows."""

    name: str
    possible: bool
    shows: effects.Context = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What became of a form: it was not sent yet, it is done, or a sentence says why not."""

    problem: str = ""
    status: int = 200
    is_done: bool = False


get_or_post = require_http_methods(["GET", "POST"])


def page(
    request: HttpRequest,
    case: RefundRequest,
    form: forms.Form,
    act: Callable[[], str],
    step: Step,
) -> HttpResponse:
    """Draw a step's page, or do what it asks and go back to the case."""
    if not form.is_bound and not step.possible:
        word = labels.state(case).word
        messages.warning(request, _("This can't be done: the request is “%s” now.") % word)
        return redirect(CASE, case.reference)
    answer = answered(request, form, act) if step.possible else _too_late(case)
    if answer.is_done:
        return redirect(CASE, case.reference)
    is_stale = answer.status == STALE
    context = {
        **case_pages.shell(request, case_pages.find(case.reference) if is_stale else case),
        "form": form,
        "problem": answer.problem,
        "is_stale": is_stale,
        "written": written(form),
        "mail_to": mails.address_of_pro(case),
        **step.shows,
    }
    template = f"{case_pages.TEMPLATES}/{step.name}.html"
    return TemplateResponse(request, template, context, status=answer.status)


def answered(request: HttpRequest, form: forms.Form, act: Callable[[], str]) -> Answer:
    """Call the service where a form was sent and is complete, and flash what it did."""
    if not form.is_bound:
        return Answer()
    if not form.is_valid():
        return Answer(status=UNCLEAR)
    try:
        done = act()
    except RefundError as refusal:
        problem = labels.refusal(refusal, timezone.now())
        return Answer(problem, STALE if isinstance(refusal, Stale) else UNCLEAR)
    messages.success(request, done)
    return Answer(is_done=True)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, or None for a form that is drawn for the first time."""
    return request.POST if request.method == "POST" else None


def actor(request: HttpRequest) -> User:
    """Return who takes the step."""
    return cast("User", request.user)


def version(form: forms.Form) -> int:
    """Return the version of the request that the form was drawn with."""
    return cast("int", form.cleaned_data["version"])


def _too_late(case: RefundRequest) -> Answer:
    """Answer a step that the request's state has no way for, whatever its form says."""
    return Answer(labels.refusal(overtaken(case), timezone.now()), STALE)
