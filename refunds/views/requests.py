"""One request of a pro: read it, answer, appeal, withdraw."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import formats
from refunds.forms import AppealForm, GiveBackForm, ReplyForm, VersionForm
from refunds.models import RefundRequest, State
from refunds.redaction import without_contact
from refunds.services import appeal, investigate, reverse, withdraw
from refunds.services.change import RefundError
from refunds.views.ball import ball_of, if_taken_back, may_be_claimed_again
from refunds.views.person import PersonRequest, status_of
from refunds.views.request_page import RequestPage, load, request_page

StepForm = ReplyForm | AppealForm | GiveBackForm | VersionForm


@require_safe
def request_detail(request: PersonRequest, reference: str) -> HttpResponse:
    """Show who has the ball, the letter, the timeline and what can be done."""
    refund = _own(request, reference)
    return render(request, "refunds/request_detail.html", _context(refund))


@require_http_methods(["GET", "HEAD", "POST"])
def request_reply(request: PersonRequest, reference: str) -> HttpResponse:
    """Answer the team's question."""
    if request.method != "POST":
        return _step(request, reference, "reply", ReplyForm())
    form = ReplyForm(request.POST, request.FILES)

    def send() -> RefundRequest:
        return investigate.reply(
            reference=reference,
            actor=request.user,
            expected_version=form.cleaned_data["version"],
            answer=form.cleaned_data["answer"],
            files=form.cleaned_data["files"],
        )

    return _sent(request, reference, "reply", form, send)


@require_http_methods(["GET", "HEAD", "POST"])
def request_appeal(request: PersonRequest, reference: str) -> HttpResponse:
    """Appeal a refusal, once."""
    if request.method != "POST":
        return _step(request, reference, "appeal", AppealForm())
    form = AppealForm(request.POST, request.FILES)

    def send() -> RefundRequest:
        return appeal.file_appeal(
            reference=reference,
            actor=request.user,
            expected_version=form.cleaned_data["version"],
            text=form.cleaned_data["text"],
            files=form.cleaned_data["files"],
        )

    return _sent(request, reference, "appeal", form, send)


@require_http_methods(["GET", "HEAD", "POST"])
def request_withdraw(request: PersonRequest, reference: str) -> HttpResponse:
    """Take an open request back, after a page that says what that means."""
    if request.method != "POST":
        return _step(request, reference, "withdraw", VersionForm())
    form = VersionForm(request.POST)

    def send() -> RefundRequest:
        return withdraw.withdraw(
            reference=reference,
            actor=request.user,
            expected_version=form.cleaned_data["version"],
        )

    return _sent(request, reference, "withdraw", form, send)


@require_http_methods(["GET", "HEAD", "POST"])
def request_give_back(request: PersonRequest, reference: str) -> HttpResponse:
    """Ask to give a credit back, because the lead bought after all."""
    if request.method != "POST":
        return _step(request, reference, "give_back", GiveBackForm())
    form = GiveBackForm(request.POST)

    def send() -> RefundRequest:
        return reverse.ask(
            reference=reference,
            actor=request.user,
            expected_version=form.cleaned_data["version"],
            words=form.cleaned_data["words"],
        )

    return _sent(request, reference, "give_back", form, send)


def _own(request: PersonRequest, reference: str) -> RefundRequest:
    return get_object_or_404(
        load(RefundRequest.objects.visible_to(request.user)), reference=reference
    )


def _sent(
    request: PersonRequest,
    reference: str,
    step: str,
    form: StepForm,
    send: Callable[[], RefundRequest],
) -> HttpResponse:
    """Send a step's form by its service; show the page again where the form or it refuses."""
    _own(request, reference)
    if not form.is_valid():
        return _page_of_step(request, reference, step, form)
    try:
        send()
    except RefundError as refusal:
        return _page_of_step(request, reference, step, form, refusal)
    messages.success(request, _done(step))
    return redirect("request_detail", reference)


def _step(request: PersonRequest, reference: str, step: str, form: StepForm) -> HttpResponse:
    refund = _own(request, reference)
    if not _actions(refund, timezone.now())[step]:
        messages.info(request, _not_possible(refund, step))
        return redirect("request_detail", reference)
    return _page_of_step(request, reference, step, form)


def _page_of_step(
    request: PersonRequest,
    reference: str,
    step: str,
    form: StepForm,
    refusal: RefundError | None = None,
) -> HttpResponse:
    # Looked up again: the service may have found that it changed in the meantime.
    refund = _own(request, reference)
    is_possible = _actions(refund, timezone.now())[step]
    problem = str(refusal or ("" if is_possible else _not_possible(refund, step)))
    context = _context(refund) | {
        "form": form if is_possible else None,
        "problem": problem,
        "is_possible": is_possible,
    }
    if not is_possible:
        context["written"] = _written(form, request_page(refund, to_pro=True))
    status = status_of(refusal) if refusal or form.errors else 200
    return render(request, f"refunds/request_{step}.html", context, status=status)


def _written(form: StepForm, page: RequestPage) -> str:
    """Return the words that somebody sent in vain, "" where they arrived by an earlier click."""
    field = next((name for name in ("answer", "text", "words") if name in form.fields), "")
    words = str(form[field].value() or "").strip() if field else ""
    return "" if words in [entry.words for entry in page.timeline] else words


def _not_possible(refund: RefundRequest, step: str) -> str:
    if step == "appeal" and refund.has_given_way:
        return appeal.came_back_sentence()
    return _("That can't be done with this request as it stands.")


def _context(refund: RefundRequest) -> dict[str, object]:
    now = timezone.now()
    decided_at = refund.appeal_decided_at
    return {
        "refund": request_page(refund, to_pro=True),
        "ball": without_contact(ball_of(refund, at=now), refund.sale),
        "question": refund.question if refund.state == State.AWAITING_PRO else "",
        "appeal_sentence": without_contact(_sentence_on_appeal(refund), refund.sale),
        "appeal_decided_at": formats.instant(decided_at, refund.program) if decided_at else "",
        "account_manager": refund.pro.account_manager,
        "appeal_until": formats.instant(refund.appeal_until, refund.program)
        if refund.appeal_until
        else "",
        "sale_uuid": refund.sale.uuid,
        "may_claim_again": may_be_claimed_again(refund, now),
        "if_taken_back": if_taken_back(refund, now),
        "can": _actions(refund, now),
    }


def _sentence_on_appeal(refund: RefundRequest) -> str:
    return refund.appeal.sentence if refund.appeal else ""


def _actions(refund: RefundRequest, at: datetime) -> dict[str, bool]:
    return {
        "reply": refund.state == State.AWAITING_PRO,
        "appeal": refund.can_be_appealed(at),
        "withdraw": refund.is_open,
        "give_back": reverse.can_be_asked(refund, at),
    }


def _done(step: str) -> str:
    return {
        "reply": _("We have your answer, and go on with your request."),
        "appeal": _("We have your appeal. Your account manager looks at it."),
        "withdraw": _("You took this request back. Nothing was credited."),
        "give_back": _("We have it. Your account manager takes the credit back, or writes to you."),
    }[step]
