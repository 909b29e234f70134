"""Claiming a refund, step 1: why. Choosing a reason begins the draft."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import formats
from refunds.models import RefundRequest
from refunds.policy.document import Reason
from refunds.services import drafts, file
from refunds.services.change import RefundError
from refunds.services.file import AlreadyRequested
from refunds.views.notices import month_end_notice
from refunds.views.opened import Opened, open_claim
from refunds.views.person import PersonRequest, status_of
from refunds.views.previews import until_of
from refunds.views.reason_groups import ReasonGroup, reason_groups
from refunds.views.signed_out import author_mark, forget_words, keeping_words, words_kept


@keeping_words("claim")
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: PersonRequest, sale_uuid: UUID) -> HttpResponse:
    """Request a refund for one lead: choose the reason, or go on with what was begun (A12, L4)."""
    opened = open_claim(request, sale_uuid)
    if opened.row.standing.request_reference:
        return to_request(request, opened)
    if request.method == "POST":
        return _chosen(request, opened)
    reason = opened.offered_reason(request.GET.get("reason", ""))
    is_new = opened.draft is None or (reason and opened.draft.reason == reason.code)
    if reason and opened.is_open and is_new and not words_kept(request, "claim", sale_uuid):
        return redirect(f"{reverse('claim_details', args=[sale_uuid])}?reason={reason.code}")
    asked_for_another = "reason" in request.GET and reason is None
    return _choice(request, opened, reason, problem=not_offered() if asked_for_another else "")


@require_POST
def claim_discard(request: PersonRequest, sale_uuid: UUID) -> HttpResponse:
    """Throw away what was begun, and choose again; not in the grace, which would be lost."""
    opened = open_claim(request, sale_uuid)
    try:
        drafts.discard(sale_uuid=opened.sale.uuid, actor=request.user)
    except RefundError as refusal:
        messages.error(request, str(refusal))
        return redirect("claim", sale_uuid)
    forget_words(request, "claim", sale_uuid)
    return redirect("claim", sale_uuid)


def to_request(request: PersonRequest, opened: Opened) -> HttpResponse:
    """Lead to the request that there is, and say so."""
    live = file.live_request(opened.sale)
    told = _("There is a request for this lead already. This is it.")
    if live and live.origin != RefundRequest.Origin.CLAIM:
        told = file.already_sentence(live)
    messages.info(request, told)
    return redirect("request_detail", opened.row.standing.request_reference)


def not_offered() -> str:
    """Say that a reason has to be chosen."""
    return _("Choose one of the reasons of this program.")


def begun_words(opened: Opened) -> str:
    """Say when the draft was begun, "" where there is none."""
    if opened.draft is None:
        return ""
    return _("You began this on %(at)s.") % {"at": _at(opened, opened.draft.begun_at)}


def _chosen(request: PersonRequest, opened: Opened) -> HttpResponse:
    reason = opened.offered_reason(request.POST.get("reason", ""))
    if reason is None or not opened.is_open:
        problem = not_offered() if opened.is_open else opened.row.standing.sentence
        return _choice(request, opened, reason, problem=problem)
    explanation = request.POST.get("explanation", "")
    try:
        drafts.keep(
            sale_uuid=opened.sale.uuid,
            actor=request.user,
            reason=reason.code,
            explanation=explanation if explanation.strip() else None,
        )
    except AlreadyRequested as refusal:
        messages.info(request, str(refusal))
        return redirect("request_detail", refusal.reference)
    except RefundError as refusal:
        return _choice(request, opened, reason, problem=str(refusal), status=status_of(refusal))
    forget_words(request, "claim", opened.sale.uuid)
    return redirect("claim_details", opened.sale.uuid)


def _choice(
    request: PersonRequest,
    opened: Opened,
    chosen: Reason | None,
    *,
    problem: str = "",
    status: int = 422,
) -> HttpResponse:
    words = words_kept(request, "claim", opened.sale.uuid)
    chosen = chosen or opened.offered_reason(words.get("reason", "")) or opened.drafted_reason
    code = chosen.code if chosen else ""
    groups = reason_groups(opened, code) if opened.is_open else []
    context = {
        "row": opened.row,
        "policy": opened.policy,
        "is_open": opened.is_open,
        "until": until_of(opened),
        "groups": groups,
        "chosen": code,
        "draft": opened.draft,
        "in_grace": opened.in_grace,
        "author": author_mark(request.user),
        "drafted_reason": opened.drafted_reason,
        "begun": begun_words(opened),
        "explanation": request.POST.get("explanation", words.get("explanation", "")),
        "month_end_notice": month_end_notice(opened.policy, opened.at),
        "problem": problem,
        "problem_at": _first_choice(groups) if problem == not_offered() else "",
        "account_manager": opened.sale.pro.account_manager,
    }
    return render(
        request,
        "refunds/claim_reason.html",
        context,
        status=status if request.method == "POST" else 200,
    )


def _first_choice(groups: Sequence[ReasonGroup]) -> str:
    """Return where to begin choosing."""
    return f"reason-{groups[0].reasons[0].code}" if groups else ""


def _at(opened: Opened, at: datetime) -> str:
    return formats.instant(at, opened.sale.lead.program)
