"""Who holds a request until when, as the database sees it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import RefundRequest
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale for 50.00 out of 1,000.00 paid funds."""
    return LeadSaleFactory.create(pro=pro_company)


def test_a_lease_needs_a_holder(sale: LeadSale, pro: User, agent: User) -> None:
    rows = RefundRequest.objects.filter(pk=make.investigating(sale, pro).pk)
    until = timezone.now() + timedelta(minutes=30)

    with refused(IntegrityError) as error, transaction.atomic():
        rows.update(held_until=until)
    assert "held_has_holder" in str(error.value)

    assert rows.update(holder=agent, held_until=until) == 1
    with refused(IntegrityError), transaction.atomic():
        rows.update(holder=None)


def test_a_holders_requests_are_found_by_one_index() -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "refunds_refundrequest")

    by_holder = [
        name
        for name, about in found.items()
        if about["index"] and about["columns"][:1] == ["holder_id"]
    ]
    assert by_holder == ["request_of_holder"]
