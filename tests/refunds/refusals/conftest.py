"""Everybody who has a part in a request."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import Evidence
from tests.factories.leads import LeadSaleFactory
from tests.refunds.refusals.steps import People


@pytest.fixture(autouse=True)
def _every_file_has_its_row(db: None, tmp_path: Path) -> Iterator[None]:
    """See after each test that no refused step left a file behind."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield
    assert len(list(tmp_path.iterdir())) == Evidence.objects.count()


@pytest.fixture
def people(pro: User, agent: User, manager: User) -> People:
    """Everybody who has a part in a request."""
    return {"pro": pro, "agent": agent, "manager": manager}


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale for 50.00 out of 1,000.00 paid funds."""
    return LeadSaleFactory.create(pro=pro_company)
