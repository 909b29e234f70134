"""Fees that come back by themselves: a quote stayed unread or unanswered, or the contact was never
given to the pro (P2, P3, X28).

The sweep asks ``judge`` about each sale that is due, as about any claim, and credits a chunk of
them in one transaction and a handful of statements.
"""

from collections.abc import Iterator, Sequence, Set
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.access import machine
from accounts.models import ClosedDay, User
from leads.models import LeadSale, Quote
from refunds import addresses, mails
from refunds.models import OutboundMail, PolicyVersion, RefundEvent, RefundRequest
from refunds.models.request_queryset import RefundRequestQuerySet
from refunds.models.states import CREDITED_STATES, UNDECIDED_STATES
from refunds.policy import facts as known
from refunds.policy.document import Reason
from refunds.policy.engine import judge
from refunds.policy.verdict import Outcome, Verdict
from refunds.services import consequences, doorbell, money
from refunds.services.dates import end_of_day
from refunds.services.grounds import BY_SALE, Ground, grounds

CHUNK = 500

Place = tuple[datetime, int]  # how far a sweep has come in its order


def credit_due() -> int:
    """Credit every fee that is due back by now; return how many.

    Each chunk is one transaction: the transfers, an approved request each with its event and its
    letter, and the sweep's marks on the quotes. A fee that is held is released. A sale that was
    claimed is left to its request; only a refusal gives way, where it answered another question
    (``giving_way_to``). Sweeps at once credit each sale once, and one
    that dies leaves its chunk whole to the next.
    """
    now = timezone.now()
    return sum(_sweep(ground, now) for ground in grounds(now))


def _sweep(ground: Ground, now: datetime) -> int:
    # The usual answer, and it needs no lock. In order: the planner goes by the index then.
    if ground.due.values_list("pk").first() is None:
        return 0
    total, place = 0, None
    while True:
        place, credited = _do_chunk(ground, place, now)
        total += credited
        if place is None:
            return total


@transaction.atomic
def _do_chunk(ground: Ground, after: Place | None, now: datetime) -> tuple[Place | None, int]:
    """Look at the next sales that are due; return the place of the last, and how many it credited.

    What is not credited may be due in the next sweep again: this one goes on behind it.
    """
    locked = _locked(ground, after)
    sales = _not_being_appealed(locked, ground)
    claimed = _claimed(sales, ground)
    free = [sale for sale in sales if sale.pk not in claimed]
    requests = _credit(free, ground, ground.reason, now) if ground.reason else []
    if ground.passed:
        credited = {request.sale_id for request in requests}
        done = credited | {pk for pk, state in claimed.items() if state in CREDITED_STATES}
        waiting = {pk for pk, state in claimed.items() if state in UNDECIDED_STATES}
        _mark(sales, ground.passed, done=done, waiting=waiting, now=now)
    return max((_place(sale, ground) for sale in locked), default=None), len(requests)


def _locked(ground: Ground, after: Place | None) -> list[LeadSale]:
    """Lock the next sales that no other sweep holds, then look at them again (trap 13)."""
    due = _behind(ground, after).select_for_update(of=("self",), no_key=True, skip_locked=True)
    keys = [sale.pk for sale in due.only("pk")[:CHUNK]]
    sales = LeadSale.objects.filter(pk__in=keys).select_related(
        "lead__category", "charge__source", "charge__destination", "quote"
    )
    return list(sales.order_by("pk"))


def _behind(ground: Ground, after: Place | None) -> QuerySet[LeadSale]:
    if after is None:
        return ground.due
    (instant, key), (at, pk) = ground.order, after
    later = Q(**{f"{instant}__gt": at}) | Q(**{f"{key}__gt": pk})
    return ground.due.filter(later, **{f"{instant}__gte": at})


def _place(sale: LeadSale, ground: Ground) -> Place:
    if ground.order == BY_SALE:
        return sale.sold_at, sale.pk
    return sale.quote.sent_at, sale.quote.pk


def _not_being_appealed(sales: Sequence[LeadSale], ground: Ground) -> list[LeadSale]:
    """Lock the refusals that may give way; leave a sale to the next sweep where somebody has it.

    Requests are locked before sales elsewhere: nothing waits here, so nobody waits in a circle.
    """
    refusals = _giving_way(sales, ground)
    free = refusals.select_for_update(of=("self",), no_key=True, skip_locked=True)
    ours = set(free.values_list("sale_id", flat=True))
    taken = set(refusals.values_list("sale_id", flat=True)) - ours
    return [sale for sale in sales if sale.pk not in taken]


def _mark(
    sales: Sequence[LeadSale], passed: str, *, done: Set[int], waiting: Set[int], now: datetime
) -> None:
    """Mark what was looked at: a sale that is credited by now is done with for good.

    A claim that was filed after the sales were found waits for its decision.
    """
    Quote.objects.filter(sale__in=done).update(settled_at=now)
    others = [sale.pk for sale in sales if sale.pk not in done and sale.pk not in waiting]
    Quote.objects.filter(sale__in=others).update(**{passed: now})


