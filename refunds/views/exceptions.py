"""Exceptions: a pro asks for one from a lead, and at the desk somebody answers (L6)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import formats
from leads.models import LeadSale
from refunds.forms import ExceptionAnswerForm, ExceptionForm
from refunds.models import Cause, ExceptionRequest, PolicyVersion
from refunds.services import exceptions
from refunds.services.change import RefundError
from refunds.views.form_addresses import form_of
from refunds.views.lead_rows import LeadRow, lead_rows
from refunds.views.paging import first
from refunds.views.person import PersonRequest, for_desk, status_of
from refunds.views.signed_out import author_mark, forget_words, keeping_words, words_kept

WAITING_SHOWN = 200
DECIDED_SHOWN = 20


@dataclass(frozen=True)
class ExceptionRow:
    """One wish for an exception, and what became of it, in words."""

    uuid: UUID
    lead: str
    pro: str
    cause: str
    words: str
    asked_at: str
    asked_by: str
    word: str
    tag: str
    answer: str
    decided_at: str
    decided_by: str
    claim_until: str
    is_waiting: bool


def exception_row(exception: ExceptionRequest) -> ExceptionRow:
    """Put an exception into words; reads what ``with_sale`` brings, and who decided."""
    program = exception.sale.lead.program
    word, tag = _standing(exception)
    decided_at, until = exception.decided_at, exception.claim_until
    return ExceptionRow(
        uuid=exception.uuid,
        lead=exception.sale.lead.reference,
        pro=exception.sale.pro.name,
        cause=exception.get_cause_display(),
        words=exception.words,
        asked_at=formats.instant(exception.asked_at, program),
        asked_by=str(exception.asked_by),
        word=word,
        tag=tag,
        answer=exception.answer,
        decided_at=formats.instant(decided_at, program) if decided_at else "",
        decided_by=str(exception.decided_by or ""),
        claim_until=formats.instant(until, program) if until else "",
        is_waiting=decided_at is None,
    )


@keeping_words("exception")
@require_http_methods(["GET", "HEAD", "POST"])
def exception(request: PersonRequest, sale_uuid: UUID) -> HttpResponse:
    """Ask for an exception for a lead, and see what became of it."""
    sale = _sale(request, sale_uuid)
    words = words_kept(request, "exception", sale_uuid)
    form = _form(sale, request.POST if request.method == "POST" else None, words)
    if not form.is_bound or not form.is_valid():
        return _page(request, sale, form)
    try:
        exceptions.ask(
            sale_uuid=sale.uuid,
            actor=request.user,
            cause=form.cleaned_data["cause"],
            words=form.cleaned_data["words"],
        )
    except RefundError as refusal:
        return _page(request, sale, form, refusal)
    forget_words(request, "exception", sale_uuid)
    messages.success(
        request, _("We have it. A person looks at it, and you get the answer by mail.")
    )
    return redirect("exception", sale.uuid)


@require_safe
@for_desk
def desk_exceptions(request: PersonRequest) -> HttpResponse:
    """List the exceptions that the manager's pros asked for, the oldest that waits first."""
    mine = ExceptionRequest.objects.managed_by(request.user).with_sale()
    waiting = mine.undecided().order_by("asked_at", "pk")
    decided = mine.filter(decided_at__isnull=False).select_related("decided_by")
    shown, has_more = first(waiting, WAITING_SHOWN)
    context = {
        "waiting": [exception_row(one) for one in shown],
        "decided": [
            exception_row(one) for one in decided.order_by("-decided_at", "-pk")[:DECIDED_SHOWN]
        ],
        "has_more": has_more,
    }
    return render(request, "desk/exceptions.html", context)


@require_safe
@for_desk
def desk_exception(request: PersonRequest, exception_uuid: UUID) -> HttpResponse:
    """Show one exception, and a form for the answer while it waits."""
    return _desk_page(request, exception_uuid, ExceptionAnswerForm())


@form_of("desk_exception")
@for_desk
def desk_exception_grant(request: PersonRequest, exception_uuid: UUID) -> HttpResponse:
    """Open the window again."""
    done = _("Granted. The pro gets your reason by mail, and may claim the lead now.")
    return _answered(request, exception_uuid, exceptions.grant, done)


