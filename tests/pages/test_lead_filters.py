"""What the filter of My leads finds, what it says of a bad value, and what it counts as hidden."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import ServicePro, User
from leads.models import Contact, Lead, LeadSale
from refunds.models import ExceptionRequest
from tests.factories import refunds as life
from tests.factories.accounts import MembershipFactory, ServiceProFactory
from tests.factories.leads import CampaignFactory, LeadFactory, LeadSaleFactory
from tests.factories.refunds import PolicyVersionFactory
from tests.pages.browser import text_of

SignIn = Callable[[User], Client]
NOON = datetime(2026, 3, 5, 17, tzinfo=UTC)  # in New York


def found(client: Client, **query: str) -> set[str]:
    rows = client.get("/leads/", query).context["rows"]
    return {lead.reference for lead in rows}


@pytest.fixture
def known(sale: LeadSale) -> LeadSale:
    """The sale, with a contact whose name, phone and lead number are known."""
    Contact.objects.update(phone="+14045550142")
    Lead.objects.update(contact_name="Zelda Quayle", reference="H-20418")
    return sale


@pytest.mark.parametrize(
    "text",
    [
        "H-20418",
        "h-204",
        "quayle",
        "Zelda Q",
        "(404) 555-0142",
        "404.555.0142",
        "+1 404 555 0142",
        "0142",
        "４０４５５５０１４２",
    ],
)
def test_text_finds_by_number_name_and_phone_in_any_writing(
    known: LeadSale, pro_company: ServicePro, pro_client: Client, text: str
) -> None:
    LeadSaleFactory.create(pro=pro_company, lead__contact__phone="+14705559999")
    assert found(pro_client, q=text) == {"H-20418"}


@pytest.mark.parametrize("text", ["Smith", "(404) 555-0199", "9999", "%", "_", "\\"])
def test_text_that_fits_nothing_finds_nothing(
    known: LeadSale, pro_client: Client, text: str
) -> None:
    assert found(pro_client, q=text) == set()


def test_whole_phone_also_finds_a_lead_that_has_it_for_its_number(
    known: LeadSale, pro_client: Client
) -> None:
    Lead.objects.update(reference="4045550177")
    assert found(pro_client, q="4045550177") == {"4045550177"}


@pytest.mark.covers("P3", "P4", "X29")
@pytest.mark.parametrize("text", ["quayle", "(404) 555-0142", "0142"])
def test_contact_who_was_not_revealed_is_not_found(
    known: LeadSale, pro_client: Client, text: str
) -> None:
    LeadSale.objects.update(contact_revealed_at=None)
    assert found(pro_client, q=text) == set()
    assert found(pro_client, q="H-20418") == {"H-20418"}


@pytest.mark.covers("L22")
@pytest.mark.parametrize("text", ["quayle", "(404) 555-0142", "H-20418"])
def test_lead_that_left_the_account_is_not_found(
    known: LeadSale, pro_client: Client, text: str
) -> None:
    LeadSale.objects.update(detached_at=timezone.now())
    assert found(pro_client, q=text) == set()


def test_leads_of_others_are_not_found(known: LeadSale, other_pro: User, signed_in: SignIn) -> None:
    assert found(signed_in(other_pro), q="(404) 555-0142") == set()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"since": "2026-03-01", "until": "2026-03-04"}, {"b", "c"}),
        ({"since": "2026-03-05"}, {"a"}),
        ({"until": "2026-02-28"}, {"d"}),
        ({}, {"a", "b", "c", "d"}),
    ],
)
def test_days_of_ones_own_are_both_in_it(
    pro_company: ServicePro, pro_client: Client, query: dict[str, str], shown: set[str]
) -> None:
    # In New York: the 5th at 00:00, the 4th at 23:59, the 1st at 00:00 and the second before.
    for name, at in {
        "a": datetime(2026, 3, 5, 5, 0, tzinfo=UTC),
        "b": datetime(2026, 3, 5, 4, 59, tzinfo=UTC),
        "c": datetime(2026, 3, 1, 5, 0, tzinfo=UTC),
        "d": datetime(2026, 3, 1, 4, 59, 59, tzinfo=UTC),
    }.items():
        lead = LeadFactory.create(program=pro_company.program, reference=name)
        LeadSaleFactory.create(pro=pro_company, lead=lead, sold_at=at, price_cents=100)
    assert found(pro_client, when="custom", **query) == shown


@pytest.mark.covers("A16")
def test_campaign_finds_what_any_of_its_versions_bought(
    pro_company: ServicePro, pro_client: Client
) -> None:
    for name, replaced_at in (("Main", NOON), ("Main", None), ("Solar", None)):
        campaign = CampaignFactory.create(pro=pro_company, name=name, replaced_at=replaced_at)
        LeadSaleFactory.create(pro=pro_company, campaign=campaign, price_cents=100)
    wanted = LeadSale.objects.filter(campaign__name="Main").values_list(
        "lead__reference", flat=True
    )
    assert len(wanted) == 2
    assert found(pro_client, campaign="Main") == set(wanted)


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("status=bogus", "id_status", "Choose one of the list, or all."),
        ("category=bogus", "id_category", "Choose one of the list, or all."),
        ("campaign=bogus", "id_campaign", "Choose one of the list, or all."),
        (
            "since=2026-03-05&until=2026-03-04",
            "id_until",
            "Choose a last day that is not before the first.",
        ),
        ("since=tomorrow", "id_since", "Write the day as year-month-day, such as 2026-03-31."),
    ],
)
def test_bad_value_is_told_at_its_field_and_hides_nothing(
    sale: LeadSale, pro_client: Client, query: str, field: str, sentence: str
) -> None:
    page = pro_client.get(f"/leads/?{query}")
    text = text_of(page)
    assert f'<a href="#{field}">{sentence}</a>' in text
    assert text.count(sentence) == 2
    assert f'id="{field}_error"' in text
    assert [lead.reference for lead in page.context["rows"]] == [sale.lead.reference]


def test_open_requests_that_are_hidden_are_counted(
    pro_company: ServicePro, sale: LeadSale, pro: User, agent: User, pro_client: Client
) -> None:
    life.awaiting_pro(sale, pro, agent)
    life.investigating(LeadSaleFactory.create(pro=pro_company), pro)
    life.declined(LeadSaleFactory.create(pro=pro_company), pro, agent)
    shown = LeadSaleFactory.create(pro=pro_company, status="won")
    page = pro_client.get("/leads/?status=won")
    assert [lead.reference for lead in page.context["rows"]] == [shown.lead.reference]
    assert page.context["hidden"].refundable == 0
    assert "This filter hides 2 open requests." in text_of(page)
    assert page.context["waiting"] == "1"


def test_leads_of_others_are_not_counted_as_hidden(
    sale: LeadSale, other_pro: User, pro: User, signed_in: SignIn
) -> None:
    life.investigating(sale, pro)
    page = signed_in(other_pro).get("/leads/?status=won")
    assert not page.context["hidden"]


@pytest.mark.covers("L6")
def test_exception_that_was_granted_is_counted_as_hidden(
    sale: LeadSale, agent: User, pro_client: Client
) -> None:
    LeadSale.objects.update(sold_at=timezone.now() - timedelta(days=40))
    assert pro_client.get("/leads/?status=won").context["hidden"].refundable == 0
    ExceptionRequest.objects.create(
        sale=sale,
        cause="hurricane",
        words="The office was under water.",
        asked_by=agent,
        asked_at=timezone.now(),
        granted=True,
        decided_by=agent,
        decided_at=timezone.now(),
        answer="We saw the pictures.",
        claim_until=timezone.now() + timedelta(days=1),
    )
    assert pro_client.get("/leads/?status=won").context["hidden"].refundable == 1


@pytest.mark.parametrize("number", [3, 50])
@pytest.mark.parametrize(
    "query", ["status=new", "when=week&status=new&q=L-", "q=4045550142", "status=won"]
)
def test_filtered_page_asks_eight_times_at_most(
    pro_company: ServicePro,
    pro_client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    query: str,
    number: int,
) -> None:
    PolicyVersionFactory.create(program=pro_company.program)
    LeadSaleFactory.create_batch(number, pro=pro_company, price_cents=100)
    with django_assert_num_queries(8):
        pro_client.get(f"/leads/?{query}")


def test_leads_of_two_companies_come_in_one_order(
    pro_company: ServicePro, pro: User, pro_client: Client
) -> None:
    second = ServiceProFactory.create(program=pro_company.program)
    MembershipFactory.create(pro=second, user=pro)
    with time_machine.travel(NOON, tick=False):
        sales = [
            LeadSaleFactory.create(
                pro=company, sold_at=NOON - timedelta(hours=hours), price_cents=100
            )
            for hours, company in enumerate([pro_company, second] * 30)
        ]
        first = pro_client.get("/leads/")
        rest = pro_client.get(f"/leads/{first.context['next_page']}")
    shown = [lead.reference for page in (first, rest) for lead in page.context["rows"]]
    assert shown == [sale.lead.reference for sale in sales]


def test_htmx_gets_the_list_alone_and_the_filter_where_it_is_wrong(
    sale: LeadSale, pro_client: Client
) -> None:
    asks = {"HX-Request": "true", "HX-Target": "lead-results"}
    fragment = pro_client.get("/leads/?status=new", headers=asks)
    wrong = pro_client.get("/leads/?status=bogus", headers=asks)
    assert "<html" not in fragment.content.decode()
    assert 'name="status" id="id_status"' not in text_of(fragment)
    assert sale.lead.reference in text_of(fragment)
    assert "HX-Retarget" not in fragment.headers
    assert wrong.headers["HX-Retarget"] == "#lead-page"
    assert "Choose one of the list, or all." in text_of(wrong)
    assert "HX-Request" in fragment.headers["Vary"]


def test_links_lead_to_what_is_hidden(sale: LeadSale, pro: User, pro_client: Client) -> None:
    refundable = '<a class="block" href="/leads/refundable/">Show what can be refunded</a>'
    requests = '<a class="block" href="/requests/">Show the requests</a>'

    page = text_of(pro_client.get("/leads/?status=won"))
    assert (refundable in page, requests in page) == (True, False)

    life.investigating(sale, pro)
    page = text_of(pro_client.get("/leads/?status=won"))
    assert (refundable in page, requests in page) == (False, True)
    assert '<a class="block" href="/leads/">Show all leads</a>' in page
