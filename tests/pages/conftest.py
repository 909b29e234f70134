"""What the tests of the pages share: a sale of the pro's, and a place for its evidence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import RefundRequest
from tests.factories import refunds as life
from tests.factories.leads import LeadSaleFactory
from tests.factories.refunds import PolicyVersionFactory
from tests.pages.browser import png


@pytest.fixture(autouse=True)
def evidence_folder(settings: Settings, tmp_path: Path) -> Path:
    """Keep each test's files apart, so that nothing is there but what it stored."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A lead sold two hours ago to ``pro_company`` for 50.00, under the program's policy."""
    PolicyVersionFactory.create(program=pro_company.program)
    return LeadSaleFactory.create(pro=pro_company)


@pytest.fixture
def pro_client(pro: User, signed_in: Callable[[User], Client]) -> Client:
    """The pro's browser."""
    return signed_in(pro)


@pytest.fixture
def outsiders(other_pro: User, other_manager: User, stranger: User) -> list[User]:
    """People whom the pro's requests don't concern."""
    return [other_pro, other_manager, stranger]


@pytest.fixture
def ready_for(sale: LeadSale, pro: User, agent: User) -> Callable[[str], RefundRequest]:
    """Draw a request of the pro's on which a step can be taken."""

    def draw(step: str) -> RefundRequest:
        if step == "reply":
            return life.awaiting_pro(sale, pro, agent)
        if step == "appeal":
            return life.declined(sale, pro, agent)
        return life.investigating(sale, pro)

    return draw


@pytest.fixture
def picture() -> SimpleUploadedFile:
    """A small picture, as a browser sends it."""
    return SimpleUploadedFile("call log.png", png(), content_type="image/png")
