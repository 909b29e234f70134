"""The team reads who was quicker; a pro reads that something changed, and no verifier's name."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from refunds.models import RefundEvent, RefundRequest
from refunds.services import investigate
from refunds.services.change import Stale, record
from tests.admin.pages import page
from tests.conftest import SignedIn
from tests.factories import refunds as make
from tests.snapshots import everything

AT = datetime(2026, 3, 4, 15, 32, tzinfo=UTC)  # 10:32 in New York


@pytest.fixture
def overtaken(case: RefundRequest, agent: User) -> RefundRequest:
    """The case as it was drawn before Vera Verifier took it."""
    with time_machine.travel(AT, tick=False):
        investigate.take(reference=case.reference, actor=agent, expected_version=case.version)
    return case


@pytest.mark.parametrize(
    ("later", "when"),
    [(timedelta(minutes=9), "10:32"), (timedelta(days=1), "Wed 4 Mar 2026, 10:32 EST")],
)
def test_the_team_reads_who_changed_it_and_when(
    later: timedelta, when: str, overtaken: RefundRequest, other_agent: User
) -> None:
    with time_machine.travel(AT + later, tick=False):
        browser = SignedIn(other_agent)
        before = everything()
        answer = browser.post(
            page(overtaken, "ask"), {"version": overtaken.version, "question": "Which number?"}
        )

    assert answer.status_code == 409
    assert (
        f"Changed at {when} by Vera Verifier: now In review (Taken by a verifier)." in answer.text
    )
    assert everything() == before


def test_a_step_that_is_too_late_says_so_alike(approved: RefundRequest, other_agent: User) -> None:
    fresh = make.again(approved)

    answer = SignedIn(other_agent).post(
        page(fresh, "ask"), {"version": fresh.version, "question": "Which number?"}
    )

    assert answer.status_code == 409
    assert "by Vera Verifier: now Approved (Approved)." in answer.text


def test_a_pro_reads_no_verifiers_name(overtaken: RefundRequest, pro: User) -> None:
    browser = SignedIn(pro)

    answer = browser.post(
        reverse("request_withdraw", args=[overtaken.reference]), {"version": overtaken.version}
    )

    assert answer.status_code == 409
    assert "This request has changed since you opened it" in answer.text
    assert "Vera" not in answer.text


def test_a_pro_reads_nothing_of_the_teams_own(
    case: RefundRequest, agent: User, other_agent: User
) -> None:
    fresh = make.again(case)
    record(fresh, kind=RefundEvent.Kind.PROPOSED, actor=agent, at=timezone.now())

    with pytest.raises(Stale) as caught:
        investigate.take(reference=case.reference, actor=other_agent, expected_version=case.version)

    assert "Skipped" not in str(caught.value)
    assert caught.value.event is not None
    assert (caught.value.event.kind, caught.value.event.actor) == ("proposed", agent)
