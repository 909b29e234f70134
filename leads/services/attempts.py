"""Logging that somebody tried to reach the contact of a sale."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from leads.models import ContactAttempt, LeadSale


class AttemptRefused(Exception):
    """An attempt that can't have happened; its text is a sentence for the user."""


def log_attempt(
    *,
    sale_id: int,
    actor: User,
    channel: ContactAttempt.Channel,
    by: ContactAttempt.By,
    reached: bool,
    at: datetime,
) -> ContactAttempt:
    """Record one try to reach the contact of a sale.

    ``at`` is when it was made, not when it is logged. Raises AttemptRefused for a time in the
    future or before the sale, and LeadSale.DoesNotExist.
    """
    if at > timezone.now():
        raise AttemptRefused("This time is in the future. Log the attempt after you made it.")
    sale = LeadSale.objects.only("sold_at").get(pk=sale_id)
    if at < sale.sold_at:
        raise AttemptRefused("This time is before the lead was sold to you. Check the date.")
    return ContactAttempt.objects.create(
        sale=sale, at=at, channel=channel, by=by, reached=reached, logged_by=actor
    )
