"""When a claim is in time: four kinds of window, one function (X1, X2, X3).

Day-based windows end with the last second of a day in the program's zone; hour-based ones are
elapsed time, which is why they are added up in UTC.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from refunds.policy.document import (
    CalendarDays,
    CalendarDaysFromJob,
    Hours,
    MonthEndPlus,
    Policy,
)
from refunds.policy.moments import end_of_day, instant, local_day


@dataclass(frozen=True)
class Window:
    """The instants between which a claim is in time, both included; `opens_at` None: at once."""

    opens_at: datetime | None
    closes_at: datetime

    def is_closed(self, at: datetime) -> bool:
        """Whether the window's last second has passed at that moment."""
        return instant(at) > self.closes_at


def window(policy: Policy, *, sold_at: datetime, job_date: date | None) -> Window:
    """The window of a sale, in UTC (A9, C1, L3, P6)."""
    terms = policy.window
    if isinstance(terms, Hours):
        return Window(None, instant(sold_at) + timedelta(hours=terms.hours))
    last_day = _last_day(terms, local_day(sold_at, policy.zone), job_date)
    return Window(None, end_of_day(last_day, policy.zone))


def _last_day(
    terms: MonthEndPlus | CalendarDays | CalendarDaysFromJob, sold_on: date, job_date: date | None
) -> date:
    days = timedelta(days=terms.days)
    if isinstance(terms, MonthEndPlus):
        return _month_end(sold_on) + days
    if isinstance(terms, CalendarDaysFromJob):
        return (job_date or sold_on) + days  # X31: the job's date, else the delivery's
    return sold_on + days


def _month_end(day: date) -> date:
    first_of_next = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first_of_next - timedelta(days=1)
