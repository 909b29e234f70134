"""One request of a pro: read it, answer, appeal, withdraw; then, what happens next."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts import formats
from refunds import given_way, waiting
from refunds.forms import (
    AppealForm,
    GiveBackForm,
    ReplyForm,
    VersionForm,
    tell_of_lost_files,
)
from refunds.models import RefundEvent, RefundRequest, State
from refunds.redaction import without_contact
from refunds.services import appeal, investigate, reverse, withdraw
from refunds.services.change import RefundError
from refunds.views.ball import ball_of, if_taken_back, may_be_claimed_again
from refunds.views.person import PersonRequest, status_of
from refunds.views.progress import progress_of
from refunds.views.request_page import RequestPage, load, request_page
from refunds.views.signed_out import author_mark, forget_words, keeping_words, words_kept
from refunds.views.time_left import time_left

# What a pro sends to a request that is there, and how its arrival is told.
SENT: Mapping[str, str | Promise] = {
    RefundEvent.Kind.REPLIED: gettext_lazy("We have your answer"),
    RefundEvent.Kind.APPEALED: gettext_lazy("We have your appeal"),
    RefundEvent.Kind.WITHDRAWN: gettext_lazy("You took this request back"),
    RefundEvent.Kind.REVERSAL_ASKED: gettext_lazy("You asked us to take this credit back"),
}
NOT_POSSIBLE: Mapping[str, Promise] = {
    "reply": gettext_lazy("No question of ours waits for an answer here."),
    "appeal": gettext_lazy("Only a declined request can be appealed: once, and within its days."),
    "withdraw": gettext_lazy("This request is no longer open, so it can't be taken back."),
    "give_back": gettext_lazy(
        "Only an approved credit can be given back: once, and within the days of the rules."
    ),
}
StepForm = ReplyForm | AppealForm | GiveBackForm | VersionForm


@require_safe
def request_detail(request: PersonRequest, reference: str) -> HttpResponse:
    """Show who has the ball, the letter, the timeline and what can be done."""
    refund = _own(request, reference)
    context = _context(refund) | {"steps": progress_of(refund), "author": author_mark(request.user)}
    if refund.state == State.AWAITING_PRO:
        context["form"] = ReplyForm(initial=words_kept(request, "request_reply", reference))
    return render(request, "refunds/request_detail.html", context)


@require_safe
def request_next(request: PersonRequest, reference: str) -> HttpResponse:
    """Say what came of the last thing that the pro sent, and what happens next."""
    refund = _own(request, reference)
    sent = refund.events.filter(kind__in=SENT).order_by("pk").last()
    if sent is None:
        return redirect("request_detail", reference)
    context = _context(refund) | {
        "headline": SENT[sent.kind],
        "sent_at": formats.instant(sent.at, refund.program),
        "files": sent.data.get("files") or 0,
    }
    return render(request, "refunds/request_next.html", context)


@keeping_words("request_reply")
@require_http_methods(["GET", "HEAD", "POST"])
def request_reply(request: PersonRequest, reference: str) -> HttpResponse:
    """Answer the team's question."""
    if request.method != "POST":
        return _step(request, reference, "reply", ReplyForm)
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


@keeping_words("request_appeal")
@require_http_methods(["GET", "HEAD", "POST"])
def request_appeal(request: PersonRequest, reference: str) -> HttpResponse:
    """Appeal a refusal, once."""
    if request.method != "POST":
        return _step(request, reference, "appeal", AppealForm)
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
        return _step(request, reference, "withdraw", VersionForm)
    form = VersionForm(request.POST)

    def send() -> RefundRequest:
        return withdraw.withdraw(
            reference=reference,
            actor=request.user,
            expected_version=form.cleaned_data["version"],
        )

    return _sent(request, reference, "withdraw", form, send)


@keeping_words("request_give_back")
@require_http_methods(["GET", "HEAD", "POST"])
def request_give_back(request: PersonRequest, reference: str) -> HttpResponse:
    """Ask to give a credit back, because the lead bought after all."""
    if request.method != "POST":
        return _step(request, reference, "give_back", GiveBackForm)
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
        tell_of_lost_files(form)
        return _page_of_step(request, reference, step, form, refusal)
    forget_words(request, f"request_{step}", reference)
    return redirect("request_next", reference)


def _step(
    request: PersonRequest, reference: str, step: str, form: Callable[..., StepForm]
) -> HttpResponse:
    refund = _own(request, reference)
    if not _actions(refund, timezone.now())[step]:
        messages.info(request, _not_possible(refund, step))
        return redirect("request_detail", reference)
    words = words_kept(request, f"request_{step}", reference)
    return _page_of_step(request, reference, step, form(initial=words))


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
    if refusal and step == "reply":
        problem = " ".join(filter(None, (problem, waiting.sentence_now(refund))))
    context = _context(refund) | {
        "form": form if is_possible else None,
        "problem": problem,
        "is_possible": is_possible,
        "author": author_mark(request.user),
        "words_kept": bool(form.initial),
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
    told = {"appeal": given_way.sentence, "reply": waiting.sentence_now}
    why = told[step](refund) if step in told else ""
    return why or str(NOT_POSSIBLE[step])


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
        "appeal_until": _appeal_until(refund, now),
        "answer_by": formats.instant(refund.answer_due_at, refund.program)
        if refund.answer_due_at
        else "",
        "asked_at": formats.instant(refund.asked_at, refund.program) if refund.asked_at else "",
        "sale_uuid": refund.sale.uuid,
        "may_claim_again": may_be_claimed_again(refund, now),
        "if_taken_back": if_taken_back(refund, now),
        "can": _actions(refund, now),
    }


def _appeal_until(refund: RefundRequest, at: datetime) -> str:
    """Return until when an appeal can be sent and how long that is, "" where it can't."""
    if refund.appeal_until is None or not refund.can_be_appealed(at):
        return ""
    until = formats.instant(refund.appeal_until, refund.program)
    return _("%(at)s (%(left)s)") % {"at": until, "left": time_left(refund.appeal_until, at=at)}


def _sentence_on_appeal(refund: RefundRequest) -> str:
    return refund.appeal.sentence if refund.appeal else ""


def _actions(refund: RefundRequest, at: datetime) -> dict[str, bool]:
    return {
        "reply": refund.state == State.AWAITING_PRO,
        "appeal": refund.can_be_appealed(at),
        "withdraw": refund.is_open,
        "give_back": reverse.can_be_asked(refund, at),
    }
