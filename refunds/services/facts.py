"""Rows to Facts: what the policy engine is told about a claim (design §6)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import ClosedDay
from leads.models import LeadSale, Price
from refunds.models import Finding, PolicyVersion, RefundRequest
from refunds.policy import facts as policy_facts

EARLIER_SALES_DAYS = 400  # a duplicate's time frame is far shorter in every program


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
) -> policy_facts.Facts:
    """Build the facts of a claim that is being filed, in at most 8 queries."""
    claim = policy_facts.Claim(
        reason=reason,
        submitted_at=submitted_at,
        explanation=explanation,
        channel=channel,
        details=details,
    )
    return _facts(sale, claim=claim, stage="filing", findings=())


def facts_for_decision(request: RefundRequest) -> policy_facts.Facts:
    """Build the facts that a person decides on: the claim, and what the team found."""
    claim = policy_facts.Claim(
        reason=request.reason,
        submitted_at=request.submitted_at,
        explanation=request.explanation,
        channel=request.channel,
        details=request.details,
    )
    findings = request.findings.order_by("at", "pk")
    return _facts(request.sale, claim=claim, stage="decision", findings=findings)


def _facts(
    sale: LeadSale,
    *,
    claim: policy_facts.Claim,
    stage: policy_facts.Stage,
    findings: Iterable[Finding],
) -> policy_facts.Facts:
    prices = _prices(sale)
    return policy_facts.Facts(
        stage=stage,
        sale=_sale(sale),
        pro=policy_facts.Pro(
            categories=frozenset(sale.campaign.categories.values_list("code", flat=True)),
            postal_codes=tuple(sale.campaign.postal_codes),
        ),
        prices={price.category.code: price.cents for price in prices},
        owner_approval_categories=_owner_approval_categories(sale),
        earlier_sales=_earlier_sales(sale),
        attempts=_attempts(sale),
        claim=claim,
        findings=tuple(
            policy_facts.Finding(kind=finding.kind, result=finding.result) for finding in findings
        ),
        credited_cents=sale.credited_cents,
        exception=None,
        closed_days=frozenset(
            ClosedDay.objects.filter(program=sale.lead.program).values_list("date", flat=True)
        ),
    )


def _sale(sale: LeadSale) -> policy_facts.Sale:
    quote = getattr(sale, "quote", None)
    return policy_facts.Sale(
        sold_at=sale.sold_at,
        price_cents=sale.price_cents,
        kind=sale.lead.kind,
        category=sale.lead.category.code,
        postal_code=sale.lead.postal_code,
        job_date=sale.lead.job_date,
        quote=quote
        and policy_facts.Quote(
            sent_at=quote.sent_at, read_at=quote.read_at, replied_at=quote.replied_at
        ),
        contact_revealed_at=sale.contact_revealed_at,
    )


def _prices(sale: LeadSale) -> Iterable[Price]:
    # Oldest first: a later price of the same category takes the earlier one's place.
    return (
        Price.objects.filter(category__program=sale.lead.program, valid_from__lte=sale.sold_at)
        .select_related("category")
        .order_by("valid_from")
    )


def _owner_approval_categories(sale: LeadSale) -> frozenset[str]:
    categories = sale.lead.program.categories.filter(needs_owner_approval=True)
    return frozenset(categories.values_list("code", flat=True))


def _earlier_sales(sale: LeadSale) -> tuple[policy_facts.EarlierSale, ...]:
    # Of two sales in the same second, the one that was recorded first is the earlier one.
    is_earlier = Q(sold_at__lt=sale.sold_at) | Q(sold_at=sale.sold_at, pk__lt=sale.pk)
    earlier = (
        LeadSale.objects.filter(
            is_earlier,
            pro=sale.pro_id,
            lead__contact=sale.lead.contact_id,
            sold_at__gte=sale.sold_at - timedelta(days=EARLIER_SALES_DAYS),
        )
        .select_related("lead__category")
        .order_by("sold_at")
    )
    return tuple(
        policy_facts.EarlierSale(
            sold_at=other.sold_at,
            category=other.lead.category.code,
            same_contact=True,
            same_request=other.lead.fingerprint == sale.lead.fingerprint,
            charged=True,  # a sale without its charge can't be stored
            credited=other.credited_cents >= other.price_cents,
        )
        for other in earlier
    )


def _attempts(sale: LeadSale) -> tuple[policy_facts.Attempt, ...]:
    return tuple(
        policy_facts.Attempt(
            at=attempt.at, channel=attempt.channel, by=attempt.by, reached=attempt.reached
        )
        for attempt in sale.attempts.order_by("at", "pk")
    )
