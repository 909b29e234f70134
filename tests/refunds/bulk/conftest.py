"""The leads that a file claims."""

import pytest

from accounts.models import ServicePro
from leads.models import LeadSale
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.refunds.bulk.rows import SOLD_AT


@pytest.fixture
def sales(pro_company: ServicePro) -> list[LeadSale]:
    """Twenty leads of the pro's, sold on Monday."""
    make.PolicyVersionFactory.create(program=pro_company.program)
    return [LeadSaleFactory.create(pro=pro_company, sold_at=SOLD_AT) for _number in range(20)]
