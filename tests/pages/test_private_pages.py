"""What is shown to somebody who is signed in is kept by no browser and no proxy."""

import pytest
from django.test import Client

from leads.models import LeadSale

pytestmark = pytest.mark.covers("P3", "L22")


@pytest.mark.parametrize(
    "address",
    [
        "/leads/",
        "/leads/refundable/",
        "/requests/",
        "/requests/csv/template.csv",
        "/transactions/",
        "/transactions.csv",
        "/account/",
        "/no-such-page/",
    ],
)
def test_page_of_a_signed_in_person_is_kept_nowhere(
    sale: LeadSale, pro_client: Client, address: str
) -> None:
    assert pro_client.get(address)["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_page_for_everybody_may_be_kept() -> None:
    assert "Cache-Control" not in Client().get("/healthz")


def test_answer_to_back_is_the_whole_page(sale: LeadSale, pro_client: Client) -> None:
    """Nothing is kept that a script could draw, so Back asks for it anew."""
    asked = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    for address in ("/leads/", "/transactions/", "/requests/"):
        whole = pro_client.get(address, headers=asked).content.decode()
        piece = pro_client.get(address, headers={"HX-Request": "true"}).content.decode()
        assert "</html>" in whole
        assert "</html>" not in piece
