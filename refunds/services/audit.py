"""Recomputes the books and says which promise is broken (design §5). Reads only.

Each check is one question to the database, which answers with the rows that break a promise.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from django.db import connection
from django.db.models import (
    BigIntegerField,
    Count,
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
from refunds import mails
from refunds.models import (
    Correction,
    CreditProposal,
    ExceptionRequest,
    RefundEvent,
    RefundRequest,
    SellerCase,
    SellerMessage,
    State,
)
from refunds.models.states import CREDITED_STATES, FINAL_STATES
from refunds.services import windows
from refunds.services.grounds import automatic

Kind = Transfer.Kind
Row = TypeVar("Row", bound=Model)

# What a sale costs is taken at once, or held until the contact replies.
CHARGE_KINDS = (Kind.LEAD_CHARGE, Kind.HOLD)
# What a credit may be: from the refunds, from the program's own pocket, or out of what is held.
CREDIT_KINDS = (Kind.REFUND_CREDIT, Kind.GOODWILL, Kind.RELEASE)


def audit() -> list[str]:
    """Return one line for each broken promise; an empty list means that the books hold."""
    return [line for check in CHECKS for line in check()]


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
    for transfer in _wrong(
        Transfer.objects.exclude(source__program=F("program"), destination__program=F("program"))
    ):
        yield f"transfer {transfer.pk} moves money between programs"


def _amounts() -> Iterator[str]:
    for transfer in _wrong(Transfer.objects.filter(amount_cents__lte=0)):
        yield f"transfer {transfer.pk} is not positive"


def _routes() -> Iterator[str]:
    for kind, (sources, destinations) in ledger.ROUTES.items():
        astray = Q()
        if sources:
            astray |= ~Q(source__kind__in=sources)
        if destinations:
            astray |= ~Q(destination__kind__in=destinations)
        if astray:
            for transfer in _wrong(Transfer.objects.filter(astray, kind=kind)):
                yield f"transfer {transfer.pk} ({kind}) runs between the wrong accounts"


def _charges() -> Iterator[str]:
    wrong = LeadSale.objects.exclude(
        charge__kind__in=CHARGE_KINDS, charge__amount_cents=F("price_cents")
    )
    for sale in _wrong(wrong):
        yield f"sale {sale.pk} was not charged its price"
    for sale in _wrong(LeadSale.objects.exclude(charge__source__pro=F("pro"))):
        yield f"sale {sale.pk} was charged to another pro"
    for transfer in _wrong(Transfer.objects.filter(kind__in=CHARGE_KINDS, sale__isnull=True)):
        yield f"transfer {transfer.pk} charges for no sale"


def _captures() -> Iterator[str]:
    wrong = LeadSale.objects.filter(capture__isnull=False).exclude(
        charge__kind=Kind.HOLD,
        capture__kind=Kind.CAPTURE,
        capture__source=F("charge__destination"),
        capture__amount_cents=F("price_cents") - F("released_cents"),
    )
    for sale in _wrong(wrong):
        yield f"sale {sale.pk} was captured otherwise than it was held"
    for transfer in _wrong(Transfer.objects.filter(kind=Kind.CAPTURE, captured_sale__isnull=True)):
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
    for sale in _wrong(sales.filter(given__gt=F("price_cents") + F("taken"))):
        yield f"sale {sale.pk} was credited beyond its charge"


def _credits() -> Iterator[str]:
    wrong = RefundRequest.objects.filter(credit__isnull=False)
    for request in _wrong(wrong.exclude(credit__kind__in=CREDIT_KINDS)):
        yield f"request {request.reference} has a credit that is no refund credit"
    for request in _wrong(wrong.exclude(credit__destination=F("sale__charge__source"))):
        yield f"request {request.reference} was credited to another wallet than the one that paid"
    for request in _wrong(wrong.exclude(credit__amount_cents=F("credit_cents"))):
        yield f"request {request.reference} says another amount than its credit"
    orphans = Transfer.objects.filter(kind__in=CREDIT_KINDS, credited_to__isnull=True)
    for transfer in _wrong(orphans):
        yield f"transfer {transfer.pk} credits for no request"


def _reversals() -> Iterator[str]:
    # A fee that was given back before it was due goes to the program once it is taken back.
    back = Q(reversal__destination=F("credit__source"))
    due = Q(credit__kind=Kind.RELEASE, reversal__destination__kind=LedgerAccount.Kind.REVENUE)
    wrong = RefundRequest.objects.filter(reversal__isnull=False).exclude(
        back | due,
        reversal__kind=Kind.REVERSAL,
        reversal__amount_cents=F("credit__amount_cents"),
        reversal__source=F("credit__destination"),
    )
    for request in _wrong(wrong):
        yield f"request {request.reference} was reversed by something else than its credit"
    orphans = Transfer.objects.filter(kind=Kind.REVERSAL, reversed_from__isnull=True)
    for transfer in _wrong(orphans):
        yield f"transfer {transfer.pk} reverses no request"


def _states() -> Iterator[str]:
    uncredited = RefundRequest.objects.filter(state__in=CREDITED_STATES, credit__isnull=True)
    for request in _wrong(uncredited):
        yield f"request {request.reference} is {request.state} without a credit"
    credited = RefundRequest.objects.filter(credit__isnull=False)
    for request in _wrong(credited.exclude(state__in=CREDITED_STATES)):
        yield f"request {request.reference} is {request.state} with a credit"
    mixed = RefundRequest.objects.exclude(pro=F("sale__pro"), program=F("sale__lead__program"))
    for request in _wrong(mixed):
        yield f"request {request.reference} belongs to another pro than its sale"


def _live_requests() -> Iterator[str]:
    doubled = (
        RefundRequest.objects.live()
        .values("sale")
        .annotate(live=Count("pk"))
        .filter(live__gt=1)
        .order_by("sale")
    )
    for row in doubled:
        yield f"sale {row['sale']} has {row['live']} live requests"


def _events() -> Iterator[str]:
    last = RefundEvent.objects.filter(request=OuterRef("pk")).order_by("-pk")
    requests = RefundRequest.objects.annotate(told=Subquery(last.values("to_state")[:1]))
    for request in _wrong(requests.exclude(told=F("state")) | requests.filter(told=None)):
        yield f"request {request.reference} is {request.state}, its events say {request.told}"
    left = RefundEvent.objects.filter(from_state__in=FINAL_STATES).exclude(to_state=F("from_state"))
    for event in _wrong(left):
        yield f"event {event.pk} leaves the final state {event.from_state}"


def _mails() -> Iterator[str]:
    owes = ~Q(mails__kind__in=mails.EXTRA)
    for kind, owed in mails.OWED.items():
        events = RefundEvent.objects.filter(kind=kind).annotate(sent=Count("mails", filter=owes))
        for event in events.exclude(sent=len(owed)).order_by("pk"):
            yield f"event {event.pk} ({kind}) has {event.sent} mails instead of {len(owed)}"


def _goodwill() -> Iterator[str]:
    # Who refused, and was silent when the case was put to them again, still refuses.
    refused = SellerMessage.objects.filter(
        case__request=OuterRef("pk"), answer=SellerMessage.Answer.REFUSES
    )
    gifts = RefundRequest.objects.filter(credit__kind=Kind.GOODWILL)
    stands = Q(seller_case__status__in=["refused", "silent"]) & Q(Exists(refused))
    for request in _wrong(gifts.exclude(stands)):
        yield f"request {request.reference} was credited as goodwill, and no seller refused"


def _recoveries() -> Iterator[str]:
    cases = SellerCase.objects.select_related("request")
    wrong = cases.filter(recovery__isnull=False).exclude(
        recovery__kind=Kind.SELLER_RECOVERY,
        recovery__amount_cents=F("request__credit__amount_cents"),
        recovery__source=F("seller__account"),
    )
    for case in _wrong(wrong):
        yield f"request {case.request} recovered something else than its credit from the seller"
    credited = cases.filter(request__credit__isnull=False, status=SellerCase.Status.AGREED)
    for case in _wrong(credited.filter(recovery__isnull=True)):
        yield f"request {case.request} is credited, and its seller who agreed has paid nothing"
    orphans = Transfer.objects.filter(kind=Kind.SELLER_RECOVERY, recovered_for__isnull=True)
    for transfer in _wrong(orphans):
        yield f"transfer {transfer.pk} recovers for no request"


def _returns() -> Iterator[str]:
    cases = SellerCase.objects.select_related("request")
    wrong = cases.filter(recovery_returned__isnull=False).exclude(
        recovery_returned__kind=Kind.SELLER_RETURN,
        recovery_returned__amount_cents=F("recovery__amount_cents"),
        recovery_returned__source=F("recovery__destination"),
        recovery_returned__destination=F("recovery__source"),
    )
    for case in _wrong(wrong):
        yield f"request {case.request} gave something else back than it recovered"
    due = cases.filter(recovery__isnull=False, recovery_returned__isnull=True)
    for case in _wrong(due.filter(request__reversal__isnull=False)):
        yield f"request {case.request} is reversed, and its seller got nothing back"
    orphans = Transfer.objects.filter(kind=Kind.SELLER_RETURN, returned_for__isnull=True)
    for transfer in _wrong(orphans):
        yield f"transfer {transfer.pk} gives back for no request"


def _quotes() -> Iterator[str]:
    # Where an unanswered quote brings its fee back, one that is done with holds none.
    live = RefundRequest.objects.live().filter(sale=OuterRef("pk"))
    held = LeadSale.objects.filter(
        quote__settled_at__isnull=False,
        quote__replied_at__isnull=True,
        charge__kind=Kind.HOLD,
        capture__isnull=True,
        released_cents__lt=F("price_cents"),
    )
    sales = list(_wrong(held.exclude(Exists(live)).select_related("lead")))
    terms = windows.terms_for([windows.sold(sale) for sale in sales])
    for sale in sales:
        policy = terms.policy(sale.lead.program_id, sale.sold_at)
        if policy and automatic(policy, "replies"):
            yield f"sale {sale.pk} has its quote settled, and its fee is still held"


def _corrections() -> Iterator[str]:
    # As a reversal's: back to where it came from, or to the program where a held fee is due.
    back = Q(transfer__destination=F("request__credit__source"))
    due = Q(
        request__credit__kind=Kind.RELEASE,
        transfer__destination__kind=LedgerAccount.Kind.REVENUE,
    )
    corrected = Correction.objects.filter(transfer__isnull=False).select_related("request")
    wrong = corrected.exclude(
        back | due,
        request__state=State.FINAL_APPROVED,
        transfer__kind=Kind.ADJUSTMENT,
        transfer__amount_cents=F("request__credit__amount_cents"),
        transfer__source=F("request__credit__destination"),
    )
    for correction in _wrong(wrong):
        yield f"request {correction.request} was corrected by something else than its credit"
    adjustments = Transfer.objects.filter(kind=Kind.ADJUSTMENT, corrects__isnull=True)
    for transfer in _wrong(adjustments.filter(idempotency_key__startswith="correction:")):
        yield f"transfer {transfer.pk} corrects no credit"


def _exceptions() -> Iterator[str]:
    # One that an appeal's decision granted is told of by the appeal's letter (X26).
    decided = RefundRequest.objects.filter(
        sale=OuterRef("sale"),
        appeal_decided_by=OuterRef("decided_by"),
        appeal_decided_at=OuterRef("decided_at"),
    )
    asked = ExceptionRequest.objects.exclude(Exists(decided)).annotate(sent=Count("mails"))
    told = Q(decided_at__isnull=True, sent=1) | Q(decided_at__isnull=False, sent=2)
    for uuid, sent in asked.exclude(told).order_by("pk").values_list("uuid", "sent"):
        yield f"exception {uuid} has {sent} mails"


def _proposals() -> Iterator[str]:
    settled = CreditProposal.objects.filter(request__isnull=False).exclude(
        request__sale=F("sale"),
        request__origin=RefundRequest.Origin.PROACTIVE,
        request__credit__isnull=False,
    )
    for proposal in _wrong(settled):
        yield f"proposal {proposal.pk} was settled by something else than a credit for it"
    others = CreditProposal.objects.filter(
        ~Q(sale__pro=F("because_of__pro")),
        sale__lead__contact=F("because_of__sale__lead__contact"),
    )
    for proposal in _wrong(CreditProposal.objects.exclude(pk__in=others)):
        yield f"proposal {proposal.pk} names no other buyer of the same contact"


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
    _states,
    _live_requests,
    _events,
    _mails,
    _quotes,
    _corrections,
    _exceptions,
    _proposals,
)


def _wrong(rows: QuerySet[Row]) -> QuerySet[Row]:
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
