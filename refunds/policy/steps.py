"""The calls and messages that a non-contact claim has to show, and how far it got (C21, X4, X5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from refunds.policy.document import ContactSteps, Policy, Reason
from refunds.policy.facts import Facts
from refunds.policy.moments import at_local_time, end_of_day, instant, local_day
from refunds.policy.windows import Window


@dataclass(frozen=True)
class Step:
    """One contact step: when it was done (None: not), and the last second in which it can be."""

    name: str
    done_at: datetime | None
    until: datetime


@dataclass(frozen=True)
class Progress:
    """How far the contact steps got when the claim was submitted.

    `opens_at` is the instant of the last step; while one is not done, the start of the last day
    on which a call is asked for, before which no claim can be complete.
    """

    steps: tuple[Step, ...]
    is_reached: bool
    opens_at: datetime

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of what is not shown, in the steps' order."""
        names = [step.name for step in self.steps if step.done_at is None]
        return tuple([*names, "nobody_reached"] if self.is_reached else names)

    def is_possible(self, at: datetime) -> bool:
        """Whether all that is missing can still be done at that moment."""
        undone = [step for step in self.steps if step.done_at is None]
        return not self.is_reached and all(at <= step.until for step in undone)


def progress(
    facts: Facts, policy: Policy, reason: Reason | None, opening: Window
) -> Progress | None:
    """The steps of the claim's sale, or None where the reason doesn't ask for any.

    Days are the contact's own (X5); a message is in time until the window closes (X6).
    """
    terms = policy.contact_steps
    if terms is None or reason is None or "contact_steps" not in reason.rules:
        return None
    zone = ZoneInfo(facts.contact_zone) if facts.contact_zone else policy.zone
    starts_at = _clock_starts_at(instant(facts.sale.sold_at), terms, zone)
    calls, messages = _attempts(facts, "call"), _attempts(facts, "text", "email")
    steps = (
        *_call_steps(calls, starts_at, terms, zone),
        Step("message", next(iter(messages), None), opening.closes_at),
    )
    last_day = _day(local_day(starts_at, zone), terms.days[-1])
    return Progress(steps, _is_reached(facts), _opens_at(steps, last_day, zone))


def _clock_starts_at(sold_at: datetime, terms: ContactSteps, zone: ZoneInfo) -> datetime:
    local = sold_at.astimezone(zone)
    if terms.day_starts <= local.time() <= terms.day_ends:
        return sold_at
    late = local.time() > terms.day_ends
    return at_local_time(local.date() + timedelta(days=late), terms.day_starts, zone)


def _call_steps(
    calls: list[datetime], starts_at: datetime, terms: ContactSteps, zone: ZoneInfo
) -> Iterator[Step]:
    """The first call counts from the delivery, however late at night; the others by their day."""
    day_one = local_day(starts_at, zone)
    first_until = starts_at + timedelta(minutes=terms.first_call_max_minutes)
    yield Step("first_call", next((at for at in calls if at <= first_until), None), first_until)
    yield _day_step("second_call", calls[1:], day_one, zone)
    for number in terms.days[1:]:
        yield _day_step(f"call_day_{number}", calls, _day(day_one, number), zone)


def _day_step(name: str, calls: list[datetime], day: date, zone: ZoneInfo) -> Step:
    starts_at, until = at_local_time(day, time.min, zone), end_of_day(day, zone)
    return Step(name, next((at for at in calls if starts_at <= at <= until), None), until)


def _day(day_one: date, number: int) -> date:
    return day_one + timedelta(days=number - 1)


def _attempts(facts: Facts, *channels: str) -> list[datetime]:
    """The pro's attempts on those channels between the delivery and the claim, in order."""
    sold_at, submitted_at = instant(facts.sale.sold_at), instant(facts.claim.submitted_at)
    made = (
        instant(attempt.at)
        for attempt in facts.attempts
        if attempt.by == "pro" and attempt.channel in channels
    )
    return sorted(at for at in made if sold_at <= at <= submitted_at)


def _is_reached(facts: Facts) -> bool:
    return any(attempt.by == "pro" and attempt.reached for attempt in facts.attempts)


def _opens_at(steps: tuple[Step, ...], last_day: date, zone: ZoneInfo) -> datetime:
    done = [step.done_at for step in steps if step.done_at is not None]
    return max(done) if len(done) == len(steps) else at_local_time(last_day, time.min, zone)
