"""The lead whose log it is."""

import pytest

from leads.models import LeadSale
from tests.pages.contact_log.log import SOLD


@pytest.fixture
def sold(sale: LeadSale) -> LeadSale:
    """The pro's lead, sold on Monday at ten in the program's zone."""
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=SOLD, contact_revealed_at=SOLD)
    return LeadSale.objects.get(pk=sale.pk)
