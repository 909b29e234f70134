"""My leads shows leads first: its filters are folded away until one of them is used."""

import pytest
from django.test import Client

from leads.models import LeadSale
from tests.pages.browser import text_of


@pytest.mark.parametrize(
    ("query", "is_open"),
    [
        ("", False),
        ("?q=boone", False),
        ("?status=", False),
        ("?status=lost", True),
        ("?when=custom", True),
        ("?q=boone&category=roofing", True),
        ("?since=soon", True),
    ],
)
def test_filters_are_open_where_one_is_used(
    query: str, is_open: bool, sale: LeadSale, pro_client: Client
) -> None:
    page = text_of(pro_client.get(f"/leads/{query}"))

    assert page.count('<details class="more" open>') == int(is_open)
    assert page.count('<details class="more" >') == int(not is_open)
    before, _, folded = page.partition('<details class="more"')
    assert 'id="id_q"' in before
    assert 'id="id_status"' in folded
