"""A status that was noted is said at the lead itself, and what follows of it."""

from django.test import Client

from accounts.models import ServicePro, User
from leads.models import LeadSale
from tests.factories import refunds as life
from tests.factories.leads import LeadSaleFactory
from tests.pages.browser import text_of

GIVE_BACK = "They hired me after all: give this credit back"
HTMX = {"HX-Request": "true", "HX-Target": "lead-results"}


def noted(client: Client, sale: LeadSale, status: str, *, query: str = "") -> str:
    """Note a status, and return the list that is shown then."""
    answer = client.post(f"/leads/{sale.uuid}/status/?{query}", {"status": status})
    return text_of(client.get(answer["Location"]))


def test_status_is_said_in_the_row_and_once(sale: LeadSale, pro_client: Client) -> None:
    page = noted(pro_client, sale, "won")

    row = page[page.index(f'<tr id="lead-{sale.uuid}">') :]
    said = f"Lead {sale.lead.reference} is noted as “Won”."
    assert f'<p class="notice success" role="status">{said}</p>' in row
    assert page.count(said) == 1
    assert said not in text_of(pro_client.get("/leads/"))


def test_lead_that_the_filter_hides_now_is_spoken_of_above(
    sale: LeadSale, pro_client: Client
) -> None:
    page = noted(pro_client, sale, "won", query="status=new")

    assert f"Lead {sale.lead.reference} is noted as “Won”." in page
    assert f'<tr id="lead-{sale.uuid}">' not in page


def test_choice_is_kept_in_place(sale: LeadSale, pro_client: Client) -> None:
    answer = pro_client.post(f"/leads/{sale.uuid}/status/", {"status": "won"}, headers=HTMX)
    part = text_of(pro_client.get(answer["Location"], headers=HTMX))

    assert f"Lead {sale.lead.reference} is noted as “Won”." in part
    assert "<html" not in part
    refund = {"status": "request_refund"}
    leads_on = pro_client.post(f"/leads/{sale.uuid}/status/", refund, headers=HTMX)
    assert leads_on["HX-Redirect"] == f"/leads/{sale.uuid}/refund/"


def test_credited_lead_that_was_won_can_be_given_back(
    sale: LeadSale, pro: User, agent: User, pro_client: Client
) -> None:
    request = life.approved(sale, pro, agent)

    assert GIVE_BACK not in noted(pro_client, sale, "lost")
    assert f'href="/requests/{request.reference}/give-back/">{GIVE_BACK}' in noted(
        pro_client, sale, "won"
    )


def test_credit_of_a_contact_that_was_never_given_is_not_given_back(
    pro_company: ServicePro, pro: User, agent: User, pro_client: Client
) -> None:
    sale = LeadSaleFactory.create(pro=pro_company, held=True, contact_revealed_at=None)
    request = life.approved(sale, pro, agent)

    assert GIVE_BACK not in noted(pro_client, sale, "won")
    assert GIVE_BACK not in text_of(pro_client.get(f"/requests/{request.reference}/"))


def test_all_is_offered_where_something_is_hidden(sale: LeadSale, pro_client: Client) -> None:
    assert "Show all" not in text_of(pro_client.get("/leads/"))
    assert "Show all" in text_of(pro_client.get("/leads/?status=new"))
