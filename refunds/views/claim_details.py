"""Claiming a refund, step 2: what the reason asks, and the evidence. Kept as it is typed."""

import re
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts import formats
from refunds.claim_forms import ClaimForm
from refunds.models import DraftFile
from refunds.policy.document import Reason
from refunds.services import drafts
from refunds.services.change import RefundError
from refunds.uploads import clean_file, clean_name
from refunds.views.claims import begun_words, to_request
from refunds.views.form_addresses import form_of
from refunds.views.notices import month_end_notice
from refunds.views.opened import Opened, open_claim, typed_answers
from refunds.views.person import PersonRequest, status_of
from refunds.views.previews import preview_for
from refunds.views.prewritten import from_contact_log
from refunds.views.signed_out import author_mark, forget_words, keeping_words, words_kept


@keeping_words("claim_details", form="claim")
@require_http_methods(["GET", "HEAD", "POST"])
def claim_details(request: PersonRequest, sale_uuid: UUID) -> HttpResponse:
    """Answer what the reason asks, and add files; each button keeps what was typed."""
    opened = open_claim(request, sale_uuid)
    reason = _reason(request, opened)
    if opened.row.standing.request_reference:
        return to_request(request, opened)
    if reason is None or not (opened.is_open or opened.draft):
        return redirect("claim", sale_uuid)
    if request.method == "POST":
        return _typed(request, opened, reason)
    if not opened.is_open:
        return redirect("claim", sale_uuid)
    return _page(request, opened, reason, _first_form(request, opened, reason))


@keeping_words("claim_details", form="claim")
@form_of("claim_details")
def claim_save(request: PersonRequest, sale_uuid: UUID) -> HttpResponse:
    """Keep what is being typed, and answer what the engine says to it so far."""
    opened = open_claim(request, sale_uuid)
    reason = _reason(request, opened)
    if reason is None:
        return _to_claim(request, sale_uuid)
    if not request.htmx:
        return _typed(request, opened, reason)
    form = drafts.form_of(opened.sale, opened.policy, reason, request.POST)
    try:
        _save(request, opened, reason, may_be_late=True)
    except RefundError as refusal:
        context = {"problem": str(refusal), "problem_reference": getattr(refusal, "reference", "")}
        return render(request, "refunds/_claim_refused.html", context)
    opened = opened.drafted_anew(request.user)
    return render(request, "refunds/_claim_saved.html", _told(opened, reason, form))


@keeping_words("claim_details", form="claim")
@form_of("claim_details")
def claim_files(
    request: PersonRequest, sale_uuid: UUID, file_uuid: UUID | None = None
) -> HttpResponse:
    """Add the chosen files to the draft, or take one away; what was typed is kept as well."""
    opened = open_claim(request, sale_uuid)
    reason = _reason(request, opened)
    if opened.row.standing.request_reference or reason is None:
        return _to_claim(request, sale_uuid)
    try:
        _save(request, opened, reason)
        problems = _remove(request, opened, file_uuid) if file_uuid else _add(request, opened)
    except RefundError as refusal:
        problems = [str(refusal)]
    opened = opened.drafted_anew(request.user)
    form = drafts.form_of(opened.sale, opened.policy, reason, request.POST)
    form = _only_about_files(form, problems)
    if request.htmx:
        return render(request, "refunds/_claim_files.html", _told(opened, reason, form))
    if not problems:
        return redirect("claim_details", sale_uuid)
    return _page(request, opened, reason, form)


def _reason(request: PersonRequest, opened: Opened) -> Reason | None:
    """Return the reason that the page is about: the one it was drawn for, else the draft's."""
    asked = request.POST if request.method == "POST" else request.GET
    return opened.offered_reason(asked.get("reason", "")) or opened.drafted_reason


def _to_claim(request: PersonRequest, sale_uuid: UUID) -> HttpResponse:
    url = reverse("claim", args=[sale_uuid])
    # A redirect would be followed in place, and the page of it put into this one.
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _edition(request: PersonRequest) -> int:
    """Return which words the page was showing."""
    number = request.POST.get("edition", "")
    return int(number) if re.fullmatch(r"[0-9]{1,8}", number) else 0


def _first_form(request: PersonRequest, opened: Opened, reason: Reason) -> ClaimForm:
    """Return the form with what is kept; ``check`` asks to be told what is still missing."""
    kept = drafts.data_of(opened.draft) if opened.draft else {}
    given = {**kept, **words_kept(request, "claim", opened.sale.uuid)}
    if not given.get("explanation") and "contact_steps" in reason.rules:
        given["explanation"] = from_contact_log(opened.sale)
    if "check" in request.GET:
        return drafts.form_of(opened.sale, opened.policy, reason, given)
    return drafts.form_of(opened.sale, opened.policy, reason, None, initial=given)


