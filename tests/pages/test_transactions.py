"""Transactions: every amount names what it was for, whatever their number."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import formats
from accounts.models import LedgerAccount, ServicePro, User
from leads.models import LeadSale
from leads.services import quotes
from tests.factories import refunds as life
from tests.factories.accounts import ServiceProFactory, fund
from tests.factories.leads import LeadSaleFactory, QuoteFactory
from tests.pages.browser import text_of

SignIn = Callable[[User], Client]
QUERIES = 8


@pytest.mark.covers("L19")
def test_credit_names_its_lead_and_request(
    sale: LeadSale, pro: User, agent: User, pro_client: Client
) -> None:
    request = life.approved(sale, pro, agent)
    page = pro_client.get("/transactions/")
    [credit, top_up, charge] = page.context["rows"]
    lead = f"{sale.lead.reference}, bought {formats.day_of(sale.sold_at, sale.lead.program)}"
    assert (credit.words, credit.amount) == (f"Credit for lead {lead}", "+$50.00")
    assert credit.request_reference == request.reference
    assert (top_up.words, top_up.amount) == ("Top-up", "+$1,000.00")
    assert (charge.words, charge.amount) == (f"Lead {lead}", "−$50.00")
    assert f'href="/requests/{request.reference}/"' in text_of(page)


def test_credit_taken_back_names_its_request(
    sale: LeadSale, pro: User, agent: User, pro_client: Client
) -> None:
    request = life.reversed_(sale, pro, agent)
    newest = pro_client.get("/transactions/").context["rows"][0]
    bought = formats.day_of(sale.sold_at, sale.lead.program)
    assert newest.words == f"Credit taken back for lead {sale.lead.reference}, bought {bought}"
    assert (newest.amount, newest.request_reference) == ("−$50.00", request.reference)


@pytest.mark.covers("P4", "X28")
def test_held_fee_is_told_apart_from_one_that_was_paid(
    pro_company: ServicePro, pro_client: Client
) -> None:
    paid, kept = LeadSaleFactory.create_batch(2, pro=pro_company, held=True)
    QuoteFactory.create(sale=paid, sent_at=paid.sold_at)
    quotes.mark_replied(sale_uuid=paid.uuid, at=timezone.now())

    page = pro_client.get("/transactions/")

    bought = formats.day_of(paid.sold_at, paid.lead.program)
    capture, *others = page.context["rows"]
    assert capture.words == (
        f"Held fee paid for lead {paid.lead.reference}, bought {bought}: the customer replied"
    )
    assert (capture.amount, capture.bucket) == ("—", "Held fees")
    assert capture.note == "It was taken from your balance when it was held."
    assert capture.balance == others[0].balance == "$900.00"
    held = f"Fee held for lead {kept.lead.reference}, bought {bought}, until the customer replies"
    assert ("−$50.00", "Paid funds") in [
        (row.amount, row.bucket) for row in others if row.words == held
    ]
    balance = page.context["balance"]
    assert balance.total == "$900.00"
    assert balance.buckets == [
        ("Paid funds", "$900.00"),
        ("Bonus funds", "$0.00"),
        ("Held fees", "$50.00"),
    ]


@pytest.mark.covers("P2", "X28")
def test_released_fee_names_its_lead_and_request(
    pro_company: ServicePro, pro: User, agent: User, pro_client: Client
) -> None:
    sale = LeadSaleFactory.create(pro=pro_company, held=True)
    request = life.approved(sale, pro, agent)

    release = pro_client.get("/transactions/").context["rows"][0]

    bought = formats.day_of(sale.sold_at, sale.lead.program)
    assert release.words == f"Held fee given back for lead {sale.lead.reference}, bought {bought}"
    assert (release.amount, release.bucket) == ("+$50.00", "Paid funds")
    assert release.request_reference == request.reference


def test_balance_is_shown_by_bucket(
    pro_company: ServicePro, pro_client: Client, sale: LeadSale
) -> None:
    fund(pro_company, LedgerAccount.Kind.BONUS, 2500)
    balance = pro_client.get("/transactions/").context["balance"]
    assert balance.total == "$975.00"
    assert balance.buckets == [("Paid funds", "$950.00"), ("Bonus funds", "$25.00")]


def test_money_of_others_is_not_shown(
    sale: LeadSale, other_pro: User, stranger: User, signed_in: SignIn
) -> None:
    ServiceProFactory.create(program=sale.lead.program)
    assert len(signed_in(other_pro).get("/transactions/").context["rows"]) == 1
    assert signed_in(stranger).get("/transactions/").status_code == 403


@pytest.mark.parametrize("kind", ["", "corrections"])
@pytest.mark.parametrize("number", [3, 50])
def test_number_of_transfers_costs_no_query(
    reversed_sales: Callable[[int], None],
    pro_client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
    kind: str,
) -> None:
    reversed_sales(number)
    with django_assert_num_queries(QUERIES):
        page = pro_client.get("/transactions/", {"kind": kind})
    assert len(page.context["rows"]) == min(number if kind else 1 + 3 * number, 50)


@pytest.fixture
def reversed_sales(pro_company: ServicePro, pro: User, agent: User) -> Callable[[int], None]:
    """Make sales that were charged, credited and taken back."""

    def make(number: int) -> None:
        for sold in LeadSaleFactory.create_batch(number, pro=pro_company):
            life.reversed_(sold, pro, agent)

    return make


def test_second_page_goes_on_after_the_first(pro_company: ServicePro, pro_client: Client) -> None:
    LeadSaleFactory.create_batch(51, pro=pro_company, price_cents=100)
    first = pro_client.get("/transactions/")
    second = pro_client.get(f"/transactions/{first.context['next_page']}")
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 2)
    words = {row.words for page in (first, second) for row in page.context["rows"]}
    assert len(words) == 52
