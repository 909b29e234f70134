"""A status that was noted is said at the lead itself, and what follows of it."""

from django.test import Client

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.services import drafts
from tests.factories import refunds as life
from tests.factories.leads import LeadSaleFactory
from tests.pages.browser import text_of
from tests.snapshots import everything

GIVE_BACK = "They hired me after all: give this credit back"
HTMX = {"HX-Request": "true", "HX-Target": "lead-results"}


def noted(client: Client, sale: LeadSale, status: str, *, query: str = "") -> str:
    """Note a status, and return the list that is shown then."""
    answer = client.post(f"/leads/{sale.uuid}/status/?{query}", {"status": status})
    return text_of(client.get(answer["Location"]))


def noted_as(sale: LeadSale, status: str) -> str:
    return f"Lead {sale.lead.reference} is noted as “{status}”."


def test_status_is_said_in_the_row_and_once(sale: LeadSale, pro_client: Client) -> None:
    page = noted(pro_client, sale, "won")

    row = page[page.index(f'<tr id="lead-{sale.uuid}">') :]
    said = f"Lead {sale.lead.reference} is noted as “Won”."
    assert f'<p class="notice success" id="note-{sale.uuid}" role="status">{said}</p>' in row
    assert page.count(said) == 1
    assert said not in text_of(pro_client.get("/leads/"))


def test_lead_that_the_filter_hides_now_is_spoken_of_above(
    sale: LeadSale, pro_client: Client
) -> None:
    page = noted(pro_client, sale, "won", query="status=new")

    assert f"Lead {sale.lead.reference} is noted as “Won”." in page
    assert f'<tr id="lead-{sale.uuid}">' not in page


def test_choice_is_kept_in_place(sale: LeadSale, pro_client: Client) -> None:
    url = f"/leads/{sale.uuid}/status/?status=new"  # a filter that lets it through no more
    row = text_of(pro_client.post(url, {"status": "won"}, headers=HTMX)).strip()

    assert row.startswith(f'<tr id="lead-{sale.uuid}">')
    assert row.count("<tr") == 1
    assert f'id="note-{sale.uuid}" role="status">{noted_as(sale, "Won")}</p>' in row
    assert f'id="status-{sale.uuid}" autofocus aria-describedby="note-{sale.uuid}">' in row
    assert '<option value="won" selected>Won</option>' in row
    assert noted_as(sale, "Won") not in text_of(pro_client.get("/leads/"))
    refund = {"status": "request_refund"}
    leads_on = pro_client.post(f"/leads/{sale.uuid}/status/", refund, headers=HTMX)
    assert leads_on["HX-Redirect"] == f"/leads/{sale.uuid}/refund/"


def test_status_that_there_is_not_is_refused_in_place(sale: LeadSale, pro_client: Client) -> None:
    before = everything()
    url = f"/leads/{sale.uuid}/status/"

    row = text_of(pro_client.post(url, {"status": "bogus"}, headers=HTMX))

    assert (
        f'<p class="notice error" id="note-{sale.uuid}" role="status">'
        "Choose one of the statuses of the list.</p>"
    ) in row
    assert '<option value="new" selected>New</option>' in row
    assert everything() == before


def test_draft_is_offered_on_the_row_that_is_drawn_alone(
    sale: LeadSale, pro: User, pro_client: Client
) -> None:
    drafts.keep(sale_uuid=sale.uuid, actor=pro, reason="incorrect_contact", explanation="Nobody")

    row = text_of(pro_client.post(f"/leads/{sale.uuid}/status/", {"status": "lost"}, headers=HTMX))

    assert "Draft saved: go on" in row


def test_choice_is_kept_by_its_button_alone(sale: LeadSale, pro_client: Client) -> None:
    """A choice that saves or navigates by itself can't be read by its arrow keys (WCAG 3.2.2)."""
    page = text_of(pro_client.get("/leads/"))
    form = page[page.index('<form class="status"') :].split("</form>")[0]

    assert "hx-trigger" not in form
    assert '<button type="submit" class="second">Save<' in form


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
