"""The digest of windows that close soon: whom it is for, what it says, and how it is stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from accounts.models import Membership
from leads.models import LeadSale
from refunds.models import OutboundMail
from refunds.rendered_mail import RenderedMail, language, tidy

NAMED = 10  # leads in a mail; it says how many more there are
SALT = "reminders"


@dataclass(frozen=True)
class Notice:
    """Whom a digest is for, about which company, of which day."""

    user_id: int
    pro_id: int
    day: date


@dataclass(frozen=True)
class ClosingLead:
    """A sale that is named, and until when it can be claimed."""

    sale: LeadSale
    closes_at: datetime


def owed(member: Membership, *, day: date, not_before: datetime) -> OutboundMail:
    """Return the unsaved row of a member's digest of a day, of which there is one."""
    kind = OutboundMail.Kind.REMINDER
    return OutboundMail(
        key=f"{kind}:{member.user_id}:{member.pro_id}:{day.isoformat()}",
        pro=member.pro,
        kind=kind,
        to=member.user.email,
        locale=member.pro.program.locale,
        not_before=not_before,
    )


def notice_of(mail: OutboundMail) -> Notice:
    """Return what a digest's key says."""
    _kind, user_id, pro_id, day = mail.key.split(":")
    return Notice(int(user_id), int(pro_id), date.fromisoformat(day))


def render(reader: Membership, leads: Sequence[ClosingLead], *, count: int) -> RenderedMail:
    """Put a digest of ``count`` leads into words, of which ``leads`` are named.

    It goes to the member's address of now. It names a contact only as the portal would (P4, L22).
    """
    program = reader.pro.program
    with translation.override(language(reader.user.language, program.locale)):
        subject = ngettext(
            "%(count)d lead can be refunded for less than two days",
            "%(count)d leads can be refunded for less than two days",
            count,
        ) % {"count": count}
        context = {
            "subject": subject,
            "reader": reader,
            "pro": reader.pro,
            "program": program,
            "leads": leads,
            "more": count - len(leads),
            "link": settings.BASE_URL + reverse("refundable_list"),
            "stop": stop_address(reader.user_id),
        }
        return RenderedMail(
            subject=subject,
            text=tidy(render_to_string("emails/reminder.txt", context)),
            html=render_to_string("emails/reminder.html", context),
            headers=_headers(reader.user_id),
            to=reader.user.email,
        )


def stop_address(user_id: int) -> str:
    """Return the address at which a person stops their reminders, without signing in.

    It holds as long as the site's key does: old mails can be stopped as well.
    """
    token: str = signing.Signer(salt=SALT).sign_object(user_id)
    return f"{settings.BASE_URL}{reverse('reminders_stop', args=[token])}"


def user_of_token(token: str) -> int | None:
    """Return the person whose reminders a token stops, None where it is none of ours."""
    try:
        return int(signing.Signer(salt=SALT).unsign_object(token))
    except signing.BadSignature:
        return None


def _headers(user_id: int) -> Mapping[str, str]:
    """Return by what mail programs offer to stop the digests themselves (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{stop_address(user_id)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
