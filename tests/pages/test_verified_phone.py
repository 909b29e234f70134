"""A phone that was verified says so wherever it stands, and what to try if nobody picks up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import ServicePro, User
from leads.models import Contact, LeadSale
from tests.factories.accounts import MembershipFactory
from tests.factories.quotes import quotes, teacher
from tests.pages.browser import text_of

SENT = datetime(2026, 3, 2, 2, tzinfo=UTC)
PAGES = ("/leads/", "/leads/{uuid}/contact-log/", "/leads/{uuid}/refund/")


@pytest.fixture
def company(manager: User) -> ServicePro:
    """A pro of the program of quotes."""
    return teacher(manager)


@pytest.fixture
def quoted(company: ServicePro) -> LeadSale:
    """A sale of a lead whose phone was verified."""
    [sale] = quotes(1, company, sent_at=SENT)
    Contact.objects.update(phone_verified_at=SENT - timedelta(minutes=1))
    return sale


@pytest.fixture
def reader(company: ServicePro, signed_in: Callable[[User], Client]) -> Client:
    """The browser of the pro's user."""
    return signed_in(MembershipFactory.create(pro=company).user)


def read(reader: Client, sale: LeadSale, page: str) -> str:
    with time_machine.travel(SENT + timedelta(days=1), tick=False):
        return text_of(reader.get(page.format(uuid=sale.uuid)))


@pytest.mark.covers("P9")
@pytest.mark.parametrize("page", PAGES)
def test_a_verified_phone_says_so(reader: Client, quoted: LeadSale, page: str) -> None:
    shown = read(reader, quoted, page)
    Contact.objects.update(phone_verified_at=None)

    assert shown.count("Phone verified") == 1
    assert "Phone verified" not in read(reader, quoted, page)


@pytest.mark.covers("P9")
@pytest.mark.parametrize("page", PAGES)
def test_a_contact_that_is_hidden_says_nothing_of_its_phone(
    reader: Client, quoted: LeadSale, page: str
) -> None:
    LeadSale.objects.update(contact_revealed_at=None)

    assert "Phone verified" not in read(reader, quoted, page)


@pytest.mark.covers("P9")
def test_the_claim_points_to_e_mail_and_messages(reader: Client, quoted: LeadSale) -> None:
    page = read(reader, quoted, "/leads/{uuid}/refund/details/?reason=wrong_contact_info")

    assert "If nobody picks up, try e-mail or a message before you report the case." in page
