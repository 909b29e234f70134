"""Waiting for the pro moves the decision dates, and says so (A22, X18)."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from accounts.access import machine
from accounts.models import ServicePro, User
from refunds.models import RefundRequest, SellerMessage
from refunds.services import investigate
from tests.conftest import SignedIn
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


def asked_and_answered(
    company: ServicePro, pro: User, agent: User, answered_at: datetime
) -> RefundRequest:
    with time_machine.travel(MONDAY, tick=False):
        asked = make.awaiting_pro(LeadSaleFactory.create(pro=company), pro, agent)
    with time_machine.travel(answered_at, tick=False):
        investigate.reply(
            reference=asked.reference,
            actor=pro,
            expected_version=asked.version,
            answer="The one on the lead.",
        )
    return make.again(asked)


@pytest.mark.covers("A22", "A22a", "X18")
def test_dates_move_by_the_days_that_the_question_was_open(
    pro_company: ServicePro, pro: User, agent: User
) -> None:
    request = asked_and_answered(pro_company, pro, agent, WEDNESDAY)

    assert request.extension == "details_missing"
    assert (request.target_on, request.limit_on) == (date(2026, 3, 6), date(2026, 3, 9))
    event = request.events.get(kind="extended")
    assert event.data == {"why": "details_missing", "days": 2, "limit_on": "2026-03-09"}
    assert (event.actor, event.visible_to_pro) == (machine(), True)


@pytest.mark.covers("A22", "A22a")
def test_pro_reads_why_the_dates_moved(pro_company: ServicePro, pro: User, agent: User) -> None:
    request = asked_and_answered(pro_company, pro, agent, WEDNESDAY)

    with time_machine.travel(WEDNESDAY, tick=False):
        text = SignedIn(pro).get(f"/requests/{request.reference}/").text

    assert "The clock stood still while we waited for your answer (business days: 2)." in text
    assert "These days are later than before: we waited for your answer." in text


@pytest.mark.covers("A22")
def test_answer_on_the_same_day_moves_nothing(
    pro_company: ServicePro, pro: User, agent: User
) -> None:
    request = asked_and_answered(pro_company, pro, agent, MONDAY)

    assert (request.extension, request.limit_on) == ("", date(2026, 3, 5))
    assert not request.events.filter(kind="extended").exists()


@pytest.mark.covers("A22")
def test_nothing_else_moves_the_dates(pro_company: ServicePro, pro: User, agent: User) -> None:
    sale = LeadSaleFactory.create(pro=pro_company, sold_at=MONDAY)
    with time_machine.travel(MONDAY, tick=False):
        make.asks_sellers(sale.lead.program)
        filed = make.supported(sale, pro, agent)
    with time_machine.travel(WEDNESDAY, tick=False):
        taken = investigate.take(
            reference=filed.reference, actor=agent, expected_version=filed.version
        )
        answered = make.heard_from_seller(taken, agent, SellerMessage.Answer.REFUSES)

    dates = (answered.target_on, answered.limit_on, answered.due_at)
    assert dates == (filed.target_on, filed.limit_on, filed.due_at)
    assert not answered.events.filter(kind="extended").exists()
