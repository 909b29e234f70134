"""Business days: the table against a slow loop over the holidays themselves (X18, X19)."""

from datetime import date, timedelta
from random import Random

import holidays
import pytest

from refunds.policy.calendar import OutsideCalendar, business_calendar, is_known_country

COUNTRIES = ["US", "TW"]
SATURDAY = 5


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=index) for index in range((last - first).days + 1)]


@pytest.fixture(params=COUNTRIES)
def country(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def slow_holidays(country: str) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=range(2019, 2043)))


def slow_is_business_day(day: date, off: frozenset[date]) -> bool:
    return day.weekday() < SATURDAY and day not in off


def slow_add(day: date, days: int, off: frozenset[date]) -> date:
    left = days
    while left > 0 or not slow_is_business_day(day, off):
        day += timedelta(days=1)
        left -= slow_is_business_day(day, off)
    return day


@pytest.mark.covers("X19")
def test_every_day_of_20_years_is_what_the_holidays_say(country: str) -> None:
    calendar, off = business_calendar(country, None), slow_holidays(country)

    days = every_day(date(2020, 1, 1), date(2040, 12, 31))

    assert [calendar.is_business_day(day) for day in days] == [
        slow_is_business_day(day, off) for day in days
    ]


def test_adding_days_is_the_slow_loop(country: str) -> None:
    calendar, off = business_calendar(country, None), slow_holidays(country)

    for day in every_day(date(2020, 1, 1), date(2040, 12, 1)):
        for days in (0, 1, 2, 7):
            assert calendar.add(day, days) == slow_add(day, days, off), (day, days)


def test_days_between_are_counted_one_by_one(country: str) -> None:
    calendar, off = business_calendar(country, None), slow_holidays(country)
    random = Random(20260302)  # noqa: S311 - a sample, the same in every run

    for _ in range(200):
        start = date(2020, 1, 1) + timedelta(days=random.randrange(7000))
        end = start + timedelta(days=random.randrange(90))
        counted = sum(slow_is_business_day(day, off) for day in every_day(start, end)[1:])
        assert calendar.between(start, end) == counted, (start, end)


@pytest.mark.covers("X19")
@pytest.mark.covers("X18", "X19")
@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (date(2026, 11, 25), 2, date(2026, 11, 30)),
        (date(2026, 11, 25), 3, date(2026, 12, 1)),
        (date(2026, 11, 25), 5, date(2026, 12, 3)),
        (date(2026, 11, 25), 7, date(2026, 12, 7)),
        (date(2026, 3, 7), 2, date(2026, 3, 10)),  # a Saturday
        (date(2026, 3, 7), 0, date(2026, 3, 9)),
        (date(2026, 3, 9), 0, date(2026, 3, 9)),
        # New Year's Day of 2028 is a Saturday: its Friday, in the year before, is off too.
        (date(2027, 12, 30), 1, date(2028, 1, 3)),
        # Black Friday is worked, Thanksgiving is not.
        (date(2027, 11, 24), 1, date(2027, 11, 26)),
    ],
)
def test_dates_that_were_computed_by_hand(day: date, days: int, expected: date) -> None:
    assert business_calendar("US", None).add(day, days) == expected


def test_closed_days_are_no_business_days() -> None:
    closed = frozenset({date(2026, 3, 10), date(2026, 3, 14)})
    calendar = business_calendar("US", None, closed)

    assert calendar.is_business_day(date(2026, 3, 10)) is False
    assert calendar.add(date(2026, 3, 9), 1) == date(2026, 3, 11)
    assert business_calendar("US", None).add(date(2026, 3, 9), 1) == date(2026, 3, 10)


def test_a_state_has_holidays_of_its_own() -> None:
    patriots_day = date(2026, 4, 20)

    assert business_calendar("US", "MA").is_business_day(patriots_day) is False
    assert business_calendar("US", None).is_business_day(patriots_day) is True


def test_a_saturday_that_makes_up_for_a_bridge_day_stays_a_weekend() -> None:
    assert business_calendar("TW", None).is_business_day(date(2025, 2, 8)) is False


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2061, 1, 1)])
def test_a_day_that_the_table_does_not_reach_is_an_error(day: date) -> None:
    with pytest.raises(OutsideCalendar, match=r"is not between 2000-01-01 and 2060-12-31"):
        business_calendar("US", None).add(day, 1)


@pytest.mark.parametrize(("day", "days"), [(date(2026, 3, 9), -1), (date(2060, 12, 31), 1)])
def test_days_that_the_table_does_not_hold_are_an_error(day: date, days: int) -> None:
    with pytest.raises(OutsideCalendar, match="is not between 2000-01-01 and 2060-12-31"):
        business_calendar("US", None).add(day, days)


def test_the_table_is_built_once() -> None:
    closed = [date(2026, 3, 10), date(2026, 3, 11)]

    first = business_calendar("US", None, frozenset(closed))

    assert business_calendar("US", None, frozenset(reversed(closed))) is first


@pytest.mark.parametrize(
    ("country", "subdivision", "expected"),
    [("US", None, True), ("US", "CA", True), ("US", "ZZ", False), ("XX", None, False)],
)
def test_known_countries(country: str, subdivision: str | None, expected: bool) -> None:
    assert is_known_country(country, subdivision) is expected
