"""Addresses that take forms alone: whoever opens one by itself is led to the page of its form."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from leads.models import LeadSale
from tests.pages.browser import text_of
from tests.snapshots import everything

SignIn = Callable[[User], Client]


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/requests/csv/send/", "/requests/csv/"),
        ("/leads/{sale}/refund/save/", "/leads/{sale}/refund/details/"),
        ("/leads/{sale}/refund/files/", "/leads/{sale}/refund/details/"),
        ("/leads/{sale}/refund/files/{sale}/remove/", "/leads/{sale}/refund/details/"),
    ],
)
def test_pros_address_leads_to_the_page_of_its_form(
    sale: LeadSale, pro_client: Client, address: str, page: str
) -> None:
    before = everything()

    answer = pro_client.get(address.format(sale=sale.uuid))

    assert answer.headers["Location"] == page.format(sale=sale.uuid)
    assert everything() == before


def test_desks_addresses_lead_to_the_case(manager: User, signed_in: SignIn) -> None:
    desk = signed_in(manager)
    exception = f"/desk/exceptions/{uuid4()}/"

    for page, steps in (
        ("/desk/appeals/RF-ABCD2345/", ("uphold", "overturn")),
        (exception, ("grant", "refuse")),
    ):
        for step in steps:
            assert desk.get(f"{page}{step}/").headers["Location"] == page


def test_language_can_be_chosen_where_a_file_was_refused(
    sale: LeadSale, pro_client: Client
) -> None:
    refused = pro_client.post("/requests/csv/send/", {"prepared": "changed"})
    assert refused.status_code == 422
    assert 'name="next" value="/requests/csv/send/"' in text_of(refused)

    chosen = {"language": "zh-hant", "next": "/requests/csv/send/"}
    page = pro_client.post("/language/", chosen, follow=True)

    assert page.redirect_chain[-1] == ("/requests/csv/", 302)
    assert page.status_code == 200
    assert 'lang="zh-hant"' in text_of(page)


def test_address_without_a_page_says_so_in_the_portals_look(
    sale: LeadSale, pro_client: Client
) -> None:
    page = pro_client.get(f"/leads/{sale.uuid}/status/")

    assert page.status_code == 405
    assert page.headers["Allow"] == "POST"
    assert "This address has no page" in text_of(page)
    assert "Refund status" in text_of(page)
