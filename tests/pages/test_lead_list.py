"""My leads: until when each can be refunded, and the same number of queries for any number."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import ServicePro, User
from leads.models import Contact, Lead, LeadSale
from leads.phones import written
from refunds.models import DeclaredEvent
from refunds.policy.document import load_preset
from tests.factories import refunds as life
from tests.factories.accounts import MembershipFactory, ProgramFactory, ServiceProFactory
from tests.factories.leads import CategoryFactory, LeadFactory, LeadSaleFactory
from tests.factories.refunds import PolicyVersionFactory

NOON = datetime(2026, 3, 5, 17, tzinfo=UTC)  # in New York
SOLD = datetime(2026, 3, 2, 15, tzinfo=UTC)
QUERIES = 8

SignIn = Callable[[User], Client]


def test_open_window_says_until_when_and_offers_the_refund(
    sale: LeadSale, pro: User, signed_in: SignIn
) -> None:
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=SOLD)
    with time_machine.travel(NOON, tick=False):
        page = signed_in(pro).get("/leads/")
    assert "Refundable until Sat 7 Mar 2026, 23:59 EST (2 days left)" in page.content.decode()
    assert f'href="/leads/{sale.uuid}/refund/"' in page.content.decode()


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 3, 8, 0, 30, tzinfo=UTC), "(4 hours left)"),
        (datetime(2026, 3, 8, 4, 59, 59, tzinfo=UTC), "(less than an hour left)"),
        (datetime(2026, 3, 8, 5, 0, tzinfo=UTC), "Closed since Sat 7 Mar 2026, 23:59 EST"),
    ],
)
def test_last_day_counts_to_the_last_second(
    sale: LeadSale, pro: User, signed_in: SignIn, now: datetime, words: str
) -> None:
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=SOLD)
    with time_machine.travel(now, tick=False):
        page = signed_in(pro).get("/leads/").content.decode()
    assert words in page
    assert (f"/leads/{sale.uuid}/refund/" in page) == ("left" in words)


@pytest.mark.covers("L6")
def test_closed_lead_says_where_to_ask_for_an_exception(
    sale: LeadSale, pro: User, signed_in: SignIn
) -> None:
    open_page = signed_in(pro).get("/leads/").content.decode()
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=SOLD)
    page = signed_in(pro).get("/leads/").content.decode()
    assert f'href="/leads/{sale.uuid}/exception/">Ask for an exception' in page
    assert "/exception/" not in open_page


def test_window_that_counts_from_the_job_shows_its_date(manager: User, signed_in: SignIn) -> None:
    program = ProgramFactory.create(
        code="pro360",
        time_zone="Asia/Taipei",
        currency="TWD",
        currency_decimals=0,
        country="TW",
    )
    company = ServiceProFactory.create(program=program, account_manager=manager)
    owner = MembershipFactory.create(pro=company).user
    PolicyVersionFactory.create(program=program)
    lead = LeadFactory.create(program=program, job_date=date(2026, 3, 1))
    sold = LeadSaleFactory.create(pro=company, lead=lead, sold_at=SOLD, price_cents=100)
    with time_machine.travel(NOON, tick=False):
        page = signed_in(owner).get("/leads/").content.decode()
        claim = signed_in(owner).get(f"/leads/{sold.uuid}/refund/").content.decode()
    assert "Job on Sun 1 Mar 2026" in page
    assert "Refundable until Tue 31 Mar 2026, 23:59 Taipei time" in page
    assert "Sun 1 Mar 2026" in claim


@pytest.mark.covers("L6")
def test_declared_event_makes_the_window_longer_and_the_row_says_so(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn
) -> None:
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=SOLD)
    DeclaredEvent.objects.create(
        program=sale.lead.program,
        name="Hurricane Ida",
        cause="hurricane",
        postal_codes=["303*"],
        starts_on=date(2026, 3, 4),
        ends_on=date(2026, 3, 5),
        declared_by=agent,
        declared_at=SOLD,
    )
    with time_machine.travel(datetime(2026, 3, 9, 17, tzinfo=UTC), tick=False):
        page = signed_in(pro).get("/leads/").content.decode()
        hidden = signed_in(pro).get("/leads/?when=today").content.decode()
    assert "Refundable until Mon 9 Mar 2026, 23:59 EDT (10 hours left)" in page
    assert "Extended from Sat 7 Mar 2026, 23:59 EST because of Hurricane Ida." in page
    assert "This filter hides 1 lead that can still be refunded." in hidden


def test_version_in_force_at_the_sale_gives_the_window(
    sale: LeadSale, pro: User, signed_in: SignIn
) -> None:
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=SOLD)
    document = load_preset("conxpros").model_dump(mode="json")
    PolicyVersionFactory.create(
        program=sale.lead.program,
        document={**document, "window": {"kind": "calendar_days", "days": 1}},
        effective_from=SOLD + timedelta(hours=1),
    )
    with time_machine.travel(NOON, tick=False):
        page = signed_in(pro).get("/leads/").content.decode()
    assert "Refundable until Sat 7 Mar 2026" in page


def test_live_request_is_named_instead(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn
) -> None:
    request = life.declined(sale, pro, agent)
    page = signed_in(pro).get("/leads/").content.decode()
    assert f'href="/requests/{request.reference}/"' in page
    assert "Declined" in page
    assert "Request a refund" not in page


def test_credited_lead_says_how_much(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn
) -> None:
    life.approved(sale, pro, agent)
    assert "$50.00 credited:" in signed_in(pro).get("/leads/").content.decode()


def test_lead_credited_without_a_live_request_offers_no_refund(
    sale: LeadSale, pro: User, signed_in: SignIn
) -> None:
    LeadSale.objects.filter(pk=sale.pk).update(credited_cents=sale.price_cents)
    page = signed_in(pro).get("/leads/").content.decode()
    assert "Its price was given back." in page
    assert "Credited" in page
    assert "Request a refund" not in page


def test_lead_credited_in_part_can_still_be_refunded(
    sale: LeadSale, pro: User, signed_in: SignIn
) -> None:
    LeadSale.objects.filter(pk=sale.pk).update(credited_cents=sale.price_cents - 1)
    page = signed_in(pro).get("/leads/").content.decode()
    assert "Its price was given back." not in page
    assert "Request a refund" in page


def test_withdrawn_request_leaves_the_lead_refundable(
    sale: LeadSale, pro: User, signed_in: SignIn
) -> None:
    life.withdrawn(sale, pro)
    assert "Request a refund" in signed_in(pro).get("/leads/").content.decode()


@pytest.mark.covers("P3", "P4", "X29")
@pytest.mark.parametrize("page", ["/leads/", "/leads/{uuid}/refund/", "/leads/{uuid}/contact-log/"])
def test_contact_not_revealed_stays_hidden(
    page: str, sale: LeadSale, pro: User, signed_in: SignIn
) -> None:
    Contact.objects.update(name="Zelda Quayle", do_not_call_at=NOON, phone_verified_at=NOON)
    Lead.objects.update(contact_name="Zelda Quayle", street="77 Quince Alley")
    lead = Lead.objects.select_related("contact").get()
    address = page.format(uuid=sale.uuid)
    shown = signed_in(pro).get(address).content.decode()
    LeadSale.objects.update(contact_revealed_at=None)
    hidden = signed_in(pro).get(address).content.decode()

    for detail in ("Zelda Quayle", written(lead.contact.phone, country="US"), lead.contact.email):
        assert detail in shown
        assert detail not in hidden
    for detail in ("77 Quince Alley", "Do not call", "Phone verified", "tel:", "mailto:contact"):
        assert detail not in hidden
    if page == "/leads/":
        assert "You get the details once they reply." in hidden
    assert "You get the details once they reply." not in shown


@pytest.mark.covers("P3", "X29")
@pytest.mark.parametrize("page", ["/requests/", "/requests/{reference}/"])
def test_request_does_not_name_a_contact_whom_the_pro_never_got(
    page: str, sale: LeadSale, pro: User, signed_in: SignIn
) -> None:
    Lead.objects.update(contact_name="Zelda Quayle")
    address = page.format(reference=life.investigating(sale, pro).reference)
    shown = signed_in(pro).get(address).content.decode()
    LeadSale.objects.update(contact_revealed_at=None)
    hidden = signed_in(pro).get(address).content.decode()

    assert "Zelda Quayle" in shown
    assert "Zelda Quayle" not in hidden
    assert "contact not shown to you" in hidden


def test_leads_of_others_are_not_listed(
    sale: LeadSale, other_pro: User, stranger: User, signed_in: SignIn
) -> None:
    page = signed_in(other_pro).get("/leads/")
    assert sale.lead.reference not in page.content.decode()
    assert "No leads yet." in page.content.decode()
    assert signed_in(stranger).get("/leads/").status_code == 403


@pytest.mark.parametrize("number", [1, 3, 50])
def test_number_of_leads_costs_no_query(
    pro_company: ServicePro,
    pro: User,
    signed_in: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    PolicyVersionFactory.create(program=pro_company.program)
    LeadSaleFactory.create_batch(number, pro=pro_company, price_cents=100)
    client = signed_in(pro)
    with django_assert_num_queries(QUERIES):
        page = client.get("/leads/")
    assert page.content.decode().count("Request a refund") == number


def test_second_page_goes_on_after_the_first(
    pro_company: ServicePro, pro: User, signed_in: SignIn
) -> None:
    PolicyVersionFactory.create(program=pro_company.program)
    sold = LeadSaleFactory.create_batch(52, pro=pro_company, price_cents=100)
    client = signed_in(pro)
    first = client.get("/leads/?status=new")
    second = client.get(f"/leads/{first.context['next_page']}")
    shown = [lead.reference for page in (first, second) for lead in page.context["rows"]]
    assert len(first.context["rows"]) == 50
    assert sorted(shown) == sorted(sale.lead.reference for sale in sold)
    assert second.context["next_page"] == ""
    assert "status=new" in first.context["next_page"]


def test_filter_hides_and_says_how_many(
    pro_company: ServicePro, pro: User, signed_in: SignIn
) -> None:
    program = pro_company.program
    PolicyVersionFactory.create(program=program)
    gutters = CategoryFactory.create(program=program, code="gutters")
    wanted = LeadSaleFactory.create(
        pro=pro_company, lead=LeadFactory.create(program=program, category=gutters)
    )
    hidden = LeadSaleFactory.create(pro=pro_company)
    closed = LeadSaleFactory.create(
        pro=pro_company, sold_at=timezone.now() - timedelta(days=30), price_cents=100
    )
    page = signed_in(pro).get("/leads/?category=gutters")
    text = page.content.decode()
    assert [lead.reference for lead in page.context["rows"]] == [wanted.lead.reference]
    assert hidden.lead.reference not in text
    assert closed.lead.reference not in text
    assert "This filter hides 1 lead that can still be refunded." in " ".join(text.split())


def test_filter_that_is_wrong_in_part_says_what_the_rest_hides(
    pro_company: ServicePro, pro: User, signed_in: SignIn
) -> None:
    PolicyVersionFactory.create(program=pro_company.program)
    LeadSaleFactory.create(
        pro=pro_company, sold_at=timezone.now() - timedelta(days=2), price_cents=100
    )
    page = signed_in(pro).get("/leads/?when=today&status=bogus")
    text = " ".join(page.content.decode().split())
    assert page.context["rows"] == []
    assert page.context["is_filtered"]
    assert "This filter hides 1 lead that can still be refunded." in text
    assert "No lead fits this filter." in text


@pytest.mark.parametrize(
    ("window", "shown"), [("today", {"a"}), ("week", {"a", "b", "c"}), ("month", {"a", "c"})]
)
def test_date_windows_are_the_programs_days(
    pro_company: ServicePro, pro: User, signed_in: SignIn, window: str, shown: set[str]
) -> None:
    PolicyVersionFactory.create(program=pro_company.program)
    # In New York: the 5th at 00:30, the 27th of February, and the 1st at 00:00.
    for name, at in {
        "a": datetime(2026, 3, 5, 5, 30, tzinfo=UTC),
        "b": datetime(2026, 2, 27, 15, tzinfo=UTC),
        "c": datetime(2026, 3, 1, 5, 0, tzinfo=UTC),
    }.items():
        lead = LeadFactory.create(program=pro_company.program, reference=name)
        LeadSaleFactory.create(pro=pro_company, lead=lead, sold_at=at, price_cents=100)

    with time_machine.travel(NOON, tick=False):
        page = signed_in(pro).get(f"/leads/?when={window}")
    assert {lead.reference for lead in page.context["rows"]} == shown


@pytest.mark.parametrize("query", ["status=junk", "since=junk", "when=junk", "after=junk"])
def test_unreadable_query_shows_the_page(
    sale: LeadSale, pro: User, signed_in: SignIn, query: str
) -> None:
    page = signed_in(pro).get(f"/leads/?{query}")
    assert page.status_code == 200
    assert sale.lead.reference in page.content.decode()


def test_filter_without_a_match_says_so(sale: LeadSale, pro: User, signed_in: SignIn) -> None:
    page = signed_in(pro).get("/leads/?status=won").content.decode()
    assert "No lead fits this filter." in page
