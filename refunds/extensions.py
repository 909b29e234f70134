"""Why a request's decision dates moved, in words that the pro reads (A22)."""

from datetime import date

from django.utils.translation import gettext as _

from accounts import formats
from refunds.models import RefundEvent, RefundRequest


def sentence(event: RefundEvent) -> str:
    """Say why an event moved the decision dates, by how much, and until when."""
    words = {
        RefundRequest.Extension.DETAILS_MISSING: _(
            "The clock stood still while we waited for your answer (business days: %(days)s). "
            "The decision is due by %(limit)s now."
        ),
        RefundRequest.Extension.SELLER_REAPPEAL: _(
            "The seller refused, and we put the case to them again. That takes up to %(days)s more "
            "business days: the decision is due by %(limit)s now."
        ),
    }[RefundRequest.Extension(event.data["why"])]
    return words % {"days": event.data["days"], "limit": _limit(event)}


def staff_sentence(event: RefundEvent) -> str:
    """Say why an event moved the decision dates and until when, to the team."""
    why = RefundRequest.Extension(event.data["why"]).label
    return _("%(why)s: the decision is due by %(limit)s now.") % {
        "why": why,
        "limit": _limit(event),
    }


def _limit(event: RefundEvent) -> str:
    return formats.day(date.fromisoformat(event.data["limit_on"]))
