"""The mails to a lead's seller: where they go and what they are about. ``mails`` renders them.

A seller reads what a claim says of the lead and nothing of the pro who made it.
"""

from datetime import datetime

from django.conf import settings

from refunds import answers
from refunds.documents import worded_policy_of
from refunds.models import OutboundMail, RefundEvent, RefundRequest, SellerCase

KINDS = (OutboundMail.Kind.SELLER_CASE, OutboundMail.Kind.SELLER_REMINDER)
ASKING = (RefundEvent.Kind.SELLER_ASKED, RefundEvent.Kind.REAPPEALED)


def recipient(request: RefundRequest) -> str:
    """Return the seller's address, else the team's, which passes the case on."""
    return request.sale.lead.seller.email or settings.TEAM_EMAIL


def reminder(event: RefundEvent, *, at: datetime) -> OutboundMail:
    """Return the unsaved reminder of a case that was put to the seller by an event."""
    kind = OutboundMail.Kind.SELLER_REMINDER
    return OutboundMail(
        key=f"{kind}:{event.pk}",
        event=event,
        kind=kind,
        to=recipient(event.request),
        locale=event.request.program.locale,
        not_before=at,
    )


def is_pointless(event: RefundEvent) -> bool:
    """Say whether nobody waits any more for the answer that an event asked the seller for."""
    if event.request.seller_case.status != SellerCase.Status.ASKED:
        return True
    return event.request.events.filter(kind__in=ASKING, pk__gt=event.pk).exists()


def context_of(request: RefundRequest) -> dict[str, object]:
    """Return what the mails to a seller read besides, in the active language."""
    reason = worded_policy_of(request.policy_version).reason(request.reason)
    given = [
        (detail.label, answers.written(detail, request.details[detail.name], request.program))
        for detail in (reason.details if reason else ())
        if request.details.get(detail.name)
    ]
    return {
        "case": request.seller_case,
        "seller": request.seller_case.seller,
        "reason": reason.label if reason else request.reason,
        "answers": given,
        "answer_to": settings.TEAM_EMAIL,
    }
