"""Declared events stop a window's clock, to the second, and a granted exception opens it (L6)."""

from datetime import date, datetime
from itertools import permutations

import pytest

from refunds.policy.engine import judge
from refunds.policy.facts import DeclaredEvent
from refunds.policy.verdict import Outcome
from refunds.policy.windows import window
from tests.policy.samples import attempt, claim, facts, policy

AT = datetime.fromisoformat


def event(starts_on: str, ends_on: str = "", name: str = "Ida") -> DeclaredEvent:
    last = date.fromisoformat(ends_on or starts_on)
    return DeclaredEvent(name, "hurricane", date.fromisoformat(starts_on), last)


# Sold on Monday 2 March at 09:00; without events the window closes with Saturday 7 March.
IN_DAYS = [
    ("a day before the sale", [("03-01",)], "2026-03-07T23:59:59-05:00"),
    ("the day of the sale", [("03-02",)], "2026-03-08T23:59:59-04:00"),
    ("it began before the sale", [("02-20", "03-03")], "2026-03-09T23:59:59-04:00"),
    ("two days inside", [("03-04", "03-05")], "2026-03-09T23:59:59-04:00"),
    ("the last day", [("03-07",)], "2026-03-08T23:59:59-04:00"),
    ("the last day and beyond", [("03-07", "03-10")], "2026-03-11T23:59:59-04:00"),
    ("the day after the last", [("03-08",)], "2026-03-07T23:59:59-05:00"),
    ("two apart", [("03-03",), ("03-05",)], "2026-03-09T23:59:59-04:00"),
    ("two that overlap", [("03-03", "03-05"), ("03-04", "03-06")], "2026-03-11T23:59:59-04:00"),
    ("one within another", [("03-03", "03-06"), ("03-04",)], "2026-03-11T23:59:59-04:00"),
    ("the same twice", [("03-03",), ("03-03",)], "2026-03-08T23:59:59-04:00"),
    ("the second is reached by the first", [("03-06",), ("03-08",)], "2026-03-09T23:59:59-04:00"),
    ("the second stays out of reach", [("03-06",), ("03-09",)], "2026-03-08T23:59:59-04:00"),
]


@pytest.mark.parametrize(
    ("events", "closes_at"), [row[1:] for row in IN_DAYS], ids=[row[0] for row in IN_DAYS]
)
@pytest.mark.covers("L6")
def test_a_window_of_days_grows_by_whole_days(
    events: list[tuple[str, ...]], closes_at: str
) -> None:
    declared = [event(*(f"2026-{day}" for day in days)) for days in events]

    for order in permutations(declared):
        opening = window(
            policy(), sold_at=AT("2026-03-02T09:00:00-05:00"), job_date=None, events=order
        )
        assert opening.closes_at == AT(closes_at)
        assert opening.planned_closes_at == AT("2026-03-07T23:59:59-05:00")


# Sold on Tuesday 3 March at 15:20:30: without events 120 hours end on Sunday 8 March, an hour
# later by the clocks, which go forward that day.
IN_HOURS = [
    ("none", [], "2026-03-08T16:20:30-04:00"),
    ("a day inside", [("03-05",)], "2026-03-09T16:20:30-04:00"),
    ("the rest of the day of the sale", [("03-03",)], "2026-03-09T01:00:00-04:00"),
    ("it began before the sale", [("03-01", "03-03")], "2026-03-09T01:00:00-04:00"),
    ("all before the sale", [("03-01", "03-02")], "2026-03-08T16:20:30-04:00"),
    ("the day of 23 hours", [("03-08",)], "2026-03-09T15:20:30-04:00"),
    ("the day after the close", [("03-09",)], "2026-03-08T16:20:30-04:00"),
    ("two that overlap", [("03-04", "03-05"), ("03-05", "03-06")], "2026-03-11T16:20:30-04:00"),
    ("the second is reached by the first", [("03-05",), ("03-09",)], "2026-03-10T16:20:30-04:00"),
]


@pytest.mark.parametrize(
    ("events", "closes_at"), [row[1:] for row in IN_HOURS], ids=[row[0] for row in IN_HOURS]
)
@pytest.mark.covers("L6", "X3")
def test_a_window_of_hours_grows_by_the_time_that_passed(
    events: list[tuple[str, ...]], closes_at: str
) -> None:
    declared = tuple(event(*(f"2026-{day}" for day in days)) for days in events)
    sold_at = AT("2026-03-03T15:20:30-05:00")

    opening = window(policy("legalplan"), sold_at=sold_at, job_date=None, events=declared)

    assert opening.closes_at == AT(closes_at)


