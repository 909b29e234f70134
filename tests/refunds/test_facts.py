"""What the engine is told about a claim, read from the rows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Program, ServicePro, User
from leads.models import Lead, LeadSale
from leads.services import quotes
from refunds.documents import policy_of
from refunds.models import DeclaredEvent, ExceptionRequest, PolicyVersion, RefundRequest
from refunds.policy import facts as policy_facts
from refunds.policy.document import LONGEST_FRAME, load_preset
from refunds.services.change import changing
from refunds.services.contact_log import steps_of
from refunds.services.facts import facts_for_claim, facts_for_decision, facts_for_sales
from refunds.services.windows import sold, terms_for
from tests.factories import refunds as make
from tests.factories.accounts import ClosedDayFactory, ProgramFactory
from tests.factories.leads import (
    CampaignFactory,
    CategoryFactory,
    ContactAttemptFactory,
    LeadFactory,
    LeadSaleFactory,
    PriceFactory,
    QuoteFactory,
)
from tests.factories.refunds import PolicyVersionFactory

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


def claim_at(at: datetime) -> policy_facts.Claim:
    return policy_facts.Claim("duplicate", at, make.EXPLANATION, "portal", {})


def granted(sale: LeadSale, by: User, *, until: datetime | None) -> ExceptionRequest:
    """An exception that was decided: granted until then, or refused."""
    return ExceptionRequest.objects.create(
        sale=sale,
        cause="hurricane",
        words="The office was under water.",
        asked_by=by,
        asked_at=SOLD_AT,
        granted=until is not None,
        decided_by=by,
        decided_at=SOLD_AT,
        answer="We saw the pictures.",
        claim_until=until,
    )


def declare(program: Program, by: User, name: str, area: str, *days: date) -> DeclaredEvent:
    return DeclaredEvent.objects.create(
        program=program,
        name=name,
        cause="hurricane",
        postal_codes=[area],
        starts_on=days[0],
        ends_on=days[-1],
        declared_by=by,
        declared_at=SOLD_AT,
    )


def same_contact(sale: LeadSale, **fields: object) -> LeadSale:
    lead: Lead = LeadFactory.create(
        program=sale.lead.program, contact=sale.lead.contact, fingerprint=sale.lead.fingerprint
    )
    return LeadSaleFactory.create(pro=sale.pro, lead=lead, **fields)


@pytest.mark.covers("X14")
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


@pytest.mark.covers("X10")
def test_owner_approval_is_told_by_category(sale: LeadSale) -> None:
    CategoryFactory.create(program=sale.lead.program, code="siding", needs_owner_approval=True)

    assert facts_of(sale).owner_approval_categories == frozenset({"siding"})


@pytest.mark.covers("X15")
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
            lead=earlier.lead.reference,
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
        policy_facts.Finding("history", "inconclusive", supports.at - timedelta(hours=1)),
        policy_facts.Finding("contact_call", "supports", supports.at),
    )


@pytest.mark.covers("L6", "X26")
def test_an_exception_is_told_while_it_covers_the_claim(sale: LeadSale, agent: User) -> None:
    claim_until = SOLD_AT + timedelta(days=9)
    granted(sale, agent, until=None)
    granted(sale, agent, until=claim_until)
    late = claim_until + timedelta(seconds=1)

    told = facts_for_sales([(sale, claim_at(claim_until)), (sale, claim_at(late))])

    assert [facts.exception for facts in told] == ["hurricane", None]


def closings(sales: Sequence[LeadSale]) -> dict[int, datetime | None]:
    """Return when the window of each sale closes, by the sale's key."""
    terms = terms_for([sold(sale) for sale in sales])
    windows = {sale.pk: terms.window(sold(sale)) for sale in sales}
    return {pk: opening.closes_at if opening else None for pk, opening in windows.items()}


@pytest.mark.covers("L6")
def test_events_are_told_that_touch_the_area_of_the_lead(sale: LeadSale, agent: User) -> None:
    PolicyVersionFactory.create(program=sale.lead.program)
    program, other = sale.lead.program, ProgramFactory.create(code="aiqoo")
    declare(program, agent, "Ida", "303*", date(2026, 3, 3), date(2026, 3, 4))
    declare(program, agent, "Elsewhere", "9*", date(2026, 3, 3))
    declare(program, agent, "Long ago", "303*", date(2026, 2, 1))
    declare(other, agent, "Another program's", "303*", date(2026, 3, 3))

    assert facts_of(sale).events == (
        policy_facts.DeclaredEvent("Ida", "hurricane", date(2026, 3, 3), date(2026, 3, 4)),
    )
    assert closings([sale])[sale.pk] == datetime(2026, 3, 10, 3, 59, 59, tzinfo=UTC)


