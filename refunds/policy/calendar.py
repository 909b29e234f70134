"""Business days of a country, from a table that is built once and looked up by index (X18, X19).

Weekends, the country's public holidays (observed ones too) and the program's closed days are not
business days. A Saturday on which a country makes up for a bridge day stays a weekend.
"""

from array import array
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

import holidays

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2060, 12, 31)
FIRST_ORDINAL = FIRST_DAY.toordinal()
DAYS = LAST_DAY.toordinal() - FIRST_ORDINAL + 1
SATURDAY = 5


class OutsideCalendar(ValueError):
    """A day that the table of business days doesn't reach."""


class BusinessCalendar:
    """A table of business days. Get one from `business_calendar`, which keeps it."""

    def __init__(self, off: frozenset[date]) -> None:
        self._days = [day for day in _every_day() if day.weekday() < SATURDAY and day not in off]
        self._before = _counts_before(self._days)
        # For each day, the place in `_days` of the last one up to it. A list, whose numbers are
        # ready to be used, where an array makes a new one at each look-up.
        self._last = [count - 1 for count in self._before[1:]]

    def is_business_day(self, day: date) -> bool:
        """Whether work is done on that day."""
        index = _index(day)
        return self._before[index] < self._before[index + 1]

    def add(self, day: date, days: int) -> date:
        """The business day that many business days after `day`, which is day 0 itself.

        With 0 days: the same day, or the next business day.
        """
        index = day.toordinal() - FIRST_ORDINAL
        if index < 0 or days < 0:
            raise _outside(f"{day} and {days} business days")
        try:
            return self._days[self._last[index] + days if days else self._before[index]]
        except IndexError:
            raise _outside(f"{day} and {days} business days") from None

    def between(self, start: date, end: date) -> int:
        """How many business days come after `start`, up to and including `end`."""
        return self._before[_index(end) + 1] - self._before[_index(start) + 1]


@lru_cache(maxsize=256)
def business_calendar(
    country: str, subdivision: str | None, closed_days: frozenset[date] = frozenset()
) -> BusinessCalendar:
    """The calendar of a country (and state) without the program's closed days."""
    return BusinessCalendar(_public_holidays(country, subdivision) | closed_days)


def is_known_country(country: str, subdivision: str | None) -> bool:
    """Whether the holidays of that country (and state) are known."""
    states = holidays.list_supported_countries().get(country)
    return states is not None and (subdivision is None or subdivision in states)


@lru_cache(maxsize=64)
def _public_holidays(country: str, subdivision: str | None) -> frozenset[date]:
    # Some countries list a New Year observed on 31 December under the year that it belongs to.
    years = range(FIRST_DAY.year, LAST_DAY.year + 2)
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=years))


def _index(day: date) -> int:
    index = day.toordinal() - FIRST_ORDINAL
    if not 0 <= index < DAYS:
        raise _outside(str(day))
    return index


def _outside(what: str) -> OutsideCalendar:
    return OutsideCalendar(f"{what} is not between {FIRST_DAY} and {LAST_DAY}")


def _every_day() -> Iterator[date]:
    return (FIRST_DAY + timedelta(days=index) for index in range(DAYS))


def _counts_before(business_days: list[date]) -> "array[int]":
    """For each day, and for the one after the last, how many business days come before it."""
    worked = set(business_days)
    return array("i", accumulate((day in worked for day in _every_day()), initial=0))
