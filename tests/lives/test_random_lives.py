"""No order of what people and clocks can do breaks a promise (design §1, §5, §7).

``LIVES=500`` tries that many, and other ones each time.
"""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from refunds.models import State
from tests.lives.lives import Lives

# The suite tries the same few each time, so that it is green or red for a reason.
FEW = 10
# In a transaction's life nobody sees a claim that is not screened yet.
REACHED = set(State.values) - {"submitted"}


@pytest.mark.django_db
def test_no_order_of_steps_breaks_a_promise() -> None:
    lives = int(os.environ.get("LIVES", FEW))

    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=lives,
            stateful_step_count=60,
            deadline=None,
            derandomize=lives == FEW,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert Lives.seen == REACHED