def _typed(request: PersonRequest, opened: Opened, reason: Reason) -> HttpResponse:
    form = drafts.form_of(opened.sale, opened.policy, reason, request.POST)
    try:
        _save(request, opened, reason)
        problems = _add(request, opened) if request.FILES else []
    except RefundError as refusal:
        return _page(request, opened, reason, form, refusal=refusal)
    if not opened.is_open:
        return redirect("claim", opened.sale.uuid)
    opened = opened.drafted_anew(request.user)
    if "later" in request.POST and not problems:
        messages.success(request, _("Your draft is kept. Go on with it from the lead."))
        return redirect("lead_list")
    form.full_clean()
    for problem in problems:
        form.add_error("files", problem)
    if not form.is_valid():
        return _page(request, opened, reason, form)
    return redirect("claim_check", opened.sale.uuid)


def _save(
    request: PersonRequest, opened: Opened, reason: Reason, *, may_be_late: bool = False
) -> None:
    drafts.keep(
        sale_uuid=opened.sale.uuid,
        actor=request.user,
        reason=reason.code,
        explanation=request.POST.get("explanation"),
        details=typed_answers(reason, request.POST),
        edition=_edition(request),
        may_be_late=may_be_late,
    )
    forget_words(request, "claim", opened.sale.uuid)


def _add(request: PersonRequest, opened: Opened) -> list[str]:
    """Keep each file that may be kept; return a sentence for each that may not."""
    uploads = request.FILES.getlist("files")
    if not uploads:
        return [_("Choose a file first.")]
    if "complete" not in request.POST:
        return [_("The upload was interrupted. Choose the files again.")]
    problems: list[str] = []
    for upload in uploads:
        try:
            if not drafts.has_room(sale_uuid=opened.sale.uuid, actor=request.user):
                problems.append(drafts.no_room_for(clean_name(upload.name or "")))
                continue
            drafts.add_file(sale_uuid=opened.sale.uuid, actor=request.user, file=clean_file(upload))
        except ValidationError as error:
            problems += error.messages
        except RefundError as refusal:
            problems.append(str(refusal))
    return problems


def _remove(request: PersonRequest, opened: Opened, file_uuid: UUID) -> list[str]:
    with suppress(DraftFile.DoesNotExist):  # taken away by a click before this one
        drafts.remove_file(sale_uuid=opened.sale.uuid, actor=request.user, file_uuid=file_uuid)
    return []


def _only_about_files(form: ClaimForm, problems: Sequence[str]) -> ClaimForm:
    """Say what is wrong with the files and nothing of what isn't answered yet."""
    form.full_clean()
    form.errors.clear()
    for problem in problems:
        form.add_error("files", problem)
    return form


def _page(
    request: PersonRequest,
    opened: Opened,
    reason: Reason,
    form: ClaimForm,
    *,
    refusal: RefundError | None = None,
) -> HttpResponse:
    context = {
        **_told(opened, reason, form),
        "policy": opened.policy,
        "cautions": opened.policy.cautions_for(reason.code),
        "month_end_notice": month_end_notice(opened.policy, opened.at),
        "begun": begun_words(opened),
        "author": author_mark(request.user),
        "words_kept": bool(words_kept(request, "claim", opened.sale.uuid)),
        "problem": str(refusal or ""),
        "problem_reference": getattr(refusal, "reference", ""),
    }
    is_wrong = request.method == "POST" and (refusal or form.errors)
    status = status_of(refusal) if is_wrong else 200
    return render(request, "refunds/claim_details.html", context, status=status)


def _told(opened: Opened, reason: Reason, form: ClaimForm) -> dict[str, object]:
    """Return what the page and its parts show: the answers so far, and what would become of it."""
    answered = form if form.is_bound else _sent_as_it_is(opened, reason, form)
    answered.is_valid()
    return {
        "row": opened.row,
        "reason": reason,
        "form": form,
        "preview": preview_for(
            opened, reason, explanation=answered.words, details=answered.details
        ),
        "files": list(opened.draft.files.all()) if opened.draft else [],
        "rejected": form.errors.get("files", []) if form.is_bound else [],
        "saved_at": _saved_at(opened),
        "edition": opened.draft.edition if opened.draft else 0,
    }


def _sent_as_it_is(opened: Opened, reason: Reason, form: ClaimForm) -> ClaimForm:
    """Return the form as if what it starts with had been sent."""
    return drafts.form_of(opened.sale, opened.policy, reason, dict(form.initial))


def _saved_at(opened: Opened) -> str:
    if opened.draft is None:
        return ""
    program = opened.sale.lead.program
    at = opened.draft.saved_at.astimezone(ZoneInfo(program.time_zone))
    return f"{at:%H:%M} {formats.zone_at(at, program.time_zone)}"
