"""Which sales can still be claimed at a moment, told by when they were sold.

The inverse of `windows.window`, for whoever looks for such sales among many: each kind of window
is open for exactly the sales from an instant on. What declared events add is not counted here.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from refunds.policy.document import CalendarDays, CalendarDaysFromJob, Hours, MonthEndPlus, Policy
from refunds.policy.moments import at_local_time, instant, local_day

LATEST_JOB = timedelta(days=90)
"""A job whose date lies further after its sale is a slip of the pen: nothing looks for it."""


@dataclass(frozen=True)
class StillOpen:
    """The sales whose planned window is open: sold at `sold_from` or later.

    Where the window counts from the job and the lead has a job's date, that decides instead:
    `job_from` or later, and nothing sold before `looked_from`.
    """

    sold_from: datetime
    looked_from: datetime
    job_from: date | None = None


def still_open(policy: Policy, at: datetime) -> StillOpen:
    """The sales under a policy that can be claimed at a moment (A9, C1, L3, P6)."""
    terms, zone = policy.window, policy.zone
    if isinstance(terms, Hours):
        sold_from = instant(at) - timedelta(hours=terms.hours)
        return StillOpen(sold_from, sold_from)
    earliest = local_day(at, zone) - timedelta(days=terms.days)
    first_day = earliest.replace(day=1) if isinstance(terms, MonthEndPlus) else earliest
    sold_from = at_local_time(first_day, time.min, zone)
    if isinstance(terms, CalendarDays | MonthEndPlus):
        return StillOpen(sold_from, sold_from)
    return _from_job(terms, sold_from, earliest)


def _from_job(terms: CalendarDaysFromJob, sold_from: datetime, earliest: date) -> StillOpen:
    return StillOpen(sold_from, sold_from - LATEST_JOB, earliest)
