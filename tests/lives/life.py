"""How a life goes on: the clock, a step that somebody tries, and what holds after it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import time_machine
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from accounts.models import User
from leads.models import LeadSale
from leads.services import quotes
from refunds.services import automatic, outbox, overdue, pro_clock, seller_clock
from refunds.services.change import RefundError
from tests.lives.promises import Final, assert_kept
from tests.lives.world import World

BEGINNING = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
REFUSALS = (RefundError, quotes.QuoteRefused, ObjectDoesNotExist)


def some_are(state: str) -> Callable[[Any], Any]:
    """Leave a rule out while no request is in the state."""
    return precondition(lambda lives: state in lives.states)


class Life(RuleBasedStateMachine):
    """A program whose clocks run; what its people do is added to it."""

    world: World
    seen: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGINNING
        self.steps = 0
        self.final: Final = {}
        self.states: set[str] = set()
        self.has_changed = False
        self.whole = transaction.atomic()
        self.whole.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    # --- What clocks do ---

    @rule(hours=st.sampled_from([1, 5, 24, 47, 48, 24 * 8, 24 * 31, 24 * 100]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def sweep(self) -> None:
        with time_machine.travel(self.now, tick=False):
            overdue.flag_overdue()
            automatic.credit_due()
            seller_clock.note_silence()
            seller_clock.remind()
            pro_clock.go_on_unanswered()
            outbox.send_due()
        self.has_changed = True

    @invariant()
    def every_promise_is_kept(self) -> None:
        if self.has_changed:
            connection.check_constraints()  # the foreign keys that wait for a commit
            assert_kept(self.final)
            self.has_changed = False
            self.states = {request.state for request in self.world.requests()}
            self.seen.update(self.states)

    # --- How ---

    def step(
        self, state: str, service: Callable[..., object], who: int, which: int, **words: object
    ) -> None:
        """Try a step on some request in that state, drawn from the row as it is now."""
        requests = [one for one in self.world.requests() if not state or one.state == state]
        if requests:
            request = requests[which % len(requests)]
            self.attempt(
                service,
                reference=request.reference,
                actor=self.person(who),
                expected_version=request.version,
                **words,
            )

    def attempt(self, service: Callable[..., object], **arguments: object) -> None:
        """Call a service now; its refusal leaves nothing behind, as in life."""
        self.steps += 1
        with time_machine.travel(self.now + timedelta(seconds=self.steps), tick=False):
            try:
                service(**arguments)
            except REFUSALS:
                return
        self.has_changed = True

    def person(self, who: int) -> User:
        people = self.world.people
        return people[who % len(people)]

    def sale(self, which: int) -> LeadSale:
        sales = self.world.all_sales()
        return sales[which % len(sales)]