@pytest.mark.covers("L6")
def test_a_day_of_25_hours_takes_25_hours() -> None:
    sold_at = AT("2026-10-30T10:00:00-04:00")

    opening = window(
        policy("legalplan"), sold_at=sold_at, job_date=None, events=(event("2026-11-01"),)
    )

    assert opening.closes_at == AT("2026-11-05T10:00:00-05:00")


@pytest.mark.parametrize(
    ("program", "sold_at", "job_date", "closes_at"),
    [
        ("aiqoo", "2026-02-27T10:00:00-08:00", None, "2026-03-06T23:59:59-08:00"),
        ("pro360", "2026-03-01T10:00:00+08:00", date(2026, 2, 20), "2026-03-24T23:59:59+08:00"),
        # The job's time was over before the lead was sold: nothing is left to stop.
        ("pro360", "2026-03-04T10:00:00+08:00", date(2026, 1, 1), "2026-01-31T23:59:59+08:00"),
    ],
)
@pytest.mark.covers("L6")
def test_the_other_windows_of_days_grow_as_well(
    program: str, sold_at: str, job_date: date | None, closes_at: str
) -> None:
    declared = (event("2026-03-03", "2026-03-04"),)

    opening = window(policy(program), sold_at=AT(sold_at), job_date=job_date, events=declared)

    assert opening.closes_at == AT(closes_at)


@pytest.mark.covers("L6")
def test_a_longer_window_says_why_and_until_when_it_would_have_been_open() -> None:
    names = (event("2026-03-03"), event("2026-03-05", name="Power cut"), event("2026-03-06"))
    late = claim(submitted_at=AT("2026-03-10T23:59:59-04:00"))

    verdict = judge(facts(claim=late, events=names), policy())

    assert [check.as_json() for check in verdict.checks] == [
        {
            "code": "window_extended",
            "outcome": None,
            "fact": {
                "events": "Ida, Power cut",
                "closes_at": "2026-03-11T03:59:59+00:00",
                "planned_closes_at": "2026-03-08T04:59:59+00:00",
            },
            "source": "clock",
        },
        {"code": "needs_verification", "outcome": "investigate", "fact": {}, "source": "policy"},
    ]
    assert verdict.closes_at == AT("2026-03-10T23:59:59-04:00")


@pytest.mark.covers("L6")
def test_one_second_after_a_longer_window_is_too_late() -> None:
    late = claim(submitted_at=AT("2026-03-09T00:00:00-04:00"))

    verdict = judge(facts(claim=late, events=(event("2026-03-03"),)), policy())

    assert verdict.codes == ("window_extended", "window_closed")
    assert verdict.outcome == Outcome.DECLINE


@pytest.mark.covers("L6")
def test_an_event_that_takes_nothing_is_not_told() -> None:
    assert judge(facts(events=(event("2026-04-01"),)), policy()).codes == ("needs_verification",)


@pytest.mark.covers("L6", "X6")
def test_a_message_may_be_sent_until_the_longer_window_closes() -> None:
    calls = ("2026-03-02T09:04", "2026-03-02T16:00", "2026-03-03T10:00", "2026-03-04T11:30")
    known = facts(
        claim=claim("non_contact", submitted_at=AT("2026-03-08T12:00:00-04:00")),
        attempts=tuple(attempt(f"{at}:00-05:00") for at in calls),
        events=(event("2026-03-06"),),
    )

    verdict = judge(known, policy())

    assert verdict.codes == ("window_extended", "too_early")
    assert verdict.missing == ("message",)


@pytest.mark.covers("L6", "X26")
def test_a_granted_exception_is_told_where_it_was_needed() -> None:
    in_time = claim(submitted_at=AT("2026-03-07T23:59:59-05:00"))
    late = claim(submitted_at=AT("2026-03-09T10:00:00-04:00"))

    needed = judge(facts(claim=late, exception="outage"), policy())

    assert judge(facts(claim=in_time, exception="outage"), policy()).codes == (
        "needs_verification",
    )
    assert needed.checks[0].as_json() == {
        "code": "exception_granted",
        "outcome": None,
        "fact": {
            "cause": "outage",
            "closes_at": "2026-03-08T04:59:59+00:00",
            "submitted_at": "2026-03-09T14:00:00+00:00",
        },
        "source": "team",
    }
