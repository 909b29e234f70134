"""What the tests of the contact log write into it, and read of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import time_machine
from django.test import Client

from accounts.models import User
from leads.models import ContactAttempt, LeadSale
from tests.pages.browser import text_of

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

SOLD = datetime(2026, 3, 2, 15, 0, 30, tzinfo=UTC)  # Monday, 10:00:30 in New York
DAY_1, DAY_2, DAY_3 = "2026-03-02", "2026-03-03", "2026-03-04"
NOTHING_TO_LOG = "There is nothing to log yet: you get the details once the contact replies."
CLOSES = "Sat 7 Mar 2026, 23:59 EST"

SignIn = Callable[[User], Client]


def attempt(**changes: str) -> dict[str, str]:
    """Return the form as a browser sends it."""
    filled = {"channel": "call", "reached": "no", "made_on": DAY_1, "made_time": "10:05"}
    return filled | changes


def at(day: str, clock: str) -> datetime:
    """Return the instant of a time in New York, before the clocks are put forward."""
    return datetime.fromisoformat(f"{day}T{clock}-05:00").astimezone(UTC)


def log(client: Client, sale: LeadSale, day: str, clock: str, channel: str = "call") -> str:
    """Log an attempt in the minute in which it was made, and return the page after it."""
    form = attempt(channel=channel, made_on=day, made_time=clock)
    with time_machine.travel(at(day, clock) + timedelta(seconds=40), tick=False):
        return text_of(client.post(f"/leads/{sale.uuid}/contact-log/", form, follow=True))


def seen(day: str, clock: str) -> str:
    """Return the moment that a page was drawn at, as its form says it."""
    return f"{at(day, clock):%Y-%m-%dT%H:%M:%S.%f%z}"


def tap(
    client: Client,
    sale: LeadSale,
    what: str,
    *,
    now: tuple[str, str] = (DAY_1, "10:05:20"),
    drawn: tuple[str, str] = (DAY_1, "10:04"),
    headers: dict[str, str] | None = None,
) -> "Answer":
    """Tap a button of a log that was drawn at one moment, at another one."""
    with time_machine.travel(at(*now), tick=False):
        return client.post(
            f"/leads/{sale.uuid}/contact-log/",
            {"tap": what, "seen_at": seen(*drawn)},
            headers=headers,
        )


def logged() -> list[tuple[str, bool, datetime]]:
    """Return the attempts in order."""
    attempts = ContactAttempt.objects.order_by("at", "pk")
    return list(attempts.values_list("channel", "reached", "at"))
