"""Claiming a refund, step 3: check the answers and send them; then, what happens next."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import formats
from accounts.models import LedgerAccount
from leads.models import LeadSale
from refunds import answers, letters
from refunds.claim_forms import ClaimForm, SendForm
from refunds.documents import worded_policy_of
from refunds.models import RefundRequest, State
from refunds.policy.document import Reason
from refunds.policy.verdict import Outcome
from refunds.services import drafts
from refunds.services.change import RefundError
from refunds.services.drafts import NothingBegun
from refunds.services.file import AlreadyRequested
from refunds.views.claims import to_request
from refunds.views.notices import month_end_notice
from refunds.views.opened import Opened, open_claim
from refunds.views.person import PersonRequest, status_of
from refunds.views.previews import preview_for


@dataclass(frozen=True)
class Answer:
    """One line of the summary, and where it is changed."""

    label: str
    value: str
    change: str


@require_http_methods(["GET", "HEAD", "POST"])
def claim_check(request: PersonRequest, sale_uuid: UUID) -> HttpResponse:
    """Show what will be sent, and send it; the same form twice is one request."""
    refusal = None
    if request.method == "POST":
        form = SendForm(request.POST)
        if not form.is_valid():
            return redirect("claim_check", sale_uuid)
        try:
            sent = drafts.submit(sale_uuid=sale_uuid, actor=request.user, **form.cleaned_data)
        except LeadSale.DoesNotExist as error:
            raise Http404 from error
        except (AlreadyRequested, NothingBegun) as error:
            messages.error(request, str(error))
            return redirect("claim", sale_uuid)
        except RefundError as error:
            refusal = error
        else:
            return redirect("request_sent", sent.reference)
    return _page(request, open_claim(request, sale_uuid), refusal)


@require_safe
def request_sent(request: PersonRequest, reference: str) -> HttpResponse:
    """Say that a request has arrived: its number, and what happens next and until when."""
    mine = RefundRequest.objects.visible_to(request.user).with_sale()
    refund = get_object_or_404(mine.filter(origin=RefundRequest.Origin.CLAIM), reference=reference)
    context = {
        "refund": refund,
        "lead": refund.sale.lead.reference,
        "outcome": _outcome(refund),
        "next": _what_next(refund),
        "may_appeal": refund.can_be_appealed(timezone.now()),
    }
    return render(request, "refunds/request_sent.html", context)


def _page(request: PersonRequest, opened: Opened, refusal: RefundError | None) -> HttpResponse:
    draft, reason = opened.draft, opened.drafted_reason
    if opened.row.standing.request_reference:
        return to_request(request, opened)
    if draft is None or reason is None or not opened.is_open:
        return redirect("claim", opened.sale.uuid)
    form = drafts.form_of(opened.sale, opened.policy, reason, drafts.data_of(draft))
    if not form.is_valid():
        return redirect(f"{reverse('claim_details', args=[opened.sale.uuid])}?check=1")
    context = {
        "row": opened.row,
        "policy": opened.policy,
        "reason": reason,
        "cautions": opened.policy.cautions_for(reason.code),
        "answers": _answers(opened, reason, form),
        "files": [file.original_name for file in draft.files.all()],
        "preview": preview_for(opened, reason, explanation=form.words, details=form.details),
        "command_id": draft.command_id,
        "saved_at": f"{draft.saved_at:%Y-%m-%dT%H:%M:%S.%f%z}",
        "month_end_notice": month_end_notice(opened.policy, opened.at),
        "problem": str(refusal or ""),
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "refunds/claim_check.html", context, status=status)


def _answers(opened: Opened, reason: Reason, form: ClaimForm) -> Sequence[Answer]:
    details = reverse("claim_details", args=[opened.sale.uuid])
    program, given = opened.sale.lead.program, form.details
    return [
        Answer(_("Reason"), reason.label, f"{reverse('claim', args=[opened.sale.uuid])}"),
        *(
            Answer(
                detail.label,
                answers.given(detail, given, program),
                f"{details}#id_detail_{detail.name}{'_0' if detail.choices else ''}",
            )
            for detail in reason.details
        ),
        Answer(_("What happened"), form.cleaned_data["explanation"], f"{details}#id_explanation"),
    ]


def _outcome(refund: RefundRequest) -> str:
    if refund.state in (State.APPROVED, State.FINAL_APPROVED):
        return "approved"
    return "declined" if refund.state == State.DECLINED else ""


def _what_next(refund: RefundRequest) -> list[str]:
    """Say what happens now, with its day and the zone in which the day ends."""
    program = refund.program
    if _outcome(refund) == "approved":
        return [
            _("%(amount)s is on your balance.")
            % {"amount": formats.money(refund.credit_cents, program)},
            _("Your balance is now %(balance)s.") % {"balance": _balance(refund)},
        ]
    if _outcome(refund) == "declined":
        return _grounds(refund)
    by = {"at": formats.instant(refund.due_at, program)}
    return [
        _("A person looks into it. You have the decision by %(at)s.") % by,
        _("If we need something from you, we write to you, and the request says so."),
        _("You have a receipt by e-mail, and you get the decision by e-mail as well."),
    ]


def _balance(refund: RefundRequest) -> str:
    wallets = LedgerAccount.objects.filter(pro=refund.pro, kind__in=LedgerAccount.WALLET_KINDS)
    return formats.money(sum(one.balance_cents or 0 for one in wallets), refund.program)


def _grounds(refund: RefundRequest) -> list[str]:
    kept = letters.grounds(refund.checks, Outcome.DECLINE)
    policy = worded_policy_of(refund.policy_version)
    lines = letters.lines_for(kept, program=refund.program, policy=policy)
    return [line.sentence for line in lines]
