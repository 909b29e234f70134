"""The balance stands on every page, and a credit is in it at once."""

import pytest
from django.test import Client

from accounts.models import User
from leads.models import LeadSale
from tests.factories import refunds as life
from tests.pages.browser import text_of

ACTIVE = '<span class="tag good">Active</span>'
PAGES = ("/leads/", "/requests/", "/transactions/", "/leads/{uuid}/contact-log/")


@pytest.mark.covers("C7", "L20")
@pytest.mark.parametrize("page", PAGES)
def test_a_credit_raises_the_balance_on_every_page(
    sale: LeadSale, pro: User, agent: User, pro_client: Client, page: str
) -> None:
    url = page.format(uuid=sale.uuid)
    before = text_of(pro_client.get(url))

    life.approved(sale, pro, agent)

    after = text_of(pro_client.get(url))
    assert f"<strong>$950.00</strong> {ACTIVE}" in before
    assert f"<strong>$1,000.00</strong> {ACTIVE}" in after


@pytest.mark.covers("L20")
def test_a_refusal_leaves_the_balance_as_it_was(
    sale: LeadSale, pro: User, agent: User, pro_client: Client
) -> None:
    life.declined(sale, pro, agent)

    assert f"<strong>$950.00</strong> {ACTIVE}" in text_of(pro_client.get("/requests/"))
