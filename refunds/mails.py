"""The mails that are owed: which, to whom, and what they say.

A mail is a row written with its event. It is put into words when it is sent, from the request as
it is then (trap 24); its links come from the configured address, never from a request's host.
"""

from collections.abc import Mapping

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from refunds import (
    addresses,
    exception_mails,
    given_way,
    letters,
    reasons,
    redaction,
    seller_mails,
    waiting,
)
from refunds.documents import worded_policy_of
from refunds.models import OutboundMail, RefundEvent, RefundRequest
from refunds.policy.verdict import Outcome
from refunds.rendered_mail import RenderedMail, language, tidy

Kind = OutboundMail.Kind

# Which mails an event owes: each exactly once.
OWED: Mapping[str, tuple[OutboundMail.Kind, ...]] = {
    RefundEvent.Kind.FILED: (Kind.RECEIPT,),
    RefundEvent.Kind.ASKED: (Kind.QUESTION,),
    RefundEvent.Kind.SELLER_ASKED: (Kind.SELLER_CASE,),
    RefundEvent.Kind.REAPPEALED: (Kind.SELLER_CASE,),
    RefundEvent.Kind.APPROVED: (Kind.DECISION,),
    RefundEvent.Kind.DECLINED: (Kind.DECISION,),
    RefundEvent.Kind.APPEALED: (Kind.APPEAL_RECEIPT, Kind.APPEAL_NOTICE),
    RefundEvent.Kind.UPHELD: (Kind.APPEAL_DECISION,),
    RefundEvent.Kind.OVERTURNED: (Kind.APPEAL_DECISION,),
    RefundEvent.Kind.WITHDRAWN: (Kind.WITHDRAWAL,),
    RefundEvent.Kind.REVERSAL_ASKED: (Kind.REVERSAL_NOTICE,),
    RefundEvent.Kind.REVERSED: (Kind.REVERSAL,),
    RefundEvent.Kind.CORRECTED: (Kind.CORRECTION,),
    RefundEvent.Kind.OVERDUE: (Kind.OVERDUE,),
}

# Mails that hang on an event besides: a reminder tells of the case that it put to the seller.
EXTRA = (Kind.SELLER_REMINDER,)


def owed(event: RefundEvent, *, to: str = "") -> list[OutboundMail]:
    """Return the unsaved rows of the mails that an event owes, to be sent as soon as can be.

    ``to`` is where the pro is written to, for whoever looked it up for many at once.
    """
    return [
        OutboundMail(
            key=f"{kind}:{event.pk}",
            event=event,
            kind=kind,
            to=to or recipient(event.request, kind),
            locale=event.request.program.locale,
            not_before=event.at,
        )
        for kind in OWED.get(event.kind, ())
    ]


def recipient(request: RefundRequest, kind: OutboundMail.Kind) -> str:
    """Return the address that a mail of some kind goes to."""
    if kind == Kind.OVERDUE:
        return request.holder.email if request.holder else settings.TEAM_EMAIL
    if kind in (Kind.APPEAL_NOTICE, Kind.REVERSAL_NOTICE):
        return request.pro.account_manager.email
    if kind in seller_mails.KINDS:
        return seller_mails.recipient(request)
    return address_of_pro(request)


def address_of_pro(request: RefundRequest) -> str:
    """Return where the pro is written to about a request: whoever filed it for the pro, else the
    pro's first member, else the account manager."""
    return addresses.of_pro(request.pro, asked_by=request.filed_by_id)


