"""The verifier's steps with the seller of a lead, and the recording of a live call."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts import formats
from leads.services import recordings
from refunds import mails, seller_mails
from refunds.admin import case as case_pages
from refunds.admin import effects, seller_panels, steps
from refunds.admin.seller_forms import AnswerForm, GoodwillForm, PutForm, RecordingForm
from refunds.models import RefundRequest, SellerMessage
from refunds.services import decide, sellers
from refunds.services.change import RefundError


@steps.get_or_post
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Put a case to the seller."""
    case = case_pages.find(reference)
    form = PutForm(steps.posted(request), initial={"version": case.version})

    def act() -> str:
        sellers.ask(
            reference=reference,
            actor=steps.actor(request),
            expected_version=steps.version(form),
            text=form.cleaned_data["text"],
        )
        return _waits(case)

    return steps.page(request, case, form, act, _step(case, "seller_ask", **_of_putting(case)))


@steps.get_or_post
def reappeal(request: HttpRequest, reference: str) -> HttpResponse:
    """Put a case to the seller again after a refusal."""
    case = case_pages.find(reference)
    form = PutForm(steps.posted(request), initial={"version": case.version})

    def act() -> str:
        sellers.reappeal(
            reference=reference,
            actor=steps.actor(request),
            expected_version=steps.version(form),
            text=form.cleaned_data["text"],
        )
        return _waits(case)

    step = _step(case, "seller_reappeal", is_reappeal=True, **_of_putting(case))
    return steps.page(request, case, form, act, step)


@steps.get_or_post
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down what the seller answered."""
    case = case_pages.find(reference)
    form = AnswerForm(steps.posted(request), initial={"version": case.version})

    def act() -> str:
        sellers.answer(
            reference=reference,
            actor=steps.actor(request),
            expected_version=steps.version(form),
            answer=SellerMessage.Answer(form.cleaned_data["answer"]),
            text=form.cleaned_data["text"],
        )
        if case.is_open:
            return _("The answer is on record, and the policy has looked at the claim again.")
        return _("The answer is on record. What was decided stays as it is.")

    step = _step(case, "seller_answer", is_late=not can_proceed(case.hear_seller))
    return steps.page(request, case, form, act, step)


@steps.get_or_post
def goodwill(request: HttpRequest, reference: str) -> HttpResponse:
    """Credit a proven claim though the seller refused it."""
    case = case_pages.find(reference)
    form = GoodwillForm(steps.posted(request), initial={"version": case.version})

    def act() -> str:
        approved = decide.approve_as_goodwill(
            reference=reference,
            actor=steps.actor(request),
            expected_version=steps.version(form),
            note=form.cleaned_data["note"],
        )
        return _(
            "%(reference)s is approved as goodwill: %(amount)s went back to %(pro)s. "
            "The letter goes to %(mail)s."
        ) % {
            "reference": reference,
            "amount": formats.money(approved.credit_cents, case.program),
            "pro": case.pro,
            "mail": mails.address_of_pro(case),
        }

    step = _step(case, "goodwill", **effects.of_approval(case))
    return steps.page(request, case, form, act, step)


@steps.get_or_post
def recording(request: HttpRequest, reference: str) -> HttpResponse:
    """Attach a recording to the lead of a live call; the request itself stays as it is."""
    case = case_pages.find(reference)
    form = RecordingForm(steps.posted(request), request.FILES or None)

    def act() -> str:
        try:
            recordings.attach(
                program_id=case.program_id,
                lead_reference=case.sale.lead.reference,
                actor=steps.actor(request),
                file=form.cleaned_data["file"],
                seconds=int(form.cleaned_data["length"].total_seconds()),
            )
        except recordings.RecordingRefused as refusal:
            raise RefundError(str(refusal)) from refusal
        return _("The recording is on file. Listen to it, and add what it shows as a finding.")

    return steps.page(request, case, form, act, _step(case, "recording"))


def _step(case: RefundRequest, name: str, **shows: object) -> steps.Step:
    possible = seller_panels.steps(case, seller_panels.case_of(case), decide.verdict_now(case))
    return steps.Step(name, possible[name], shows)


def _of_putting(case: RefundRequest) -> effects.Context:
    due_at = sellers.answer_due_at(case, timezone.now())
    return {
        "seller": case.sale.lead.seller,
        "seller_mail": seller_mails.recipient(case),
        "answer_due": formats.instant(due_at, case.program),
    }


def _waits(case: RefundRequest) -> str:
    return _("%(reference)s waits for the seller. The case goes to %(mail)s.") % {
        "reference": case.reference,
        "mail": seller_mails.recipient(case),
    }
