"""How long does a decision date take, beside a bare look-up and beside the holiday library?

    python benchmarks/due_dates.py [--rounds 300]

A date is a look-up in a table whatever the number of business days. First each date of 2020 to
2040 is compared with a loop over the days, for the United States and Taiwan.
"""

import argparse
import sys
import timeit
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import holidays

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from refunds.policy.calendar import (  # noqa: E402 (after the path)
    BusinessCalendar,
    business_calendar,
)

COUNTRIES = ("US", "TW")
NUMBERS = (0, 1, 2, 7, 30, 250)
START = date(2026, 11, 25)
FIRST, LAST = date(2020, 1, 1), date(2040, 12, 31)
SATURDAY = 5


def main() -> None:
    """Check the table, then print what its look-ups take."""
    rounds = read_arguments().rounds
    for country in COUNTRIES:
        say(f"{country}: {check(country):,} dates are those of the loop over the days")
    table = {START.toordinal() + number: START for number in range(300)}
    bare = nanoseconds(lambda: table[START.toordinal() + 7], rounds)
    say(f"a bare table look-up: {bare:.0f} ns")
    calendar = business_calendar("US", None)
    library = holidays.country_holidays("US", years=range(2025, 2030))
    for number in NUMBERS:
        ours = nanoseconds(lambda n=number: calendar.add(START, n), rounds)
        theirs = nanoseconds(lambda n=number: library.get_nth_working_day(START, n), 3, calls=20)
        say(
            f"{number} business days: {ours:.0f} ns, {ours / bare:.1f} bare look-ups; "
            f"the library {theirs / bare:,.0f}"
        )


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def read_arguments() -> argparse.Namespace:
    """Read how many rounds each date shall be looked up in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    return parser.parse_args()


def nanoseconds(call: Callable[[], object], rounds: int, *, calls: int = 2000) -> float:
    """Return the time of one call in the best of many short rounds, which others disturb least."""
    return min(timeit.repeat(call, number=calls, repeat=rounds)) / calls * 1e9


def check(country: str) -> int:
    """Compare the table with the loop; return how many dates were compared."""
    calendar = business_calendar(country, None)
    off = frozenset(holidays.country_holidays(country, years=range(2019, 2043)))
    days = [FIRST + timedelta(days=index) for index in range((LAST - FIRST).days + 1)]
    for day in days:
        for number in NUMBERS[:4]:
            same(calendar, day, number, off)
    return len(days) * 4


def same(calendar: BusinessCalendar, day: date, number: int, off: frozenset[date]) -> None:
    """Stop where the table and the loop differ."""
    due, left = day, number
    while left > 0 or due.weekday() >= SATURDAY or due in off:
        due += timedelta(days=1)
        left -= due.weekday() < SATURDAY and due not in off
    if calendar.add(day, number) != due:
        sys.exit(f"{number} business days after {day}: {calendar.add(day, number)}, not {due}")


if __name__ == "__main__":
    main()
