"""A case is held for half an hour, and nobody takes it from a colleague meanwhile."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import ServicePro, User
from refunds.models import RefundEvent, RefundRequest
from refunds.services import investigate, queue
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(pro_company: ServicePro, pro: User) -> RefundRequest:
    """A claim that waits for a person."""
    return make.again(make.investigating(LeadSaleFactory.create(pro=pro_company), pro))


def take(case: RefundRequest, actor: User) -> RefundRequest:
    version = make.again(case).version
    return investigate.take(reference=case.reference, actor=actor, expected_version=version)


def test_taking_holds_a_case_for_half_an_hour(case: RefundRequest, agent: User) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        at = timezone.now()
        take(case, agent)

    taken = make.again(case)
    assert (taken.holder, taken.held_until) == (agent, at + timedelta(minutes=30))
    assert [event.kind for event in taken.events.order_by("pk")][-1] == RefundEvent.Kind.TAKEN


def test_a_colleague_is_refused_while_it_is_held(
    case: RefundRequest, agent: User, other_agent: User
) -> None:
    take(case, agent)

    with refused(queue.Held) as caught:
        take(case, other_agent)

    assert str(caught.value).startswith("Vera Verifier holds this case until ")


def test_a_colleague_takes_it_when_the_lease_ran_out(
    case: RefundRequest, agent: User, other_agent: User
) -> None:
    take(case, agent)

    with time_machine.travel(timezone.now() + queue.LEASE, tick=False):
        take(case, other_agent)

    assert make.again(case).holder == other_agent


def test_a_lead_takes_it_from_a_colleague(case: RefundRequest, agent: User, lead: User) -> None:
    take(case, agent)
    take(case, lead)

    assert make.again(case).holder == lead


def test_the_holder_begins_a_new_lease(case: RefundRequest, agent: User) -> None:
    take(case, agent)
    later = timezone.now() + timedelta(minutes=20)

    with time_machine.travel(later, tick=False):
        take(case, agent)

    assert make.again(case).held_until == later + queue.LEASE