def _claimed(sales: Sequence[LeadSale], ground: Ground) -> dict[int, str]:
    """Return the state of the request to which each sale is left, by the sale's key."""
    of_sales = RefundRequest.objects.filter(sale__in=sales)
    standing = of_sales.standing_against(ground.reason.code) if ground.reason else of_sales.live()
    return dict(standing.values_list("sale_id", "state"))


def _giving_way(sales: Sequence[LeadSale], ground: Ground) -> RefundRequestQuerySet:
    if ground.reason is None:
        return RefundRequest.objects.none()
    return RefundRequest.objects.giving_way_to(ground.reason.code).filter(sale__in=sales)


def _credit(
    sales: Sequence[LeadSale], ground: Ground, reason: Reason, now: datetime
) -> list[RefundRequest]:
    """Credit those of the locked sales that the policy proves; nobody has claimed them."""
    by = machine()
    requests = [
        _request(sale, verdict, ground.version, reason=reason.code, by=by, at=now)
        for sale, verdict in _verdicts(sales, ground, reason, now)
        if verdict.outcome == Outcome.APPROVE
    ]
    if not requests:
        return []
    for request, transfer in zip(requests, money.credit_in_full(requests, at=now), strict=True):
        request.approve(by=by, at=now, credit=transfer)
    _make_way([request.sale for request in requests], ground)
    RefundRequest.objects.bulk_create(requests)
    _tell(requests, by=by, at=now)
    if consequences.has_any(ground.policy, reason):
        _follow_up(requests, by=by, at=now)
    return requests


def _make_way(sales: Sequence[LeadSale], ground: Ground) -> None:
    """Let the refusals of the same sales stand beside their credits, and end their appeals.

    No event tells of it, as nothing was decided on them: the credit has its own. Their version
    stays as well, so that an appeal from an older page hears why it is too late.
    """
    _giving_way(sales, ground).update(may_file_again=True, appeal_until=None)


def _verdicts(
    sales: Sequence[LeadSale], ground: Ground, reason: Reason, now: datetime
) -> Iterator[tuple[LeadSale, Verdict]]:
    closed = ClosedDay.objects.filter(program=ground.version.program_id)
    closed_days = frozenset(closed.values_list("date", flat=True))
    claim = known.Claim(
        reason=reason.code,
        submitted_at=now,
        explanation="",
        channel=RefundRequest.Channel.SYSTEM,
        details={},
    )
    for sale in sales:
        yield sale, judge(_facts(sale, claim, closed_days), ground.policy)


def _facts(sale: LeadSale, claim: known.Claim, closed_days: frozenset[date]) -> known.Facts:
    """What the sale's own row and its quote tell: what is credited by itself rests on no more."""
    quote = getattr(sale, "quote", None)
    return known.Facts(
        stage="filing",
        sale=known.Sale(
            sold_at=sale.sold_at,
            price_cents=sale.price_cents,
            kind=sale.lead.kind,
            category=sale.lead.category.code,
            postal_code=sale.lead.postal_code,
            job_date=sale.lead.job_date,
            quote=quote and known.Quote(quote.sent_at, quote.read_at, quote.replied_at),
            contact_revealed_at=sale.contact_revealed_at,
        ),
        pro=known.Pro(frozenset(), ()),
        prices={},
        owner_approval_categories=frozenset(),
        earlier_sales=(),
        attempts=(),
        claim=claim,
        findings=(),
        credited_cents=sale.credited_cents,
        exception=None,
        closed_days=closed_days,
    )


def _request(
    sale: LeadSale,
    verdict: Verdict,
    version: PolicyVersion,
    *,
    reason: str,
    by: User,
    at: datetime,
) -> RefundRequest:
    return RefundRequest(
        program=version.program,
        pro_id=sale.pro_id,
        sale=sale,
        policy_version=version,
        origin=RefundRequest.Origin.AUTOMATIC,
        channel=RefundRequest.Channel.SYSTEM,
        filed_by=by,
        reason=reason,
        decided_reason=reason,
        submitted_at=at,
        checks=[check.as_json() for check in verdict.checks],
        credit_cents=verdict.credit_cents,
        target_on=verdict.target_on,
        limit_on=verdict.limit_on,
        due_at=end_of_day(version.program, verdict.limit_on),
    )


def _tell(requests: Sequence[RefundRequest], *, by: User, at: datetime) -> None:
    """Record one event for each credit, and owe its letter to the pro."""
    events = RefundEvent.objects.bulk_create(
        RefundEvent(
            request=request,
            kind=RefundEvent.Kind.APPROVED,
            at=at,
            actor=by,
            to_state=request.state,
        )
        for request in requests
    )
    known_addresses = addresses.of_pros({request.pro_id for request in requests})
    OutboundMail.objects.bulk_create(
        mail
        for event in events
        for mail in mails.owed(event, to=known_addresses[event.request.pro_id])
    )
    transaction.on_commit(partial(doorbell.ring, doorbell.SEND_DUE_MAIL))


def _follow_up(requests: Sequence[RefundRequest], *, by: User, at: datetime) -> None:
    """Carry out what else the policy wants of a credited lead, for each by itself."""
    saved = RefundRequest.objects.with_sale().filter(pk__in=[request.pk for request in requests])
    for request in saved.order_by("pk"):
        consequences.after_credit(request, actor=by, at=at)
