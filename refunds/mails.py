"""The mails that are owed: which, to whom, and what they say.

A mail is a row written with its event. It is put into words when it is sent, from the request as
it is then (trap 24); its links come from the configured address, never from a request's host.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from refunds import letters
from refunds.models import OutboundMail, RefundEvent, RefundRequest
from refunds.policy.verdict import Outcome

Kind = OutboundMail.Kind


@dataclass(frozen=True)
class RenderedMail:
    """A mail in words."""

    subject: str
    text: str
    html: str


def recipient(request: RefundRequest) -> str:
    """Return the address that mails about a request go to: whoever filed it for the pro, else
    the pro's first member, else the account manager."""
    members = request.pro.memberships.select_related("user").order_by("pk")
    addresses = {member.user_id: member.user.email for member in members}
    if request.filed_by_id in addresses:
        return addresses[request.filed_by_id]
    return next(iter(addresses.values()), request.pro.account_manager.email)


def owner(request: RefundRequest) -> str:
    """Return the address of whoever must act on a request that is past its limit."""
    return request.holder.email if request.holder else settings.TEAM_EMAIL


def queue(event: RefundEvent, kind: OutboundMail.Kind, *, to: str, at: datetime) -> OutboundMail:
    """Write down that a mail is owed for an event; one of a kind for each event."""
    return OutboundMail.objects.create(**_row(event, kind, to=to, at=at))


def row(event: RefundEvent, kind: OutboundMail.Kind, *, to: str, at: datetime) -> OutboundMail:
    """Return the unsaved row of a mail, for sweeps that write many at once."""
    return OutboundMail(**_row(event, kind, to=to, at=at))


def _row(
    event: RefundEvent, kind: OutboundMail.Kind, *, to: str, at: datetime
) -> dict[str, object]:
    return {
        "key": f"{kind}:{event.pk}",
        "event": event,
        "kind": kind,
        "to": to,
        "locale": event.request.program.locale,
        "not_before": at,
    }


def subject(mail: OutboundMail) -> str:
    """Return the subject line of a mail, in the active language."""
    reference = mail.event.request.reference
    lead = mail.event.request.sale.lead.reference
    return {
        Kind.RECEIPT: _("We have your refund request %(reference)s for lead %(lead)s"),
        Kind.QUESTION: _("%(reference)s: we need one more thing from you"),
        Kind.DECISION: _("%(reference)s: your refund request for lead %(lead)s is decided"),
        Kind.APPEAL_RECEIPT: _("%(reference)s: we have your appeal"),
        Kind.APPEAL_DECISION: _("%(reference)s: your appeal is decided"),
        Kind.REVERSAL: _("%(reference)s: the credit for lead %(lead)s was taken back"),
        Kind.OVERDUE: _("%(reference)s is past its decision limit"),
    }[Kind(mail.kind)] % {"reference": reference, "lead": lead}


def render(mail: OutboundMail) -> RenderedMail:
    """Put a mail into words, in its own language, from the request as it is now."""
    with translation.override(mail.locale):
        context = _context(mail)
        return RenderedMail(
            subject=subject(mail),
            text=render_to_string(f"emails/{mail.kind}.txt", context),
            html=render_to_string(f"emails/{mail.kind}.html", context),
        )


def _context(mail: OutboundMail) -> dict[str, object]:
    request = mail.event.request
    path = (
        reverse("admin:refunds_refundrequest_change", args=[request.reference])
        if mail.kind == Kind.OVERDUE
        else reverse("request_detail", args=[request.reference])
    )
    # A letter tells its own event: an appeal may have changed the outcome before it is sent.
    refused = mail.event.kind == RefundEvent.Kind.DECLINED
    grounds = letters.grounds(request.checks, Outcome.DECLINE if refused else Outcome.APPROVE)
    return {
        "request": request,
        "program": request.program,
        "event": mail.event,
        "lines": letters.lines_for(grounds, program=request.program),
        "refused": refused,
        "link": settings.BASE_URL + path,
        "subject": subject(mail),
    }
