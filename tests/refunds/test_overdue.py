"""Investigations past their limit are flagged once, and their owner is told."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.access import machine
from accounts.models import ServicePro, User
from refunds import mails
from refunds.models import OutboundMail, RefundEvent
from refunds.services import investigate, overdue
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory

pytestmark = pytest.mark.django_db


def overdue_mails() -> list[str]:
    return list(OutboundMail.objects.filter(kind="overdue").values_list("to", flat=True))


@pytest.mark.covers("X18")
def test_late_request_is_flagged_once(pro_company: ServicePro, pro: User) -> None:
    request = make.investigating(LeadSaleFactory.create(pro=pro_company), pro)

    with time_machine.travel(request.due_at + timedelta(seconds=1), tick=False):
        assert [overdue.flag_overdue(), overdue.flag_overdue()] == [1, 0]

    assert RefundEvent.objects.filter(kind="overdue").count() == 1
    assert overdue_mails() == ["verification@makegood.example"]


def test_request_within_its_limit_is_left_alone(pro_company: ServicePro, pro: User) -> None:
    request = make.investigating(LeadSaleFactory.create(pro=pro_company), pro)

    with time_machine.travel(request.due_at, tick=False):
        assert overdue.flag_overdue() == 0

    assert overdue_mails() == []


def test_holder_is_told(pro_company: ServicePro, pro: User, agent: User) -> None:
    request = make.investigating(LeadSaleFactory.create(pro=pro_company), pro)
    investigate.take(reference=request.reference, actor=agent, expected_version=request.version)

    with time_machine.travel(request.due_at + timedelta(days=1), tick=False):
        overdue.flag_overdue()

    assert overdue_mails() == [agent.email]


@pytest.mark.covers("X18")
def test_clock_stands_while_the_pro_has_the_ball(
    pro_company: ServicePro, pro: User, agent: User
) -> None:
    make.awaiting_pro(LeadSaleFactory.create(pro=pro_company), pro, agent)

    with time_machine.travel(timezone.now() + timedelta(days=60), tick=False):
        assert overdue.flag_overdue() == 0


def test_batches_flag_everything(
    pro_company: ServicePro, pro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overdue, "BATCH", 2)
    sales = LeadSaleFactory.create_batch(5, pro=pro_company)
    last = [make.investigating(sale, pro) for sale in sales][-1]

    with time_machine.travel(last.due_at + timedelta(seconds=1), tick=False):
        assert overdue.flag_overdue() == 5

    assert len(overdue_mails()) == 5


def test_what_is_written_is_what_every_event_owes(
    pro_company: ServicePro, pro: User, agent: User
) -> None:
    sales = LeadSaleFactory.create_batch(2, pro=pro_company)
    first, last = (make.investigating(sale, pro) for sale in sales)
    investigate.take(reference=first.reference, actor=agent, expected_version=first.version)

    with time_machine.travel(last.due_at + timedelta(seconds=1), tick=False):
        assert overdue.flag_overdue() == 2
        now = timezone.now()

    for request in (first, last):
        event = RefundEvent.objects.get(kind="overdue", request=request)
        assert (event.at, event.actor, event.visible_to_pro) == (now, machine(), True)
        assert (event.from_state, event.to_state) == ("investigating", "investigating")
        assert event.data == {"limit_on": request.limit_on.isoformat()}
        [owed] = mails.owed(event)
        stored = OutboundMail.objects.get(event=event)
        its_own = {"id", "uuid"}
        for field in [one.attname for one in OutboundMail._meta.concrete_fields]:
            assert field in its_own or getattr(stored, field) == getattr(owed, field)


def test_number_of_queries_does_not_grow(
    pro_company: ServicePro,
    pro: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    machine()
    sales = LeadSaleFactory.create_batch(3, pro=pro_company)
    last = [make.investigating(sale, pro) for sale in sales][-1]

    # The machine's user; twice a savepoint and its release; the batch, and a look for another.
    batch = {"postgresql": 1, "sqlite": 3}[connection.vendor]
    with (
        time_machine.travel(last.due_at + timedelta(seconds=1), tick=False),
        django_assert_num_queries(1 + 2 * 2 + batch + 1),
    ):
        assert overdue.flag_overdue() == 3
