"""A sale of the pro's that can be claimed, and a folder of its own for the files of drafts."""

from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import ServicePro
from leads.models import LeadSale
from tests.factories.leads import LeadSaleFactory
from tests.factories.refunds import PolicyVersionFactory


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where files are stored."""
    settings.MEDIA_ROOT = str(tmp_path / "evidence")
    (tmp_path / "evidence").mkdir()
    return tmp_path / "evidence"


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A lead sold two hours ago for 50.00."""
    PolicyVersionFactory.create(program=pro_company.program)
    return LeadSaleFactory.create(pro=pro_company)
