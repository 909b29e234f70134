"""A pro whose quotes wait."""

import pytest

from accounts.models import ServicePro, User
from leads.models import LeadSale
from tests.factories.quotes import quotes, teacher
from tests.refunds.automatic.steps import SENT


@pytest.fixture
def company(manager: User) -> ServicePro:
    """A pro of the program that holds its fees, with 1,000,000 in its paid wallet."""
    return teacher(manager)


@pytest.fixture
def quoted(company: ServicePro) -> LeadSale:
    """A sale of 120 that is held, whose quote nobody has read."""
    [sale] = quotes(1, company, sent_at=SENT)
    return sale
