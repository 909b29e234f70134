"""The mails about an exception: to whom they go, and what they say. ``mails`` renders them."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from refunds import addresses
from refunds.models import ExceptionRequest, OutboundMail

Kind = OutboundMail.Kind

PAGES: Mapping[OutboundMail.Kind, str] = {
    Kind.EXCEPTION_NOTICE: "desk_exception",
    Kind.EXCEPTION_DECISION: "exception",
}


def owed(
    exception: ExceptionRequest, kind: OutboundMail.Kind, *, not_before: datetime
) -> OutboundMail:
    """Return the unsaved row of a mail about an exception."""
    return OutboundMail(
        key=f"{kind}:{exception.uuid}",
        exception=exception,
        kind=kind,
        to=_recipient(exception, kind),
        locale=exception.sale.lead.program.locale,
        not_before=not_before,
    )


def context_of(exception: ExceptionRequest, kind: OutboundMail.Kind) -> dict[str, object]:
    """Return what the templates of a mail about an exception read, in the active language."""
    sale = exception.sale
    about = sale.uuid if kind == Kind.EXCEPTION_DECISION else exception.uuid
    return {
        "exception": exception,
        "sale": sale,
        "program": sale.lead.program,
        "link": settings.BASE_URL + reverse(PAGES[kind], args=[about]),
        "subject": _subject(exception, kind),
    }


def _recipient(exception: ExceptionRequest, kind: OutboundMail.Kind) -> str:
    pro = exception.sale.pro
    if kind == Kind.EXCEPTION_NOTICE:
        # A manager who asked in the pro's name knows of it: the team may decide it as well.
        is_known = pro.account_manager_id == exception.asked_by_id
        return settings.TEAM_EMAIL if is_known else pro.account_manager.email
    return addresses.of_pro(pro, asked_by=exception.asked_by_id)


def _subject(exception: ExceptionRequest, kind: OutboundMail.Kind) -> str:
    if kind == Kind.EXCEPTION_NOTICE:
        subject = _("Lead %(lead)s: a pro asks for an exception")
    elif exception.granted:
        subject = _("Lead %(lead)s: you may still ask for a refund")
    else:
        subject = _("Lead %(lead)s: it stays too late for a refund")
    return subject % {"lead": exception.sale.lead.reference}
