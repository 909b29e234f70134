"""Instants and local days. An instant is in UTC and at whole seconds, so that comparing is safe.

Two aware datetimes of one zone compare and subtract by their wall clocks, which is wrong across a
change of the clocks: everything is turned into UTC before it is compared or added to (X3).
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LAST_SECOND = time(23, 59, 59, fold=1)  # the later one of two


def instant(at: datetime) -> datetime:
    """The moment in UTC, cut to its whole second. Raises ValueError for a naive datetime."""
    if at.tzinfo is not UTC:  # rows are in UTC already
        if at.utcoffset() is None:
            raise ValueError(f"{at.isoformat()} has no time zone")
        at = at.astimezone(UTC)
    return at.replace(microsecond=0) if at.microsecond else at


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The calendar day that the moment falls on in the zone."""
    return instant(at).astimezone(zone).date()


def at_local_time(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time; one that the clocks skip becomes the first one after."""
    return instant(datetime.combine(day, clock, zone))


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a local day: the later one where the clocks show 23:59:59 twice."""
    return instant(datetime.combine(day, LAST_SECOND, zone))


def iso(at: datetime) -> str:
    """The instant as it is kept in a check's fact."""
    return instant(at).isoformat()