@pytest.mark.covers("X5")
@pytest.mark.parametrize(
    ("phone", "zone", "first_call_until"),
    [
        # Delivered at 21:00 in New York: 18:00 in Los Angeles, and after hours at home.
        ("+12135550142", "America/Los_Angeles", "2026-03-02T21:15:00-05:00"),
        ("+13105550142", "America/Los_Angeles", "2026-03-02T21:15:00-05:00"),
        ("+12125550142", "America/New_York", "2026-03-03T08:15:00-05:00"),
        ("+18005550142", "America/New_York", "2026-03-03T08:15:00-05:00"),  # toll-free: anywhere
        ("", "America/New_York", "2026-03-03T08:15:00-05:00"),
    ],
)
def test_the_contact_clock_runs_where_the_contact_is(
    pro_company: ServicePro, phone: str, zone: str, first_call_until: str
) -> None:
    lead = LeadFactory.create(
        program=pro_company.program, contact__phone=phone, contact__program=pro_company.program
    )
    sale = LeadSaleFactory.create(
        pro=pro_company, lead=lead, sold_at=datetime.fromisoformat("2026-03-02T21:00:00-05:00")
    )
    PolicyVersionFactory.create(program=pro_company.program)

    steps = steps_of(sale, sale.sold_at)

    assert facts_of(sale).contact_zone == zone
    assert steps is not None
    assert steps.steps[0].until == datetime.fromisoformat(first_call_until)


@pytest.mark.covers("X15", "X28")
def test_a_fee_that_is_held_is_charged_once_the_contact_replies(sale: LeadSale) -> None:
    earlier = same_contact(sale, sold_at=SOLD_AT - timedelta(days=10), held=True)
    before = facts_of(sale).earlier_sales
    quotes.send_quote(sale_uuid=earlier.uuid, at=SOLD_AT)
    quotes.mark_replied(sale_uuid=earlier.uuid, at=SOLD_AT)

    assert [other.charged for other in (*before, *facts_of(sale).earlier_sales)] == [False, True]


@pytest.mark.parametrize("number", [1, 3, 50])
def test_building_facts_takes_seven_queries_for_a_page(
    sale: LeadSale, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number - 1):
        same_contact(sale, sold_at=SOLD_AT)
    claims = [(one, claim_at(SOLD_AT)) for one in LeadSale.objects.with_lead()]

    with django_assert_num_queries(7):
        told = facts_for_sales(claims)

    assert [len(facts.earlier_sales) for facts in told] == list(range(number))


def test_a_sale_that_comes_alone_takes_no_query_more(
    sale: LeadSale, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    same_contact(sale, sold_at=SOLD_AT)
    QuoteFactory.create(sale=sale)
    claims = [(one, claim_at(SOLD_AT)) for one in LeadSale.objects.all()]

    with django_assert_num_queries(7):
        facts_for_sales(claims)


def test_no_query_joins_more_tables_than_are_planned_together(
    sale: LeadSale, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Beyond ``join_collapse_limit`` PostgreSQL joins as it is written: through every sale."""
    with django_assert_num_queries(8) as asked:  # with that for the sale itself
        facts_of(sale)

    for query in asked.captured_queries:
        assert query["sql"].count(" JOIN ") + query["sql"].count(" FROM ") <= 8, query["sql"]


def test_facts_of_a_decision_take_eight_queries_for_a_bare_request(
    pro_company: ServicePro, pro: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    filed = make.investigating(LeadSaleFactory.create(pro=pro_company), pro)
    bare = RefundRequest.objects.get(pk=filed.pk)

    with django_assert_num_queries(8):
        facts_for_decision(bare)


def test_facts_of_a_decision_take_eight_queries_of_a_locked_request(
    pro_company: ServicePro, pro: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    filed = make.investigating(LeadSaleFactory.create(pro=pro_company), pro)

    with (
        changing(filed.reference, expected_version=filed.version) as locked,
        django_assert_num_queries(8),
    ):
        facts_for_decision(locked)


@pytest.mark.covers("X15")
def test_the_longest_frame_of_a_policy_is_looked_through(sale: LeadSale) -> None:
    oldest = SOLD_AT - timedelta(days=LONGEST_FRAME, hours=23)
    same_contact(sale, sold_at=oldest)

    assert [earlier.sold_at for earlier in facts_of(sale).earlier_sales] == [oldest]


def test_of_no_sales_nothing_is_told() -> None:
    assert facts_for_sales([]) == []


def test_windows_take_one_query_and_are_those_of_the_version_at_the_sale(
    sale: LeadSale, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    later = same_contact(sale, sold_at=SOLD_AT + timedelta(days=30))
    PolicyVersionFactory.create(program=sale.lead.program)
    document = load_preset("conxpros").model_dump(mode="json")
    PolicyVersionFactory.create(
        program=sale.lead.program,
        document={**document, "window": {"kind": "calendar_days", "days": 7}},
        effective_from=SOLD_AT + timedelta(days=20),
    )
    sales = list(LeadSale.objects.with_lead().order_by("sold_at"))

    with django_assert_num_queries(1):
        closes_at = closings(sales)

    assert closes_at == {
        sale.pk: datetime(2026, 3, 8, 4, 59, 59, tzinfo=UTC),
        later.pk: datetime(2026, 4, 9, 3, 59, 59, tzinfo=UTC),
    }


def test_a_program_without_a_policy_has_no_windows(sale: LeadSale) -> None:
    assert closings([sale]) == {sale.pk: None}


def test_a_published_policy_is_parsed_once_and_a_draft_each_time(sale: LeadSale) -> None:
    version = PolicyVersionFactory.create(program=sale.lead.program)
    draft = PolicyVersionFactory.create(
        program=sale.lead.program, published_at=None, effective_from=SOLD_AT
    )

    again = PolicyVersion.objects.get(pk=version.pk)

    assert policy_of(again) is policy_of(version)
    assert policy_of(draft) is not policy_of(draft)