def subject(mail: OutboundMail) -> str:
    """Return the subject line of a mail, in the active language."""
    request = mail.told.request
    return {
        Kind.RECEIPT: _("We have your refund request %(reference)s for lead %(lead)s"),
        Kind.QUESTION: _("%(reference)s: we need one more thing from you"),
        Kind.DECISION: _subject_of_decision(mail.told),
        Kind.APPEAL_RECEIPT: _("%(reference)s: we have your appeal"),
        Kind.APPEAL_NOTICE: _("%(reference)s: an appeal waits for your decision"),
        Kind.APPEAL_DECISION: _("%(reference)s: your appeal succeeded, lead %(lead)s is refunded")
        if request.credit_id
        else _("%(reference)s: your appeal did not succeed, lead %(lead)s is not refunded"),
        Kind.WITHDRAWAL: _("%(reference)s: you took your refund request back"),
        Kind.REVERSAL_NOTICE: _("%(reference)s: a pro wants to give a credit back"),
        Kind.REVERSAL: _("%(reference)s: the credit for lead %(lead)s was taken back"),
        Kind.CORRECTION: _("%(reference)s: the credit for lead %(lead)s was corrected"),
        Kind.SELLER_CASE: _("%(reference)s: a claim about your lead %(lead)s"),
        Kind.SELLER_REMINDER: _("%(reference)s: we still wait for your answer on lead %(lead)s"),
        Kind.OVERDUE: _("%(reference)s is past its decision limit"),
    }[Kind(mail.kind)] % {"reference": request.reference, "lead": request.sale.lead.reference}


def _subject_of_decision(told: RefundEvent) -> str:
    """Say what was decided: who reads no further knows it."""
    if told.kind == RefundEvent.Kind.DECLINED:
        return _("%(reference)s: lead %(lead)s is not refunded, and why")
    if told.request.origin == RefundRequest.Origin.AUTOMATIC:
        return _("%(reference)s: the fee for lead %(lead)s came back by itself")
    if told.request.origin == RefundRequest.Origin.PROACTIVE:
        return _("%(reference)s: we credited lead %(lead)s to you ourselves")
    return _("%(reference)s: lead %(lead)s is refunded")


def is_pointless(mail: OutboundMail) -> bool:
    """Say whether a mail that waits has nothing to say any more (trap 24)."""
    return mail.kind in seller_mails.KINDS and seller_mails.is_pointless(mail.told)


def render(mail: OutboundMail) -> RenderedMail:
    """Put a mail into words, in its reader's language, from what it is about as that is now.

    It names no contact whose lead has left the pro's account (L22). A reader who chose no language
    is written to in the program's.
    """
    chosen = User.objects.filter(email=mail.to).values_list("language", flat=True).first()
    with translation.override(language(chosen or "", mail.locale)):
        redaction.hide_in_mail(mail)
        context = (
            exception_mails.context_of(mail.exception, Kind(mail.kind))
            if mail.exception
            else _context(mail)
        )
        return RenderedMail(
            subject=str(context["subject"]),
            text=tidy(render_to_string(f"emails/{mail.kind}.txt", context)),
            html=render_to_string(f"emails/{mail.kind}.html", context),
        )


def _context(mail: OutboundMail) -> dict[str, object]:
    request = mail.told.request
    # A letter tells its own event: an appeal may have changed the outcome before it is sent.
    refused = mail.told.kind == RefundEvent.Kind.DECLINED
    grounds = letters.grounds(request.checks, Outcome.DECLINE if refused else Outcome.APPROVE)
    policy = worded_policy_of(request.policy_version)
    lines = letters.lines_for(grounds, program=request.program, policy=policy)
    return {
        "request": request,
        "program": request.program,
        "event": mail.told,
        "lines": lines,
        "note": letters.note_beside(request.decision_note, lines),
        "refused": refused,
        "not_credited": letters.not_credited(request.sale, request.program) if refused else "",
        "rules": f"{settings.BASE_URL}{reverse('rules')}#rules-{request.program.code}",
        "gave_way": given_way.sentence(request),
        "approved_as": reasons.approved_as(request),
        "reason": reasons.label(request),
        "link": settings.BASE_URL + reverse(_page(mail), args=[request.reference]),
        "subject": subject(mail),
        "answer_by": waiting.answer_by(mail.told) if mail.kind == Kind.QUESTION else "",
        **(seller_mails.context_of(request) if mail.kind in seller_mails.KINDS else {}),
    }


def _page(mail: OutboundMail) -> str:
    pages = {
        Kind.OVERDUE: "admin:refunds_refundrequest_change",
        Kind.APPEAL_NOTICE: "desk_appeal",
        Kind.REVERSAL_NOTICE: "desk_reversal",
    }
    return pages.get(Kind(mail.kind), "request_detail")
