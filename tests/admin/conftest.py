"""A sale of the pro's, and the agent at work."""

import pytest

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import RefundRequest
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.factories.leads import LeadSaleFactory


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale for 50.00, which left 950.00 in the wallet."""
    return LeadSaleFactory.create(pro=pro_company)


@pytest.fixture
def case(sale: LeadSale, pro: User) -> RefundRequest:
    """A claim for the sale that waits for a person."""
    return refunds.investigating(sale, pro)


@pytest.fixture
def approved(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """A claim for the sale that the agent approved."""
    return refunds.approved(sale, pro, agent)


@pytest.fixture
def browser(agent: User) -> SignedIn:
    """The agent's browser."""
    return SignedIn(agent)
