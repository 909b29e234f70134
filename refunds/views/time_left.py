"""How long something can still be done, in words."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def time_left(until: datetime, *, at: datetime) -> str:
    """Say how long it is from ``at`` to ``until``: in whole days, on the last day in hours."""
    left = until - at
    if left >= DAY:
        return ngettext("%(count)d day left", "%(count)d days left", left.days) % {
            "count": left.days
        }
    hours = left // HOUR
    if hours < 1:
        return _("less than an hour left")
    return ngettext("%(count)d hour left", "%(count)d hours left", hours) % {"count": hours}
