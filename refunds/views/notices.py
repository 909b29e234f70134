"""What a page says only at certain times: that verifying takes longer at a month's end (L15)."""

from calendar import monthrange
from datetime import datetime

from django.utils.translation import gettext as _

from refunds.policy.document import Policy
from refunds.policy.moments import local_day


def month_end_notice(policy: Policy, at: datetime) -> str:
    """Return the notice of the month's last days in the program's zone, or nothing before them.

    It moves no date: a notice is all that a month's end brings (X19).
    """
    today = local_day(at, policy.zone)
    _weekday, last = monthrange(today.year, today.month)
    if today.day <= last - policy.month_end_notice_days:
        return ""
    return _(
        "At the end of a month we have more to verify, and it may take us longer than usual. The "
        "day by which we decide stays as it is."
    )
