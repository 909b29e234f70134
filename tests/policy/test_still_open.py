"""Which sales can still be claimed, told by when they were sold: as the windows say."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from refunds.policy.document import Policy, load_preset
from refunds.policy.moments import instant
from refunds.policy.still_open import LATEST_JOB, still_open
from refunds.policy.windows import window
from tests.policy.strategies import moments, policies

AT = datetime.fromisoformat


@pytest.mark.parametrize(
    ("program", "at", "sold_from"),
    [
        ("legalplan", "2026-03-11T15:00:00+00:00", "2026-03-06T15:00:00+00:00"),
        ("conxpros", "2026-03-08T04:59:59+00:00", "2026-03-02T05:00:00+00:00"),
        ("conxpros", "2026-03-08T05:00:00+00:00", "2026-03-03T05:00:00+00:00"),
        ("aiqoo", "2027-01-05T07:59:59+00:00", "2026-12-01T08:00:00+00:00"),
        ("aiqoo", "2027-01-05T08:00:00+00:00", "2027-01-01T08:00:00+00:00"),
    ],
)
def test_a_window_is_open_for_what_was_sold_from_an_instant_on(
    program: str, at: str, sold_from: str
) -> None:
    found = still_open(load_preset(program), AT(at))
    assert (found.sold_from, found.looked_from, found.job_from) == (
        AT(sold_from),
        AT(sold_from),
        None,
    )


def test_a_window_from_the_job_is_open_for_jobs_from_a_day_on() -> None:
    found = still_open(load_preset("pro360"), AT("2026-03-31T15:59:59+00:00"))
    assert found.job_from == date(2026, 3, 1)
    assert found.sold_from == AT("2026-02-28T16:00:00+00:00")
    assert found.looked_from == found.sold_from - LATEST_JOB


@given(policies, moments, st.timedeltas(timedelta(0), timedelta(days=45)), st.data())
@example(
    load_preset("legalplan"), datetime(2026, 3, 11, 15, tzinfo=UTC), timedelta(hours=120), None
)
def test_it_says_of_every_sale_what_its_window_says(
    policy: Policy, at: datetime, ago: timedelta, data: st.DataObject | None
) -> None:
    sold_at = at - ago
    near = st.timedeltas(timedelta(days=-40), timedelta(days=40))
    job_date = data.draw(st.none() | near.map(lambda far: (sold_at + far).date())) if data else None
    found = still_open(policy, at)
    if found.job_from is not None and job_date is not None:
        told = job_date >= found.job_from and sold_at >= found.looked_from
    else:
        told = sold_at >= found.sold_from
    closes_at = window(policy, sold_at=sold_at, job_date=job_date).closes_at
    assert told == (instant(at) <= closes_at)
