"""From a case to the facts that the engine judges: the same facts that rows make."""

from refunds.policy import casebook_format as told
from refunds.policy import facts as known
from refunds.policy.money import minor_units


def facts_of(case: told.Case, decimals: int) -> known.Facts:
    """What the case tells; raises ValueError for an amount that the currency doesn't have."""
    return known.Facts(
        stage=case.stage,
        sale=_sale(case.sale, decimals),
        pro=known.Pro(frozenset(case.pro.categories), case.pro.postal_codes),
        prices={name: minor_units(price, decimals) for name, price in case.prices.items()},
        owner_approval_categories=frozenset(case.owner_approval_categories),
        earlier_sales=tuple(_earlier_sale(sale) for sale in case.earlier_sales),
        attempts=tuple(_attempt(attempt) for attempt in case.attempts),
        claim=_claim(case.claim),
        findings=tuple(known.Finding(one.kind, one.result) for one in case.findings),
        credited_cents=minor_units(case.credited_so_far, decimals),
        exception=case.exception,
        events=tuple(_event(event) for event in case.events),
    )


def _sale(sale: told.Sale, decimals: int) -> known.Sale:
    is_revealed_told = "contact_revealed_at" in sale.model_fields_set
    return known.Sale(
        sold_at=sale.sold_at,
        price_cents=minor_units(sale.price, decimals),
        kind=sale.kind,
        category=sale.category,
        postal_code=sale.postal_code,
        job_date=sale.job_date,
        quote=_quote(sale.quote) if sale.quote else None,
        contact_revealed_at=sale.contact_revealed_at if is_revealed_told else sale.sold_at,
    )


def _quote(quote: told.Quote) -> known.Quote:
    return known.Quote(quote.sent_at, quote.read_at, quote.replied_at)


def _earlier_sale(sale: told.EarlierSale) -> known.EarlierSale:
    return known.EarlierSale(
        sold_at=sale.sold_at,
        category=sale.category,
        same_contact=sale.same_contact,
        same_request=sale.same_request,
        charged=sale.charged,
        credited=sale.credited,
    )


def _attempt(attempt: told.Attempt) -> known.Attempt:
    return known.Attempt(attempt.at, attempt.channel, attempt.by, attempt.reached)


def _event(event: told.DeclaredEvent) -> known.DeclaredEvent:
    return known.DeclaredEvent(event.name, event.cause, event.starts_on, event.ends_on)


def _claim(claim: told.Claim) -> known.Claim:
    return known.Claim(
        reason=claim.reason,
        submitted_at=claim.submitted_at,
        explanation=claim.explanation,
        channel=claim.channel,
        details=claim.details,
        begun_at=claim.begun_at,
    )
