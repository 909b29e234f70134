"""Rows to Facts: what the policy engine is told about a claim (design §6).

One claim or a page of them: each kind of row is asked for once, whatever the number of sales.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Subquery

from accounts.models import ClosedDay
from leads.models import Campaign, Category, ContactAttempt, LeadSale
from leads.phones import zone_of
from refunds.models import ExceptionRequest, Finding, PolicyVersion, RefundEvent, RefundRequest
from refunds.policy import facts as policy_facts
from refunds.policy.document import LONGEST_FRAME
from refunds.services.windows import Declared, declared_in

# The longest time frame of a duplicate that a policy can have, whatever the zone of its days.
EARLIER_SALES = timedelta(days=LONGEST_FRAME + 2)


@dataclass(frozen=True)
class PriceOf:
    """What a category cost from an instant on; `cents` None: it has no price."""

    category_id: int
    category: str
    name: str
    needs_owner_approval: bool
    cents: int | None
    valid_from: datetime | None


@dataclass(frozen=True)
class Books:
    """What the database has about some sales, by the keys that they are found by."""

    sales: Mapping[int, LeadSale]
    same: Mapping[tuple[int, int], Sequence[LeadSale]]
    campaigns: Mapping[int, policy_facts.Pro]
    attempts: Mapping[int, Sequence[ContactAttempt]]
    prices: Mapping[int, Sequence[PriceOf]]
    closed_days: Mapping[int, frozenset[date]]
    exceptions: Mapping[int, ExceptionRequest]
    declared: Declared


@dataclass(frozen=True)
class Read:
    """What a person decides on, and what it was read from: nobody has to read that again."""

    facts: policy_facts.Facts
    books: Books
    findings: Sequence[Finding]


def policy_version_for(sale: LeadSale) -> PolicyVersion:
    """Return the policy version that was in force when the lead was sold."""
    return PolicyVersion.objects.in_force(sale.lead.program_id, sale.sold_at)


def facts_for_claim(
    sale: LeadSale,
    *,
    reason: str,
    submitted_at: datetime,
    explanation: str,
    channel: str,
    details: Mapping[str, str],
    begun_at: datetime | None = None,
) -> policy_facts.Facts:
    """Build the facts of a claim that is being filed, in 7 queries."""
    claim = policy_facts.Claim(
        reason=reason,
        submitted_at=submitted_at,
        explanation=explanation,
        channel=channel,
        details=details,
        begun_at=begun_at,
    )
    [facts] = facts_for_sales([(sale, claim)])
    return facts


def facts_for_sales(
    claims: Sequence[tuple[LeadSale, policy_facts.Claim]],
) -> list[policy_facts.Facts]:
    """Build the facts of claims that are being filed, in 7 queries whatever their number."""
    books = _books_about({sale.pk for sale, _claim in claims})
    return [_facts(books.sales[sale.pk], claim, books) for sale, claim in claims]


def facts_for_decision(request: RefundRequest) -> policy_facts.Facts:
    """Build the facts that a person decides on, in 8 queries: the claim, and what was found."""
    return read_for_decision(request).facts


def read_for_decision(request: RefundRequest) -> Read:
    """Read all that a person decides on, in those 8 queries."""
    claim = policy_facts.Claim(
        reason=request.reason,
        submitted_at=request.submitted_at,
        explanation=request.explanation,
        channel=request.channel,
        details=request.details,
        begun_at=request.begun_at,
    )
    books = _books_about({request.sale_id}, filed_at=_filed_at(request))
    findings = list(request.findings.select_related("author").order_by("at", "pk"))
    told = tuple(policy_facts.Finding(one.kind, one.result, one.at) for one in findings)
    filed = _facts(books.sales[request.sale_id], claim, books)
    return Read(replace(filed, stage="decision", findings=told), books, findings)


def _filed_at(request: RefundRequest) -> Subquery:
    """When the claim was typed in, which is later than when it was reported (X33)."""
    opening = (RefundEvent.Kind.FILED, RefundEvent.Kind.OPENED)
    return Subquery(request.events.filter(kind__in=opening).order_by("pk").values("at")[:1])


def _books_about(pks: Collection[int], *, filed_at: Subquery | None = None) -> Books:
    bought = _bought_of_the_same(pks)
    sales = {sale.pk: sale for sale in bought if sale.pk in pks}
    programs = {sale.lead.program_id for sale in sales.values()}
    return Books(
        sales=sales,
        same=_by_pro_and_contact(bought),
        campaigns=_campaigns(sales.values()),
        attempts=_attempts(pks),
        prices=_prices(programs),
        closed_days=_closed_days(programs),
        exceptions=_exceptions(pks),
        declared=declared_in(
            programs,
            since=min((sale.sold_at for sale in sales.values()), default=None),
            filed_at=filed_at,
        ),
    )


def _facts(sale: LeadSale, claim: policy_facts.Claim, books: Books) -> policy_facts.Facts:
    lead = sale.lead
    exception = books.exceptions.get(sale.pk)
    categories = _categories(books.prices[lead.program_id])
    return policy_facts.Facts(
        stage="filing",
        sale=_sale(sale, category=categories[lead.category_id]),
        pro=books.campaigns[sale.campaign_id],
        prices=_prices_at(books.prices[lead.program_id], sale.sold_at),
        owner_approval_categories=frozenset(
            price.category for price in books.prices[lead.program_id] if price.needs_owner_approval
        ),
        earlier_sales=_earlier_sales(sale, books, categories),
        attempts=_told(books.attempts[sale.pk]),
        claim=claim,
        findings=(),
        credited_cents=sale.credited_cents,
        exception=exception.cause if exception and exception.covers(claim.submitted_at) else None,
        events=books.declared.where(lead.program_id, lead.postal_code),
        closed_days=books.closed_days[lead.program_id],
        contact_zone=zone_of(lead.contact.phone, default=lead.program.time_zone),
    )


def _categories(prices: Iterable[PriceOf]) -> Mapping[int, str]:
    return {price.category_id: price.category for price in prices}


def _sale(sale: LeadSale, *, category: str) -> policy_facts.Sale:
    return policy_facts.Sale(
        sold_at=sale.sold_at,
        price_cents=sale.price_cents,
        kind=sale.lead.kind,
        category=category,
        postal_code=sale.lead.postal_code,
        job_date=sale.lead.job_date,
        quote=_quote(sale),
        contact_revealed_at=sale.contact_revealed_at,
    )


def _quote(sale: LeadSale) -> policy_facts.Quote | None:
    if not hasattr(sale, "quote"):
        return None
    return policy_facts.Quote(sale.quote.sent_at, sale.quote.read_at, sale.quote.replied_at)


def _prices_at(prices: Iterable[PriceOf], sold_at: datetime) -> dict[str, int]:
    # Oldest first: a later price of the same category takes the earlier one's place (X14).
    return {
        price.category: price.cents
        for price in prices
        if price.cents is not None and price.valid_from and price.valid_from <= sold_at
    }


def _earlier_sales(
    sale: LeadSale, books: Books, categories: Mapping[int, str]
) -> tuple[policy_facts.EarlierSale, ...]:
    """Of two sales in the same second, the one that was recorded first is the earlier one."""
    since, lead = sale.sold_at - EARLIER_SALES, sale.lead
    return tuple(
        policy_facts.EarlierSale(
            sold_at=other.sold_at,
            category=categories[other.lead.category_id],
            same_contact=True,
            same_request=other.lead.fingerprint == lead.fingerprint,
            charged=not other.held_cents,  # the contact may never reply, and it is never due (X28)
            credited=other.credited_cents >= other.price_cents,
            lead=other.lead.reference,
        )
        for other in books.same[sale.pro_id, lead.contact_id]
        if since <= other.sold_at and (other.sold_at, other.pk) < (sale.sold_at, sale.pk)
    )


def _bought_of_the_same(pks: Collection[int]) -> list[LeadSale]:
    """Return the sales, and what else was sold of the same contacts, oldest first.

    Found by the contacts' leads, which are few, and never by the pro's or the program's sales. Not
    a join more: PostgreSQL plans eight tables together, and goes through all sales beyond that.
    """
    asked = LeadSale.objects.filter(pk__in=pks)
    bought = LeadSale.objects.filter(lead__contact__in=asked.values("lead__contact"))
    with_what_is_read = bought.select_related("lead__contact", "lead__program", "quote", "charge")
    return list(with_what_is_read.order_by("sold_at", "pk"))


def _by_pro_and_contact(
    bought: Iterable[LeadSale],
) -> Mapping[tuple[int, int], Sequence[LeadSale]]:
    found: defaultdict[tuple[int, int], list[LeadSale]] = defaultdict(list)
    for sale in bought:
        found[sale.pro_id, sale.lead.contact_id].append(sale)
    return found


def _campaigns(sales: Iterable[LeadSale]) -> dict[int, policy_facts.Pro]:
    rows = Campaign.objects.filter(pk__in={sale.campaign_id for sale in sales}).values_list(
        "pk", "postal_codes", "categories__code"
    )
    areas = {pk: tuple(codes) for pk, codes, _category in rows}
    categories: defaultdict[int, set[str]] = defaultdict(set)
    for pk, _codes, category in rows:
        categories[pk] |= {category} if category else set()
    return {pk: policy_facts.Pro(frozenset(categories[pk]), areas[pk]) for pk in areas}


def _attempts(sales: Collection[int]) -> Mapping[int, Sequence[ContactAttempt]]:
    attempts: defaultdict[int, list[ContactAttempt]] = defaultdict(list)
    for made in ContactAttempt.objects.filter(sale__in=sales).order_by("at", "pk"):
        attempts[made.sale_id].append(made)
    return attempts


def _told(attempts: Iterable[ContactAttempt]) -> tuple[policy_facts.Attempt, ...]:
    """What was taken back is on record, and counts for nothing."""
    return tuple(
        policy_facts.Attempt(made.at, made.channel, made.by, made.reached)
        for made in attempts
        if made.taken_back_at is None
    )


def _prices(programs: Iterable[int]) -> Mapping[int, Sequence[PriceOf]]:
    prices: defaultdict[int, list[PriceOf]] = defaultdict(list)
    rows = Category.objects.filter(program__in=programs).values_list(
        "program_id",
        "pk",
        "code",
        "name",
        "needs_owner_approval",
        "prices__cents",
        "prices__valid_from",
    )
    for program, pk, code, name, owner, cents, since in rows.order_by("prices__valid_from"):
        prices[program].append(PriceOf(pk, code, name, owner, cents, since))
    return prices


def _closed_days(programs: Iterable[int]) -> Mapping[int, frozenset[date]]:
    days: defaultdict[int, set[date]] = defaultdict(set)
    for closed in ClosedDay.objects.filter(program__in=programs):
        days[closed.program_id].add(closed.date)
    return defaultdict(frozenset, {program: frozenset(off) for program, off in days.items()})


def _exceptions(sales: Collection[int]) -> dict[int, ExceptionRequest]:
    # One sale has one granted exception at most.
    granted = ExceptionRequest.objects.granted().filter(sale__in=sales)
    return {exception.sale_id: exception for exception in granted}
