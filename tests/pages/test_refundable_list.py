"""Request refund lists exactly what can be claimed now, what closes first first (L1 to L5)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import DeclaredEvent, ExceptionRequest
from tests.factories import refunds as life
from tests.factories.accounts import MembershipFactory, ProgramFactory, ServiceProFactory
from tests.factories.leads import LeadFactory, LeadSaleFactory
from tests.factories.refunds import PolicyVersionFactory
from tests.pages.browser import text_of

SignIn = Callable[[User], Client]

NOW = datetime(2026, 3, 11, 15, tzinfo=UTC)  # 11:00 in New York
WINDOW = timedelta(hours=120)


@pytest.fixture
def company(manager: User) -> ServicePro:
    """A pro of the program whose window is 120 hours."""
    program = ProgramFactory.create(code="legalplan", name="Legal plan leads")
    PolicyVersionFactory.create(program=program)
    return ServiceProFactory.create(program=program, account_manager=manager)


@pytest.fixture
def client(company: ServicePro, signed_in: SignIn) -> Client:
    return signed_in(MembershipFactory.create(pro=company).user)


def sell(company: ServicePro, ago: timedelta) -> LeadSale:
    return LeadSaleFactory.create(pro=company, sold_at=NOW - ago, price_cents=100)


def listed(client: Client) -> list[str]:
    with time_machine.travel(NOW, tick=False):
        rows = client.get("/leads/refundable/").context["rows"]
    return [lead.row.reference for lead in rows]


@pytest.mark.covers("L1", "L2", "L3", "L5")
def test_exactly_the_leads_in_their_window_are_listed_and_the_oldest_first(
    company: ServicePro, client: Client
) -> None:
    new, last_second = sell(company, timedelta(hours=1)), sell(company, WINDOW)
    sell(company, WINDOW + timedelta(seconds=1))
    assert listed(client) == [last_second.lead.reference, new.lead.reference]


@pytest.mark.covers("L4", "L5", "L7", "L8")
def test_each_row_has_a_reason_words_and_a_submit_and_the_page_its_cautions_once(
    company: ServicePro, client: Client
) -> None:
    sales = [sell(company, timedelta(hours=hours)) for hours in (1, 2)]
    with time_machine.travel(NOW, tick=False):
        page = text_of(client.get("/leads/refundable/"))
    for sale in sales:
        form = f'form="claim-{sale.uuid}"'
        assert f'<form method="post" action="/leads/{sale.uuid}/refund/"' in page
        assert page.count(form) == 2
    assert page.count('<option value="wrong_number">') == 2
    assert page.count("Ask only when you are very sure.") == 1
    assert page.count("Verifying takes days, nothing can speed it up") == 1
    assert "Why is a lead number missing here?" in page


@pytest.mark.covers("L5")
def test_leads_that_can_not_be_claimed_are_missing(company: ServicePro, client: Client) -> None:
    member = MembershipFactory.create(pro=company).user
    requested, kept, credited, detached = (
        sell(company, timedelta(hours=hours)) for hours in (1, 2, 3, 4)
    )
    with time_machine.travel(NOW, tick=False):
        life.investigating(requested, member, reason="wrong_number")
    LeadSale.objects.filter(pk=credited.pk).update(credited_cents=100)
    LeadSale.objects.filter(pk=detached.pk).update(detached_at=NOW)
    assert listed(client) == [kept.lead.reference]


@pytest.mark.covers("L6")
def test_an_exception_and_a_declared_event_bring_leads_back(
    company: ServicePro, client: Client, agent: User
) -> None:
    excepted, flooded, late = (sell(company, timedelta(days=days)) for days in (30, 6, 8))
    ExceptionRequest.objects.create(
        sale=excepted,
        cause="hurricane",
        words="The office was under water.",
        asked_by=agent,
        asked_at=NOW,
        granted=True,
        decided_by=agent,
        decided_at=NOW,
        answer="We saw the pictures.",
        claim_until=NOW,
    )
    DeclaredEvent.objects.create(
        program=company.program,
        name="Hurricane Ida",
        cause="hurricane",
        postal_codes=["303*"],
        starts_on=NOW.date() - timedelta(days=2),
        ends_on=NOW.date() - timedelta(days=1),
        declared_by=agent,
        declared_at=NOW,
    )
    assert listed(client) == [excepted.lead.reference, flooded.lead.reference]
    assert late.lead.reference not in listed(client)


def test_nothing_of_others_is_listed(company: ServicePro, signed_in: SignIn) -> None:
    sell(company, timedelta(hours=1))
    other = ServiceProFactory.create(program=company.program)
    client = signed_in(MembershipFactory.create(pro=other).user)
    assert listed(client) == []


@pytest.mark.parametrize("number", [1, 3, 50])
def test_number_of_leads_costs_no_query(
    company: ServicePro,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for _ in range(number):
        sell(company, timedelta(hours=1))
    with time_machine.travel(NOW, tick=False), django_assert_num_queries(8):
        page = client.get("/leads/refundable/")
    assert len(page.context["rows"]) == number


def test_second_page_goes_on_after_the_first(company: ServicePro, client: Client) -> None:
    sales = [sell(company, timedelta(hours=100 - hours)) for hours in range(52)]
    with time_machine.travel(NOW, tick=False):
        first = client.get("/leads/refundable/")
        second = client.get(f"/leads/refundable/{first.context['next_page']}")
    shown = [lead.row.reference for page in (first, second) for lead in page.context["rows"]]
    assert shown == [sale.lead.reference for sale in sales]


@pytest.mark.covers("A12")
def test_status_is_changed_on_the_row_and_request_refund_leads_to_the_claim(
    company: ServicePro, client: Client
) -> None:
    sale = LeadSaleFactory.create(pro=company)
    won = client.post(f"/leads/{sale.uuid}/status/?when=week", {"status": "won"})
    assert (won.status_code, won.headers["Location"]) == (302, "/leads/?when=week")
    assert LeadSale.objects.get().status == "won"
    assert "is noted as “Won”." in text_of(client.get("/leads/"))
    refund = client.post(f"/leads/{sale.uuid}/status/", {"status": "request_refund"})
    assert (refund.status_code, refund.headers["Location"]) == (302, f"/leads/{sale.uuid}/refund/")
    client.post(f"/leads/{sale.uuid}/status/", {"status": "bogus"})
    assert LeadSale.objects.get().status == "won"
    assert "Choose one of the statuses of the list." in text_of(client.get("/leads/"))


@pytest.mark.covers("A12")
def test_request_refund_is_among_the_statuses_where_it_can_be_asked_for(
    company: ServicePro, client: Client
) -> None:
    sale = LeadSaleFactory.create(pro=company)
    option = '<option value="request_refund">Request refund</option>'
    assert option in text_of(client.get("/leads/"))
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=NOW - timedelta(days=30))
    assert option not in text_of(client.get("/leads/"))


@pytest.fixture
def by_job(manager: User) -> ServicePro:
    """A pro of the program whose windows count from the job."""
    program = ProgramFactory.create(
        code="pro360", time_zone="Asia/Taipei", currency="TWD", currency_decimals=0, country="TW"
    )
    PolicyVersionFactory.create(program=program)
    return ServiceProFactory.create(program=program, account_manager=manager)


def sell_for(company: ServicePro, ago: timedelta, job: date | None) -> LeadSale:
    lead = LeadFactory.create(program=company.program, job_date=job)
    return LeadSaleFactory.create(pro=company, lead=lead, sold_at=NOW - ago, price_cents=100)


@pytest.mark.covers("L5")
def test_windows_that_count_from_the_job_are_in_the_order_in_which_they_close(
    by_job: ServicePro, signed_in: SignIn
) -> None:
    far = sell_for(by_job, timedelta(days=6), date(2026, 5, 1))
    # 10 March, 17:00 in Taipei; and 11 March there, 00:30, which is 10 March in UTC.
    undated = sell_for(by_job, timedelta(days=1, hours=6), None)
    at_night = sell_for(by_job, timedelta(hours=22, minutes=30), None)
    near = sell_for(by_job, timedelta(days=1), date(2026, 3, 9))
    same_day = sell_for(by_job, timedelta(hours=1), date(2026, 3, 10))
    client = signed_in(MembershipFactory.create(pro=by_job).user)

    expected = [near, undated, same_day, at_night, far]
    assert listed(client) == [sale.lead.reference for sale in expected]
    page = text_of(client.get("/leads/refundable/"))
    assert "Those whose job comes first are first" in page
    assert "bought first" not in page


def test_pages_by_the_day_of_the_job_go_on_after_one_another(
    by_job: ServicePro, signed_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    days = [date(2026, 3, 12) + timedelta(days=number // 3) for number in range(52)]
    sales = [sell_for(by_job, timedelta(hours=1), day) for day in days]
    client = signed_in(MembershipFactory.create(pro=by_job).user)
    with time_machine.travel(NOW, tick=False):
        with django_assert_num_queries(8):
            first = client.get("/leads/refundable/")
        second = client.get(f"/leads/refundable/{first.context['next_page']}")
        wrong = client.get("/leads/refundable/?after=2026-03-12T00:00:00+00:00_1")
    shown = [lead.row.reference for page in (first, second) for lead in page.context["rows"]]
    assert shown == [sale.lead.reference for sale in sales]
    assert len(wrong.context["rows"]) == 50


def test_order_is_told_as_it_is(company: ServicePro, client: Client) -> None:
    sell(company, timedelta(hours=1))
    with time_machine.travel(NOW, tick=False):
        page = text_of(client.get("/leads/refundable/"))
    assert "Those that you bought first come first." in page
    assert "close first" not in page
