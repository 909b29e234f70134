"""Sweeps at once, and an answer that comes with them: each question ends once, with clean books."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from refunds.models import RefundEvent, RefundRequest
from refunds.services import investigate, pro_clock
from refunds.services.audit import audit
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.refunds.test_concurrency import at_once, kinds_of

pytestmark = pytest.mark.django_db(transaction=True)

LONG = timedelta(days=30)


@pytest.fixture
def asked(pro: User, agent: User, monkeypatch: pytest.MonkeyPatch) -> list[RefundRequest]:
    """Five claims whose questions wait; a sweep takes two at a time."""
    monkeypatch.setattr(pro_clock, "BATCH", 2)
    company = pro.memberships.get().pro
    sales = LeadSaleFactory.create_batch(5, pro=company)
    return [make.awaiting_pro(sale, pro, agent) for sale in sales]


def answer(request: RefundRequest, pro: User) -> RefundRequest:
    return investigate.reply(
        reference=request.reference,
        actor=pro,
        expected_version=request.version,
        answer="The one on the lead.",
    )


@pytest.mark.covers("X18")
def test_sweeps_at_once_go_on_once(asked: list[RefundRequest]) -> None:
    with time_machine.travel(timezone.now() + LONG, tick=False):
        counts = at_once(*[pro_clock.go_on_unanswered] * 4)

    assert sum(count for count in counts if isinstance(count, int)) == len(asked)
    assert RefundEvent.objects.filter(kind="unanswered").count() == len(asked)
    assert RefundEvent.objects.filter(kind="extended").count() == len(asked)
    assert {make.again(one).state for one in asked} == {"investigating"}
    assert audit() == []


def test_answer_at_the_moment_of_the_sweep_ends_the_question_once(
    asked: list[RefundRequest], pro: User
) -> None:
    with time_machine.travel(timezone.now() + LONG, tick=False):
        outcomes = at_once(
            *[pro_clock.go_on_unanswered] * 2, *[partial(answer, one, pro) for one in asked]
        )

    went_on = sum(outcome for outcome in outcomes if isinstance(outcome, int))
    answers = kinds_of(outcomes[2:])
    assert answers["RefundRequest"] + went_on == len(asked)
    assert answers["RefundRequest"] + answers["Stale"] == len(asked)
    for one in asked:
        ends = one.events.filter(kind__in=["replied", "unanswered"])
        assert ends.count() == 1
        assert one.events.filter(kind="extended").count() == 1
    assert audit() == []
