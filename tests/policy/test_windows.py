"""The four windows, to the second, over changes of the clocks and ends of years (X1 to X3)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from refunds.policy.engine import judge
from refunds.policy.windows import window
from tests.policy.samples import claim, facts, policy, sale

AT = datetime.fromisoformat

WINDOWS = [
    # program, sold at, the job's date, last second
    ("aiqoo", "2026-01-01T00:00:00-08:00", None, "2026-02-04T23:59:59-08:00"),
    ("aiqoo", "2026-01-31T23:59:59-08:00", None, "2026-02-04T23:59:59-08:00"),
    ("aiqoo", "2026-12-31T10:00:00-08:00", None, "2027-01-04T23:59:59-08:00"),
    ("aiqoo", "2028-02-29T10:00:00-08:00", None, "2028-03-04T23:59:59-08:00"),
    ("aiqoo", "2026-02-01T07:30:00+00:00", None, "2026-02-04T23:59:59-08:00"),
    ("aiqoo", "2026-10-31T10:00:00-07:00", None, "2026-11-04T23:59:59-08:00"),
    ("conxpros", "2026-03-02T00:00:00-05:00", None, "2026-03-07T23:59:59-05:00"),
    ("conxpros", "2026-03-02T23:59:59-05:00", None, "2026-03-07T23:59:59-05:00"),
    ("conxpros", "2026-03-05T09:00:00-05:00", None, "2026-03-10T23:59:59-04:00"),
    ("conxpros", "2026-10-29T09:00:00-04:00", None, "2026-11-03T23:59:59-05:00"),
    ("conxpros", "2026-12-29T09:00:00-05:00", None, "2027-01-03T23:59:59-05:00"),
    ("legalplan", "2026-03-17T15:20:30-04:00", None, "2026-03-22T15:20:30-04:00"),
    ("legalplan", "2026-03-06T10:00:00-05:00", None, "2026-03-11T11:00:00-04:00"),
    ("legalplan", "2026-10-30T10:00:00-04:00", None, "2026-11-04T09:00:00-05:00"),
    ("pro360", "2026-02-10T10:00:00+08:00", "2026-01-30", "2026-03-01T23:59:59+08:00"),
    ("pro360", "2026-03-02T01:00:00+08:00", None, "2026-04-01T23:59:59+08:00"),
]


@pytest.mark.covers("X1")
@pytest.mark.parametrize(("program", "sold_at", "job_date", "closes_at"), WINDOWS)
def test_the_last_second_is_in_time_and_the_next_is_not(
    program: str, sold_at: str, job_date: str | None, closes_at: str
) -> None:
    job = date.fromisoformat(job_date) if job_date else None

    opening = window(policy(program), sold_at=AT(sold_at), job_date=job)

    assert opening.opens_at is None
    assert opening.closes_at == AT(closes_at)
    assert opening.is_closed(AT(closes_at)) is False
    assert opening.is_closed(AT(closes_at) + timedelta(microseconds=999_999)) is False
    assert opening.is_closed(AT(closes_at) + timedelta(seconds=1)) is True


@pytest.mark.covers("X3")
def test_the_zone_of_the_caller_changes_nothing() -> None:
    new_york = ZoneInfo("America/New_York")
    sold_at = datetime(2026, 10, 30, 10, tzinfo=new_york)

    opening = window(policy("legalplan"), sold_at=sold_at, job_date=None)

    assert opening.closes_at == datetime(2026, 11, 4, 14, tzinfo=UTC)
    assert opening.is_closed(datetime(2026, 11, 4, 9, 0, 0, tzinfo=new_york)) is False
    assert opening.is_closed(datetime(2026, 11, 4, 9, 0, 1, tzinfo=new_york)) is True


@pytest.mark.covers("L3", "X3")
def test_the_hour_that_is_lived_twice_is_told_apart() -> None:
    new_york = ZoneInfo("America/New_York")
    sold_at = datetime(2026, 10, 27, 1, 30, tzinfo=new_york)  # 120 hours on: the first 01:30
    first = datetime(2026, 11, 1, 1, 30, tzinfo=new_york)

    opening = window(policy("legalplan"), sold_at=sold_at, job_date=None)

    assert opening.closes_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert opening.is_closed(first) is False
    assert opening.is_closed(first.replace(fold=1)) is True


def test_a_day_whose_last_hour_is_lived_twice_ends_with_the_second() -> None:
    # In Newfoundland the clocks went back at 00:01, so that 23:59:59 came twice.
    terms = policy("conxpros", time_zone="America/St_Johns")

    opening = window(terms, sold_at=AT("2006-10-23T12:00:00-02:30"), job_date=None)

    assert opening.closes_at == AT("2006-10-28T23:59:59-03:30")


def test_a_naive_time_is_refused() -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 - the mistake that is tested
    with pytest.raises(ValueError, match="has no time zone"):
        window(policy(), sold_at=naive, job_date=None)


def test_a_late_claim_keeps_the_moment_and_the_last_second() -> None:
    late = AT("2026-03-08T00:00:00-05:00")

    verdict = judge(facts(claim=claim(submitted_at=late)), policy())

    assert [check.as_json() for check in verdict.checks] == [
        {
            "code": "window_closed",
            "outcome": "decline",
            "fact": {
                "closes_at": "2026-03-08T04:59:59+00:00",
                "submitted_at": "2026-03-08T05:00:00+00:00",
            },
            "source": "clock",
        }
    ]


@pytest.mark.covers("L6", "X26")
@pytest.mark.parametrize(
    ("cause", "outcome"), [("hurricane", "investigate"), ("vacation", "decline"), (None, "decline")]
)
def test_only_a_cause_of_the_policy_opens_a_closed_window(cause: str | None, outcome: str) -> None:
    late = claim(submitted_at=AT("2026-03-09T10:00:00-04:00"))

    assert judge(facts(claim=late, exception=cause), policy()).outcome == outcome


def test_without_exceptions_in_the_policy_none_opens_the_window() -> None:
    late = claim(submitted_at=AT("2026-03-09T10:00:00-04:00"))

    verdict = judge(facts(claim=late, exception="hurricane"), policy(exception=None))

    assert verdict.codes == ("window_closed",)


def test_what_the_system_raises_by_itself_needs_no_report_in_time() -> None:
    long_after = claim(
        "looking_for_work", channel="team", explanation="", submitted_at=AT("2026-05-02T10:00:00Z")
    )

    assert judge(facts(claim=long_after), policy()).codes == ("needs_verification",)


def test_the_team_reports_in_time_what_it_may_not_credit_by_itself() -> None:
    long_after = claim("do_not_call", channel="team", submitted_at=AT("2026-05-02T10:00:00Z"))

    assert judge(facts(claim=long_after), policy()).codes == ("window_closed",)


def test_the_claim_is_judged_by_the_window_of_its_own_sale() -> None:
    sold_later = sale(sold_at=AT("2026-03-04T09:00:00-05:00"))
    submitted = claim(submitted_at=AT("2026-03-09T23:59:59-04:00"))

    verdict = judge(facts(sale=sold_later, claim=submitted), policy())

    assert verdict.closes_at == AT("2026-03-09T23:59:59-04:00")
    assert verdict.codes == ("needs_verification",)
