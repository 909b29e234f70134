"""A pro notes how far they have come with a lead: their own, and while they have it (A12)."""

import pytest
from django.utils import timezone

from accounts.models import User
from leads.models import LeadSale
from leads.services import statuses
from tests.factories.accounts import MembershipFactory
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale() -> LeadSale:
    return LeadSaleFactory.create()


@pytest.fixture
def member(sale: LeadSale) -> User:
    return MembershipFactory.create(pro=sale.pro).user


@pytest.mark.parametrize("status", LeadSale.Status.values)
def test_a_pro_notes_any_status(sale: LeadSale, member: User, status: str) -> None:
    before = LeadSale.objects.values().get()
    told = statuses.change(sale_uuid=sale.uuid, actor=member, status=status)
    assert told.status == status
    assert LeadSale.objects.values().get() == {**before, "status": status}


def test_a_status_that_there_is_not_changes_nothing(sale: LeadSale, member: User) -> None:
    with refused(statuses.StatusRefused) as caught:
        statuses.change(sale_uuid=sale.uuid, actor=member, status="refunded")
    assert str(caught.value) == "Choose one of the statuses of the list."


def test_somebody_elses_lead_is_not_there(sale: LeadSale) -> None:
    other = MembershipFactory.create().user
    with refused(LeadSale.DoesNotExist):
        statuses.change(sale_uuid=sale.uuid, actor=other, status="won")


def test_a_lead_that_left_the_account_is_not_there(sale: LeadSale, member: User) -> None:
    LeadSale.objects.update(detached_at=timezone.now())
    with refused(LeadSale.DoesNotExist):
        statuses.change(sale_uuid=sale.uuid, actor=member, status="won")
