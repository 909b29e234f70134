"""Logging that somebody tried to reach the contact of a sale."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from leads.models import ContactAttempt, LeadSale

A_TAP = timedelta(seconds=5)  # nobody tries twice within it: the same again was tapped twice


class AttemptRefused(Exception):
    """An attempt that can't have happened; its text is a sentence for the user."""


class TappedTwice(AttemptRefused):
    """The attempt is in the log since a moment ago; ``attempt`` is it."""

    def __init__(self, attempt: ContactAttempt) -> None:
        super().__init__(
            _(
                "This is in your log already. If you tried once more, wait five seconds and tap "
                "again."
            )
        )
        self.attempt = attempt


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

    ``at`` is when it was made, not when it is logged. A pro logs for their own sales only, while
    the lead is in their account (L22). Raises LeadSale.DoesNotExist, and AttemptRefused for a time
    in the future or before the sale, from a pro who has no details yet (X29), and for an attempt
    that is in the log already (a form that was sent twice is no second call, C21).
    """
    now = timezone.now()
    if at > now:
        raise AttemptRefused(_("This time is in the future. Log the attempt after you made it."))
    sale = _sales(actor, by).only("sold_at", "contact_revealed_at").get(pk=sale_id)
    if at < sale.sold_at:
        raise AttemptRefused(_("This time is before the lead was sold to you. Check the date."))
    if by == ContactAttempt.By.PRO and not sale.is_contact_revealed:
        raise AttemptRefused(
            _("There is nothing to log yet: you get the details once the contact replies.")
        )
    try:
        with transaction.atomic():
            return ContactAttempt.objects.create(
                sale=sale,
                at=at,
                channel=channel,
                by=by,
                reached=reached,
                logged_by=actor,
                logged_at=now,
            )
    except IntegrityError:
        raise AttemptRefused(_("This attempt is in the log already.")) from None


def log_tap(
    *,
    sale_id: int,
    actor: User,
    channel: ContactAttempt.Channel,
    reached: bool,
    seen_at: datetime,
) -> ContactAttempt:
    """Record what a pro tapped on the moment that they did it; the same tap twice is one (C21).

    ``seen_at`` is when the log was drawn that they tapped on: what was logged since then they had
    not seen. What they saw there is another attempt, unless it is a moment old only. Locks the
    sale, so that of two taps at once the second one finds the first.

    Raises as ``log_attempt`` does, and TappedTwice, after which nothing is changed.
    """
    with transaction.atomic():
        at = timezone.now()
        sales = _sales(actor, ContactAttempt.By.PRO)
        sales.select_for_update(of=("self",), no_key=True).get(pk=sale_id)
        unseen = ContactAttempt.objects.standing().filter(
            sale=sale_id,
            by=ContactAttempt.By.PRO,
            channel=channel,
            reached=reached,
            at__gte=min(seen_at, at - A_TAP),
        )
        if before := unseen.order_by("at").last():
            raise TappedTwice(before)
        return log_attempt(
            sale_id=sale_id,
            actor=actor,
            channel=channel,
            by=ContactAttempt.By.PRO,
            reached=reached,
            at=at,
        )


def _sales(actor: User, by: ContactAttempt.By) -> QuerySet[LeadSale]:
    if by == ContactAttempt.By.TEAM:
        return LeadSale.objects.all()
    return LeadSale.objects.visible_to(actor).attached()
