"""When a claim is in time: four kinds of window, one function (X1, X2, X3, L6).

Day-based windows end with the last second of a day in the program's zone; hour-based ones are
elapsed time, which is why they are added up in UTC. A declared event stops the clock of both.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from refunds.policy.document import (
    CalendarDays,
    CalendarDaysFromJob,
    Hours,
    MonthEndPlus,
    Policy,
)
from refunds.policy.facts import DeclaredEvent
from refunds.policy.moments import at_local_time, end_of_day, instant, local_day

ONE_DAY = timedelta(days=1)

Moment = TypeVar("Moment", date, datetime)


@dataclass(frozen=True)
class Window:
    """The instants between which a claim is in time, both included; `opens_at` None: at once.

    `planned_closes_at` is when it would have closed if `events` had not made it longer.
    """

    opens_at: datetime | None
    closes_at: datetime
    planned_closes_at: datetime
    events: tuple[DeclaredEvent, ...] = ()

    @property
    def is_extended(self) -> bool:
        """Whether declared events made the window longer."""
        return self.closes_at > self.planned_closes_at

    def is_closed(self, at: datetime) -> bool:
        """Whether the window's last second has passed at that moment."""
        return instant(at) > self.closes_at

    def was_begun_in_time(
        self, begun_at: datetime | None, *, submitted_at: datetime, grace_hours: int
    ) -> bool:
        """Whether a claim was begun in time, and completed within the grace after the close."""
        until = self.grace_until(begun_at, grace_hours=grace_hours)
        return until is not None and instant(submitted_at) <= until

    def grace_until(self, begun_at: datetime | None, *, grace_hours: int) -> datetime | None:
        """Until when a claim that was begun then may be completed, None if it was begun late."""
        if begun_at is None or self.is_closed(begun_at):
            return None
        return self.closes_at + timedelta(hours=grace_hours)


def window(
    policy: Policy,
    *,
    sold_at: datetime,
    job_date: date | None,
    events: tuple[DeclaredEvent, ...] = (),
) -> Window:
    """The window of a sale, in UTC (A9, C1, L3, P6), longer by what events took from it (L6).

    `events` are those declared for where the lead is; each moment counts once, however many of
    them it belongs to.
    """
    if isinstance(policy.window, Hours):
        return _in_hours(policy.window, policy.zone, instant(sold_at), events)
    return _in_days(policy.window, policy.zone, local_day(sold_at, policy.zone), job_date, events)


def _in_hours(
    terms: Hours, zone: ZoneInfo, sold_at: datetime, events: tuple[DeclaredEvent, ...]
) -> Window:
    planned = sold_at + timedelta(hours=terms.hours)
    stops = [
        (_midnight(event.starts_on, zone), _midnight(event.ends_on + ONE_DAY, zone), event)
        for event in events
    ]
    closes_at, counted = _lengthened(planned, sold_at, stops)
    return Window(None, closes_at, planned, counted)


def _in_days(
    terms: MonthEndPlus | CalendarDays | CalendarDaysFromJob,
    zone: ZoneInfo,
    sold_on: date,
    job_date: date | None,
    events: tuple[DeclaredEvent, ...],
) -> Window:
    planned = _last_day(terms, sold_on, job_date)
    planned_closes_at = end_of_day(planned, zone)
    stops = [(event.starts_on, event.ends_on + ONE_DAY, event) for event in events]
    last_day, counted = _lengthened(planned, sold_on, stops)
    closes_at = end_of_day(last_day, zone) if counted else planned_closes_at
    return Window(None, closes_at, planned_closes_at, counted)


def _lengthened(
    closes: Moment, sold: Moment, stops: list[tuple[Moment, Moment, DeclaredEvent]]
) -> tuple[Moment, tuple[DeclaredEvent, ...]]:
    """The close, moved by the time of the stops that touch the window, and their events.

    In order of time: a close that moved may reach the next stop. What lies before the sale, or
    belongs to a stop that was counted, takes nothing.
    """
    counted, running_from = [], sold
    for begins, ends, event in sorted(stops, key=lambda stop: stop[:2]):
        stopped_from = max(begins, running_from)
        if stopped_from <= closes and stopped_from < ends:
            closes += ends - stopped_from
            running_from = ends
            counted.append(event)
    return closes, tuple(counted)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return at_local_time(day, time.min, zone)


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
    return first_of_next - ONE_DAY
