"""What the audit asks of the money: every balance, every credit, and where it ran."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from django.db import connection
from django.db.models import (
    BigIntegerField,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from accounts import append_only, ledger
from accounts.models import LedgerAccount, Transfer
from leads.models import LeadSale
from refunds.models import (
    Correction,
    RefundRequest,
    SellerCase,
    SellerMessage,
    State,
)

Kind = Transfer.Kind
Row = TypeVar("Row", bound=Model)

# What a sale costs is taken at once, or held until the contact replies.
CHARGE_KINDS = (Kind.LEAD_CHARGE, Kind.HOLD)
# What a credit may be: from the refunds, from the program's own pocket, or out of what is held.
CREDIT_KINDS = (Kind.REFUND_CREDIT, Kind.GOODWILL, Kind.RELEASE)


def _triggers() -> Iterator[str]:
    installed = append_only.installed_triggers(connection)
    for name in sorted(append_only.expected_triggers() - installed):
        yield f"trigger {name} is missing: its table can be rewritten"


def _balances() -> Iterator[str]:
    accounts = LedgerAccount.objects.filter(balance_cents__isnull=False).annotate(
        came=_sum_of("destination"), went=_sum_of("source")
    )
    for account in accounts.exclude(balance_cents=F("came") - F("went")).order_by("pk"):
        yield (
            f"account {account.pk} ({account.kind}) says {account.balance_cents}, "
            f"its transfers say {account.came - account.went}"
        )


def _programs() -> Iterator[str]:
    for transfer in wrong(
        Transfer.objects.exclude(source__program=F("program"), destination__program=F("program"))
    ):
        yield f"transfer {transfer.pk} moves money between programs"


def _amounts() -> Iterator[str]:
    for transfer in wrong(Transfer.objects.filter(amount_cents__lte=0)):
        yield f"transfer {transfer.pk} is not positive"


def _routes() -> Iterator[str]:
    for kind, (sources, destinations) in ledger.ROUTES.items():
        astray = Q()
        if sources:
            astray |= ~Q(source__kind__in=sources)
        if destinations:
            astray |= ~Q(destination__kind__in=destinations)
        if astray:
            for transfer in wrong(Transfer.objects.filter(astray, kind=kind)):
                yield f"transfer {transfer.pk} ({kind}) runs between the wrong accounts"


def _charges() -> Iterator[str]:
    astray = LeadSale.objects.exclude(
        charge__kind__in=CHARGE_KINDS, charge__amount_cents=F("price_cents")
    )
    for sale in wrong(astray):
        yield f"sale {sale.pk} was not charged its price"
    for sale in wrong(LeadSale.objects.exclude(charge__source__pro=F("pro"))):
        yield f"sale {sale.pk} was charged to another pro"
    for transfer in wrong(Transfer.objects.filter(kind__in=CHARGE_KINDS, sale__isnull=True)):
        yield f"transfer {transfer.pk} charges for no sale"


def _captures() -> Iterator[str]:
    astray = LeadSale.objects.filter(capture__isnull=False).exclude(
        charge__kind=Kind.HOLD,
        capture__kind=Kind.CAPTURE,
        capture__source=F("charge__destination"),
        capture__amount_cents=F("price_cents") - F("released_cents"),
    )
    for sale in wrong(astray):
        yield f"sale {sale.pk} was captured otherwise than it was held"
    for transfer in wrong(Transfer.objects.filter(kind=Kind.CAPTURE, captured_sale__isnull=True)):
        yield f"transfer {transfer.pk} captures for no sale"


def _holds() -> Iterator[str]:
    """Whether each pro's held fees are those of its sales that are neither due nor released."""
    held = LeadSale.objects.filter(charge__kind=Kind.HOLD, capture__isnull=True)
    sums = held.filter(charge__destination=OuterRef("pk")).order_by().values("charge__destination")
    total = sums.annotate(total=Sum(F("price_cents") - F("released_cents"))).values("total")
    accounts = LedgerAccount.objects.filter(kind=LedgerAccount.Kind.HOLD).annotate(
        fees=Coalesce(Subquery(total, output_field=BigIntegerField()), Value(0))
    )
    for account in accounts.exclude(balance_cents=F("fees")).order_by("pk"):
        yield (
            f"account {account.pk} (hold) says {account.balance_cents}, "
            f"its sales hold {account.fees}"
        )


def _released_column() -> Iterator[str]:
    released = _sum_over_requests("credit__amount_cents", credit__kind=Kind.RELEASE)
    sales = LeadSale.objects.annotate(released=released)
    astray = sales.exclude(released_cents=F("released")).order_by("pk")
    for pk, says, given in astray.values_list("pk", "released_cents", "released"):
        yield f"sale {pk} says {says} was released, its requests say {given}"


def _credited_column() -> Iterator[str]:
    credits = _sum_over_requests("credit__amount_cents")
    reversals = _sum_over_requests("reversal__amount_cents")
    sales = LeadSale.objects.annotate(given=credits, taken=reversals)
    astray = sales.exclude(credited_cents=F("given") - F("taken")).order_by("pk")
    for pk, says, given, taken in astray.values_list("pk", "credited_cents", "given", "taken"):
        yield f"sale {pk} says {says} was credited, its requests say {given - taken}"
    for sale in wrong(sales.filter(given__gt=F("price_cents") + F("taken"))):
        yield f"sale {sale.pk} was credited beyond its charge"


