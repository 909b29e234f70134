"""A sale in time, one that is late, and a wish for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import ExceptionRequest
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.refunds.exceptions.steps import ask


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale of two hours ago."""
    return LeadSaleFactory.create(pro=pro_company)


@pytest.fixture
def late_sale(pro_company: ServicePro) -> LeadSale:
    """A sale of three weeks ago: its window has closed."""
    make.PolicyVersionFactory.create(program=pro_company.program)
    return LeadSaleFactory.create(
        pro=pro_company, lead__reference="L-77", sold_at=timezone.now() - timedelta(days=21)
    )


@pytest.fixture
def asked(late_sale: LeadSale, pro: User) -> ExceptionRequest:
    """An exception that waits for an answer."""
    return ask(late_sale, pro)
