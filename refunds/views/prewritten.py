"""What a claim that nobody answers can say without typing: the attempts in the contact log."""

from django.utils.translation import gettext as _

from accounts import formats
from leads.models import ContactAttempt, LeadSale
from refunds.forms import TEXT_MAX


def from_contact_log(sale: LeadSale) -> str:
    """Return the pro's own attempts in order, one a line; "" where there are none."""
    made = ContactAttempt.objects.standing().filter(sale=sale, by=ContactAttempt.By.PRO)
    attempts = made.order_by("at", "pk")
    lines = [_line(attempt, sale) for attempt in attempts]
    return "\n".join([_("I tried to reach them:"), *lines])[:TEXT_MAX] if lines else ""


def _line(attempt: ContactAttempt, sale: LeadSale) -> str:
    result = _("reached somebody") if attempt.reached else _("no answer")
    return _("%(at)s: %(channel)s, %(result)s") % {
        "at": formats.instant(attempt.at, sale.lead.program),
        "channel": attempt.get_channel_display(),
        "result": result,
    }
