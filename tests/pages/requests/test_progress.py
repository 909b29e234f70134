"""How far a request has come, in words: what is done, what is now, what is still to come."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import formats
from accounts.models import User
from leads.models import LeadSale
from refunds.models import RefundRequest
from refunds.views.progress import progress_of
from tests.conftest import SignedIn
from tests.factories import refunds as life
from tests.pages.browser import text_of


def steps(request: RefundRequest) -> list[tuple[str, str]]:
    return [(step.name, step.stands) for step in progress_of(request)]


BEGUN = [("Sent", "done"), ("Checked automatically", "done")]
LOOKED_INTO = [*BEGUN, ("Looked into by our team", "done")]


def test_a_claim_in_review(sale: LeadSale, pro: User) -> None:
    request = life.investigating(sale, pro)
    assert steps(request) == [
        *BEGUN,
        ("Looked into by our team", "now"),
        ("Decided", "later"),
    ]
    page = text_of(SignedIn(pro).get(f"/requests/{request.reference}/"))
    assert '<li class="now" aria-current="step">' in page
    assert f"Done: {formats.instant(request.submitted_at, request.program)}" in page
    assert '<span class="under">Still to come</span>' in page


def test_what_a_review_waits_for(sale: LeadSale, pro: User, agent: User) -> None:
    request = life.awaiting_pro(sale, pro, agent)
    assert progress_of(request)[2].said == "Now: waits for your answer"


def test_a_refusal(sale: LeadSale, pro: User, agent: User) -> None:
    assert steps(life.declined(sale, pro, agent)) == [*LOOKED_INTO, ("Decided: declined", "done")]


def test_an_appeal_adds_the_last_word(sale: LeadSale, pro: User, agent: User) -> None:
    assert steps(life.appealed(sale, pro, agent)) == [
        *LOOKED_INTO,
        ("Decided: declined", "done"),
        ("Appealed by you", "done"),
        ("Decided for good", "now"),
    ]


def test_an_appeal_that_succeeded(sale: LeadSale, pro: User, agent: User, manager: User) -> None:
    assert steps(life.final_approved(sale, pro, agent, manager))[3:] == [
        ("Decided: declined", "done"),
        ("Appealed by you", "done"),
        ("Decided for good: approved", "done"),
    ]


def test_a_credit_that_was_taken_back(sale: LeadSale, pro: User, agent: User) -> None:
    assert steps(life.reversed_(sale, pro, agent))[3:] == [
        ("Decided: approved", "done"),
        ("Credit taken back", "done"),
    ]


def test_a_withdrawal_ends_it(sale: LeadSale, pro: User) -> None:
    assert steps(life.withdrawn(sale, pro)) == [*BEGUN, ("Taken back by you", "done")]


def test_the_machines_decision_needs_no_review(sale: LeadSale, pro: User) -> None:
    request = life.investigating(sale, pro, reason="shopping_around")
    assert steps(request) == [
        *BEGUN,
        ("Looked into by our team", "skipped"),
        ("Decided: declined", "done"),
    ]


@pytest.mark.covers("X25")
@pytest.mark.parametrize(
    ("passed", "left"),
    [
        (timedelta(0), "14 days left"),
        (timedelta(days=12, hours=23), "1 day left"),
        (timedelta(days=13, hours=21, minutes=30), "2 hours left"),
        (timedelta(days=13, hours=23, minutes=30), "less than an hour left"),
    ],
)
def test_an_appeal_says_until_when_and_how_long_that_is(
    sale: LeadSale, pro: User, agent: User, passed: timedelta, left: str
) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        request = life.declined(sale, pro, agent)
    assert request.decided_at is not None
    assert request.appeal_until == request.decided_at + timedelta(days=14)
    until = formats.instant(request.appeal_until, request.program)
    with time_machine.travel(request.decided_at + passed, tick=False):
        client = SignedIn(pro)
        detail = text_of(client.get(f"/requests/{request.reference}/"))
        step = text_of(client.get(f"/requests/{request.reference}/appeal/"))
    assert f"If you disagree, appeal once until {until} ({left})." in detail
    assert f"You can appeal once, until {until} ({left})." in detail
    assert f"You can send this until {until} ({left})." in step


@pytest.mark.covers("A22")
def test_the_pause_of_the_clock_is_shown_and_its_end(
    sale: LeadSale, pro: User, agent: User
) -> None:
    request = life.awaiting_pro(sale, pro, agent)
    assert request.asked_at is not None
    since = formats.instant(request.asked_at, request.program)
    client = SignedIn(pro)
    page = text_of(client.get(f"/requests/{request.reference}/"))
    assert f"Our deadline has been on hold since {since}" in page
    assert "Our deadline is on hold from here." in page
    assert "Our deadline runs again." not in page
    client.post(
        f"/requests/{request.reference}/reply/",
        {"version": request.version, "complete": "1", "answer": "The one on the lead."},
    )
    page = text_of(client.get(f"/requests/{request.reference}/"))
    assert "has stood still" not in page
    assert "Our deadline runs again." in page
