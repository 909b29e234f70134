"""Nothing brings a decision forward: neither the pro nor the team can expedite a request."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import ServicePro, User
from refunds.services import investigate
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory

pytestmark = pytest.mark.django_db


@pytest.mark.covers("L16")
@pytest.mark.parametrize("days", [0, 1, 5])
def test_an_answer_never_moves_the_dates_forward(
    pro_company: ServicePro, pro: User, agent: User, days: int
) -> None:
    asked = make.awaiting_pro(LeadSaleFactory.create(pro=pro_company), pro, agent)

    with time_machine.travel(asked.submitted_at + timedelta(days=days, minutes=1), tick=False):
        answered = investigate.reply(
            reference=asked.reference,
            actor=pro,
            expected_version=asked.version,
            answer="Please decide soon.",
        )

    assert answered.due_at >= asked.due_at
    assert answered.target_on >= asked.target_on


@pytest.mark.covers("L16")
def test_taking_a_request_leaves_its_dates(pro_company: ServicePro, pro: User, agent: User) -> None:
    request = make.investigating(LeadSaleFactory.create(pro=pro_company), pro)

    investigate.take(reference=request.reference, actor=agent, expected_version=request.version)

    taken = make.again(request)
    assert (taken.due_at, taken.target_on) == (request.due_at, request.target_on)
