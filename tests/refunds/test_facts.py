"""What the engine is told about a claim, read from the rows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import ServicePro, User
from leads.models import Lead, LeadSale
from refunds.policy import facts as policy_facts
from refunds.services.facts import facts_for_claim, facts_for_decision
from tests.factories import refunds as make
from tests.factories.accounts import ClosedDayFactory
from tests.factories.leads import (
    CampaignFactory,
    CategoryFactory,
    ContactAttemptFactory,
    LeadFactory,
    LeadSaleFactory,
    PriceFactory,
    QuoteFactory,
)

pytestmark = pytest.mark.django_db

SOLD_AT = datetime(2026, 3, 2, 14, tzinfo=UTC)


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    return LeadSaleFactory.create(pro=pro_company, sold_at=SOLD_AT)


def facts_of(sale: LeadSale) -> policy_facts.Facts:
    fresh = LeadSale.objects.with_lead().get(pk=sale.pk)
    return facts_for_claim(
        fresh,
        reason="duplicate",
        submitted_at=SOLD_AT + timedelta(hours=1),
        explanation=make.EXPLANATION,
        channel="portal",
        details={},
    )


def same_contact(sale: LeadSale, **fields: object) -> LeadSale:
    lead: Lead = LeadFactory.create(
        program=sale.lead.program, contact=sale.lead.contact, fingerprint=sale.lead.fingerprint
    )
    return LeadSaleFactory.create(pro=sale.pro, lead=lead, **fields)


def test_prices_are_those_of_the_day_of_sale(sale: LeadSale) -> None:
    roofing = CategoryFactory.create(program=sale.lead.program)
    for days, cents in ((-30, 4000), (-1, 5000), (1, 9900)):
        PriceFactory.create(
            category=roofing, cents=cents, valid_from=SOLD_AT + timedelta(days=days)
        )

    assert facts_of(sale).prices == {"roofing": 5000}


def test_campaign_quote_attempts_and_closed_days_are_told(sale: LeadSale) -> None:
    QuoteFactory.create(sale=sale, sent_at=SOLD_AT)
    ContactAttemptFactory.create(sale=sale, at=SOLD_AT + timedelta(minutes=4))
    ClosedDayFactory.create(program=sale.lead.program, date=date(2026, 3, 4))
    CampaignFactory.create(pro=sale.pro, name="Other", postal_codes=["9*"])

    facts = facts_of(sale)

    assert facts.pro == policy_facts.Pro(frozenset({"roofing"}), ("30301", "3031*"))
    assert facts.sale.quote == policy_facts.Quote(SOLD_AT, None, None)
    assert facts.attempts == (
        policy_facts.Attempt(SOLD_AT + timedelta(minutes=4), "call", "pro", False),
    )
    assert facts.closed_days == frozenset({date(2026, 3, 4)})


def test_owner_approval_is_told_by_category(sale: LeadSale) -> None:
    CategoryFactory.create(program=sale.lead.program, code="siding", needs_owner_approval=True)

    assert facts_of(sale).owner_approval_categories == frozenset({"siding"})


def test_earlier_sales_are_of_the_same_contact_to_the_same_pro(
    sale: LeadSale, other_pro: User
) -> None:
    earlier = same_contact(sale, sold_at=SOLD_AT - timedelta(days=10))
    same_contact(sale, sold_at=SOLD_AT + timedelta(days=1))
    LeadSaleFactory.create(pro=sale.pro, sold_at=SOLD_AT - timedelta(days=3))
    LeadSaleFactory.create(
        pro=other_pro.memberships.get().pro,
        lead=earlier.lead,
        sold_at=SOLD_AT - timedelta(days=2),
    )

    assert facts_of(sale).earlier_sales == (
        policy_facts.EarlierSale(
            sold_at=SOLD_AT - timedelta(days=10),
            category="roofing",
            same_contact=True,
            same_request=True,
            charged=True,
            credited=False,
        ),
    )


def test_of_two_sales_in_one_second_the_first_recorded_is_earlier(sale: LeadSale) -> None:
    second = same_contact(sale, sold_at=SOLD_AT)

    assert len(facts_of(second).earlier_sales) == 1
    assert facts_of(sale).earlier_sales == ()


def test_credited_sale_is_told_as_credited(sale: LeadSale) -> None:
    earlier = same_contact(sale, sold_at=SOLD_AT - timedelta(days=10))
    LeadSale.objects.filter(pk=earlier.pk).update(credited_cents=5000)

    assert [other.credited for other in facts_of(sale).earlier_sales] == [True]


def test_findings_are_told_oldest_first(pro_company: ServicePro, pro: User, agent: User) -> None:
    request = make.supported(LeadSaleFactory.create(pro=pro_company), pro, agent)
    supports = request.findings.get()
    request.findings.create(
        kind="history",
        result="inconclusive",
        note="Nothing in it.",
        author=agent,
        at=supports.at - timedelta(hours=1),
    )

    facts = facts_for_decision(request)

    assert facts.stage == "decision"
    assert facts.findings == (
        policy_facts.Finding("history", "inconclusive"),
        policy_facts.Finding("contact_call", "supports"),
    )


def test_building_facts_takes_at_most_eight_queries(
    sale: LeadSale, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    same_contact(sale, sold_at=SOLD_AT - timedelta(days=10))
    fresh = LeadSale.objects.with_lead().get(pk=sale.pk)

    with django_assert_max_num_queries(8):
        facts_for_claim(
            fresh,
            reason="duplicate",
            submitted_at=SOLD_AT + timedelta(hours=1),
            explanation=make.EXPLANATION,
            channel="portal",
            details={},
        )
