"""When a decision takes longer: the reason is on the record, and the pro reads it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import ServicePro, User
from refunds.models import RefundEvent, RefundRequest
from refunds.services import investigate
from tests.conftest import SignedIn
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.pages.browser import text_of

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 15, tzinfo=UTC)

Answer = Callable[[timedelta], RefundRequest]


@pytest.fixture
def answer(pro_company: ServicePro, pro: User, agent: User) -> Answer:
    """Answer a question of Monday's after a while."""
    with time_machine.travel(MONDAY, tick=False):
        asked = make.awaiting_pro(LeadSaleFactory.create(pro=pro_company), pro, agent)

    def after(while_: timedelta) -> RefundRequest:
        with time_machine.travel(MONDAY + while_, tick=False):
            return investigate.reply(
                reference=asked.reference,
                actor=pro,
                expected_version=asked.version,
                answer="The one on the lead.",
            )

    return after


@pytest.mark.covers("A22", "A22a", "X18")
def test_details_that_were_missing_are_the_reason(answer: Answer) -> None:
    request = answer(timedelta(days=2))

    assert request.extension == "details_missing"
    # From 4 and 5 March, two business days later.
    assert (request.target_on, request.limit_on) == (date(2026, 3, 6), date(2026, 3, 9))
    extended = request.events.get(kind=RefundEvent.Kind.EXTENDED)
    assert extended.data == {"why": "details_missing", "days": 2, "limit_on": "2026-03-09"}
    assert extended.visible_to_pro


@pytest.mark.covers("A22a")
def test_the_pro_reads_why(answer: Answer, pro: User) -> None:
    request = answer(timedelta(days=2))

    with time_machine.travel(MONDAY + timedelta(days=2), tick=False):
        client: Client = SignedIn(pro)
        page = text_of(client.get(f"/requests/{request.reference}/"))

    assert "The clock stood still until you answered (business days: 2)." in page
    assert "The decision is due by Mon 9 Mar 2026 now." in page


@pytest.mark.covers("A22")
def test_an_answer_on_the_same_day_moves_nothing(answer: Answer) -> None:
    request = answer(timedelta(hours=1))

    assert request.extension == ""
    assert not request.events.filter(kind=RefundEvent.Kind.EXTENDED).exists()