def _credits() -> Iterator[str]:
    astray = RefundRequest.objects.filter(credit__isnull=False)
    for request in wrong(astray.exclude(credit__kind__in=CREDIT_KINDS)):
        yield f"request {request.reference} has a credit that is no refund credit"
    for request in wrong(astray.exclude(credit__destination=F("sale__charge__source"))):
        yield f"request {request.reference} was credited to another wallet than the one that paid"
    for request in wrong(astray.exclude(credit__amount_cents=F("credit_cents"))):
        yield f"request {request.reference} says another amount than its credit"
    orphans = Transfer.objects.filter(kind__in=CREDIT_KINDS, credited_to__isnull=True)
    for transfer in wrong(orphans):
        yield f"transfer {transfer.pk} credits for no request"


def _reversals() -> Iterator[str]:
    # A fee that was given back before it was due goes to the program once it is taken back.
    back = Q(reversal__destination=F("credit__source"))
    due = Q(credit__kind=Kind.RELEASE, reversal__destination__kind=LedgerAccount.Kind.REVENUE)
    astray = RefundRequest.objects.filter(reversal__isnull=False).exclude(
        back | due,
        reversal__kind=Kind.REVERSAL,
        reversal__amount_cents=F("credit__amount_cents"),
        reversal__source=F("credit__destination"),
    )
    for request in wrong(astray):
        yield f"request {request.reference} was reversed by something else than its credit"
    orphans = Transfer.objects.filter(kind=Kind.REVERSAL, reversed_from__isnull=True)
    for transfer in wrong(orphans):
        yield f"transfer {transfer.pk} reverses no request"


def _goodwill() -> Iterator[str]:
    # Who refused, and was silent when the case was put to them again, still refuses.
    refused = SellerMessage.objects.filter(
        case__request=OuterRef("pk"), answer=SellerMessage.Answer.REFUSES
    )
    gifts = RefundRequest.objects.filter(credit__kind=Kind.GOODWILL)
    stands = Q(seller_case__status__in=["refused", "silent"]) & Q(Exists(refused))
    for request in wrong(gifts.exclude(stands)):
        yield f"request {request.reference} was credited as goodwill, and no seller refused"


def _recoveries() -> Iterator[str]:
    cases = SellerCase.objects.select_related("request")
    astray = cases.filter(recovery__isnull=False).exclude(
        recovery__kind=Kind.SELLER_RECOVERY,
        recovery__amount_cents=F("request__credit__amount_cents"),
        recovery__source=F("seller__account"),
    )
    for case in wrong(astray):
        yield f"request {case.request} recovered something else than its credit from the seller"
    credited = cases.filter(request__credit__isnull=False, status=SellerCase.Status.AGREED)
    for case in wrong(credited.filter(recovery__isnull=True)):
        yield f"request {case.request} is credited, and its seller who agreed has paid nothing"
    orphans = Transfer.objects.filter(kind=Kind.SELLER_RECOVERY, recovered_for__isnull=True)
    for transfer in wrong(orphans):
        yield f"transfer {transfer.pk} recovers for no request"


def _returns() -> Iterator[str]:
    cases = SellerCase.objects.select_related("request")
    astray = cases.filter(recovery_returned__isnull=False).exclude(
        recovery_returned__kind=Kind.SELLER_RETURN,
        recovery_returned__amount_cents=F("recovery__amount_cents"),
        recovery_returned__source=F("recovery__destination"),
        recovery_returned__destination=F("recovery__source"),
    )
    for case in wrong(astray):
        yield f"request {case.request} gave something else back than it recovered"
    due = cases.filter(recovery__isnull=False, recovery_returned__isnull=True)
    for case in wrong(due.filter(request__reversal__isnull=False)):
        yield f"request {case.request} is reversed, and its seller got nothing back"
    orphans = Transfer.objects.filter(kind=Kind.SELLER_RETURN, returned_for__isnull=True)
    for transfer in wrong(orphans):
        yield f"transfer {transfer.pk} gives back for no request"


def _corrections() -> Iterator[str]:
    # As a reversal's: back to where it came from, or to the program where a held fee is due.
    back = Q(transfer__destination=F("request__credit__source"))
    due = Q(
        request__credit__kind=Kind.RELEASE,
        transfer__destination__kind=LedgerAccount.Kind.REVENUE,
    )
    corrected = Correction.objects.filter(transfer__isnull=False).select_related("request")
    astray = corrected.exclude(
        back | due,
        request__state=State.FINAL_APPROVED,
        transfer__kind=Kind.ADJUSTMENT,
        transfer__amount_cents=F("request__credit__amount_cents"),
        transfer__source=F("request__credit__destination"),
    )
    for correction in wrong(astray):
        yield f"request {correction.request} was corrected by something else than its credit"
    adjustments = Transfer.objects.filter(kind=Kind.ADJUSTMENT, corrects__isnull=True)
    for transfer in wrong(adjustments.filter(idempotency_key__startswith="correction:")):
        yield f"transfer {transfer.pk} corrects no credit"


CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    _triggers,
    _balances,
    _programs,
    _amounts,
    _routes,
    _charges,
    _captures,
    _holds,
    _released_column,
    _credited_column,
    _credits,
    _reversals,
    _goodwill,
    _recoveries,
    _returns,
    _corrections,
)


def wrong(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Return the rows that break a promise, in the order of their making."""
    return rows.order_by("pk")


def _sum_of(end: str) -> Coalesce:
    sums = (
        Transfer.objects.filter(**{end: OuterRef("pk")})
        .order_by()
        .values(end)
        .annotate(total=Sum("amount_cents"))
        .values("total")
    )
    return Coalesce(Subquery(sums, output_field=BigIntegerField()), Value(0))


def _sum_over_requests(amount: str, **only: str) -> Coalesce:
    sums = (
        RefundRequest.objects.filter(sale=OuterRef("pk"), **only)
        .order_by()
        .values("sale")
        .annotate(total=Sum(amount))
        .values("total")
    )
    return Coalesce(Subquery(sums, output_field=BigIntegerField()), Value(0))
