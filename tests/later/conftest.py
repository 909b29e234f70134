"""Processes that end with their test, and a lead to claim for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.models import ServicePro
from leads.models import LeadSale
from tests.factories.leads import LeadSaleFactory
from tests.later.processes import OwnRedis, Site


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    """An installation on the suite's database; its processes are killed after the test."""
    site = Site(tmp_path)
    yield site
    site.stop_all()


@pytest.fixture
def own_redis(site: Site) -> OwnRedis:
    """A Redis of the test's own, which it may stop."""
    return OwnRedis(site)


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A lead that ``pro`` can claim a refund on."""
    return LeadSaleFactory.create(pro=pro_company)
