"""Days of a program as instants, where its clocks change in the night."""

from datetime import UTC, date, datetime

import pytest

from refunds.services.dates import end_of_day
from tests.factories.accounts import ProgramFactory

pytestmark = pytest.mark.django_db


def test_day_ends_with_the_later_of_two_last_seconds() -> None:
    program = ProgramFactory.create(time_zone="America/Santiago")  # 24:00 was 23:00 again

    assert end_of_day(program, date(2026, 4, 4)) == datetime(2026, 4, 5, 3, 59, 59, tzinfo=UTC)