@form_of("desk_exception")
@for_desk
def desk_exception_refuse(request: PersonRequest, exception_uuid: UUID) -> HttpResponse:
    """Leave the window closed."""
    done = _("Refused. The pro gets your reason by mail.")
    return _answered(request, exception_uuid, exceptions.refuse, done)


def _standing(exception: ExceptionRequest) -> tuple[str, str]:
    if exception.granted is None:
        return _("Waits for an answer"), "info"
    return (_("Granted"), "good") if exception.granted else (_("Refused"), "bad")


def _sale(request: PersonRequest, sale_uuid: UUID) -> LeadSale:
    sales = LeadSale.objects.for_person(request.user).attached().with_lead()
    return get_object_or_404(sales.select_related("pro__account_manager"), uuid=sale_uuid)


def _form(sale: LeadSale, data: object, words: Mapping[str, str]) -> ExceptionForm:
    try:
        causes = exceptions.causes_for(sale)
    except PolicyVersion.DoesNotExist as error:
        raise Http404 from error
    choices = [(cause, str(Cause(cause).label)) for cause in causes]
    return ExceptionForm(data, initial=words, causes=choices)


def _page(
    request: PersonRequest,
    sale: LeadSale,
    form: ExceptionForm,
    refusal: RefundError | None = None,
) -> HttpResponse:
    [row] = lead_rows([sale], at=timezone.now())
    past = sale.exceptions.with_sale().select_related("decided_by").order_by("-asked_at", "-pk")
    asked = list(past)
    may_ask = _may_ask(row, asked)
    context = {
        "row": row,
        "asked": [exception_row(one) for one in asked],
        "form": form if may_ask else None,
        "author": author_mark(request.user),
        "words_kept": may_ask and not form.is_bound and bool(form.initial),
        "problem": str(refusal or ""),
        "is_own": sale.pro.memberships.filter(user=request.user).exists(),
        "account_manager": sale.pro.account_manager,
    }
    status = status_of(refusal) if refusal or form.errors else 200
    return render(request, "refunds/exception.html", context, status=status)


def _may_ask(row: LeadRow, asked: Sequence[ExceptionRequest]) -> bool:
    """Say whether there is something to ask for: an answer that was no may be followed by more."""
    is_offered = row.standing.is_too_late and bool(row.standing.exception)
    return is_offered and all(one.granted is False for one in asked)


def _answered(
    request: PersonRequest,
    exception_uuid: UUID,
    answer: Callable[..., ExceptionRequest],
    done: str,
) -> HttpResponse:
    _of_my_pros(request, exception_uuid)
    form = ExceptionAnswerForm(request.POST)
    if not form.is_valid():
        return _desk_page(request, exception_uuid, form)
    try:
        answer(
            exception_uuid=exception_uuid, actor=request.user, answer=form.cleaned_data["answer"]
        )
    except RefundError as refusal:
        return _desk_page(request, exception_uuid, form, refusal)
    messages.success(request, done)
    return redirect("desk_exception", exception_uuid)


def _of_my_pros(request: PersonRequest, exception_uuid: UUID) -> ExceptionRequest:
    mine = ExceptionRequest.objects.managed_by(request.user).with_sale()
    return get_object_or_404(mine.select_related("decided_by"), uuid=exception_uuid)


def _desk_page(
    request: PersonRequest,
    exception_uuid: UUID,
    form: ExceptionAnswerForm,
    refusal: RefundError | None = None,
) -> HttpResponse:
    asked = _of_my_pros(request, exception_uuid)
    [row] = lead_rows([asked.sale], at=timezone.now())
    context = {
        "exception": exception_row(asked),
        "may_decide": exceptions.may_decide(asked, request.user),
        "is_own_wish": asked.asked_by_id == request.user.pk,
        "row": row,
        "form": form,
        "claim_until": formats.instant(
            exceptions.claim_until(asked.sale, timezone.now()), asked.sale.lead.program
        ),
        "problem": str(refusal or ""),
    }
    status = status_of(refusal) if refusal or form.errors else 200
    return render(request, "desk/exception.html", context, status=status)
