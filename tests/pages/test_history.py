"""A refunded lead that left the account: what is kept of it, and what the pro reads no more."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from leads.models import LeadSale
from refunds.models import RefundRequest
from tests.pages.browser import text_of
from tests.refunds import credits

SECRETS = ("Petronella", "+14045550199", "petronella.quill@example.com", "77 Quince Alley")


@pytest.fixture
def refunded(manager: User, agent: User) -> RefundRequest:
    """A request of the program whose refunded leads leave the account."""
    program = credits.program_of("legalplan")
    sale = credits.sold(credits.contact_of(program), credits.pro_of(program, manager))
    return credits.approved(credits.claimed(sale, "mailbox_full"), agent)


@pytest.fixture
def reader(refunded: RefundRequest, signed_in: Callable[[User], Client]) -> Client:
    """The browser of the pro's user."""
    return signed_in(credits.user_of(refunded.pro))


@pytest.mark.covers("L22", "X21")
def test_the_lead_is_in_no_list_and_in_the_history(refunded: RefundRequest, reader: Client) -> None:
    lead = LeadSale.objects.get(pk=refunded.sale_id).lead.reference

    assert lead not in text_of(reader.get("/leads/"))
    for tab in ("needs_you", "open"):
        assert refunded.reference not in text_of(reader.get(f"/requests/?tab={tab}"))
    history = text_of(reader.get("/requests/?tab=decided"))
    for kept in (refunded.reference, lead, "Approved"):
        assert kept in history


@pytest.mark.covers("L19", "X21")
def test_the_request_keeps_its_number_lead_and_amount(
    refunded: RefundRequest, reader: Client
) -> None:
    lead = LeadSale.objects.get(pk=refunded.sale_id).lead.reference

    page = text_of(reader.get(f"/requests/{refunded.reference}/"))
    transactions = text_of(reader.get("/transactions/"))

    for kept in (refunded.reference, lead, "$50.00"):
        assert kept in page
        assert kept in transactions


@pytest.mark.covers("L22", "X21")
@pytest.mark.parametrize(
    "address", ["/leads/", "/requests/?tab=decided", "/requests/{reference}/", "/transactions/"]
)
def test_nothing_of_the_contact_is_read_any_more(
    refunded: RefundRequest, reader: Client, address: str
) -> None:
    page = text_of(reader.get(address.format(reference=refunded.reference)))

    assert [secret for secret in SECRETS if secret in page] == []
