"""A pro's statement: what went into the wallets and out of them, and what was on them then (L19).

Nothing is stored for it. What was on the wallets after a transfer is what is on them now, less
what moved since; and every transfer is on an index by each of its two accounts, with its amount,
so that adding up reads no rows.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import (
    Case,
    DateTimeField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.db.models.functions import Coalesce

from accounts.ledger import ROUTES
from accounts.models import LedgerAccount, ServicePro, Transfer
from accounts.paging import PAGE_SIZE, Page, newest_keys
from refunds.date_windows import Span

Kind = Transfer.Kind

# What a month is told of: what the wallets paid or set aside for leads, what came back of it, and
# what was taken back of that. A held fee left the wallets when it was held.
SPENT = (Kind.LEAD_CHARGE, Kind.HOLD)
CREDITED = (Kind.REFUND_CREDIT, Kind.GOODWILL, Kind.RELEASE)
TAKEN_BACK = (Kind.REVERSAL, Kind.ADJUSTMENT)


@dataclass(frozen=True)
class Month:
    """What a span of time cost a pro for leads, and what came back; in minor units."""

    span: Span
    spent: int
    credited: int
    taken_back: int


@dataclass(frozen=True)
class Standing:
    """A pro's accounts as they are, and what was on the wallets at some points; in minor units.

    ``at_top`` is after the newest of the lines asked about; ``opening`` and ``closing`` are those
    of the span, ``opening`` None where it has no beginning.
    """

    accounts: Sequence[LedgerAccount]
    at_top: int
    opening: int | None
    closing: int
    months: Sequence[Month] = ()

    @property
    def wallets(self) -> frozenset[int]:
        """The keys of the accounts that make up the balance; what is held is no part of it."""
        kinds = LedgerAccount.WALLET_KINDS
        return frozenset(one.pk for one in self.accounts if one.kind in kinds)


def page_of_lines(
    pro: ServicePro,
    transfers: QuerySet[Transfer],
    *,
    kinds: Sequence[Transfer.Kind],
    after: str,
    size: int = PAGE_SIZE,
    before: Transfer | None = None,
) -> Page[Transfer]:
    """Return a page of those of some transfers that touch a pro's accounts, the newest first.

    ``kinds`` are the only ones among the transfers, () for all: a way that none of them can take
    is not looked at, and each line brings by how much the wallets changed between it and the line
    that is newer (``before`` for the first one). In 2 queries.
    """
    page = newest_keys(list(_ways(pro, transfers, kinds)), "posted_at", after, size=size)
    rows = Transfer.objects.filter(pk__in=[pk for _at, pk in page.keys]).select_related(
        "source",
        "destination",
        "sale__lead",
        "captured_sale__lead",
        "credited_to__sale__lead",
        "reversed_from__sale__lead",
        "corrects__request__sale__lead",
    )
    if kinds and page.keys:
        above = [(before.posted_at, before.pk)] if before else page.keys[:1]
        rows = _with_hidden(rows, pro, [*above, *page.keys])
    found = rows.in_bulk()
    return Page([found[pk] for _at, pk in page.keys], page.next_cursor)


def standing(
    pro: ServicePro, *, span: Span, top: Transfer | None, months: Sequence[Span] = ()
) -> Standing:
    """Return how a pro's accounts stand now, and stood at the ends of a span and after a line.

    In 1 query. ``top`` None: no line is asked about.
    """
    accounts = list(
        LedgerAccount.objects.filter(pro=pro, kind__in=LedgerAccount.PRO_KINDS)
        .annotate(
            newer=_moved(_newer_than(top)) if top else Value(0),
            later=_moved(Q(posted_at__gte=span.until)) if span.until else Value(0),
            within=_moved(_within(span)) if span.since else Value(0),
            **dict(_by_month(months)),
        )
        .order_by("-kind")
    )
    wallets = [vars(one) for one in accounts if one.kind in LedgerAccount.WALLET_KINDS]

    # What the query brought besides stands among an account's attributes.
    def total(name: str) -> int:
        return sum(wallet[name] for wallet in wallets)

    closing = total("balance_cents") - total("later")
    return Standing(
        accounts=accounts,
        at_top=total("balance_cents") - total("newer"),
        opening=closing - total("within") if span.since else None,
        closing=closing,
        months=[
            Month(own, *(total(f"{name}_{number}") for name in ("spent", "credited", "taken_back")))
            for number, own in enumerate(months)
        ],
    )


def balances_after(
    lines: Sequence[Transfer], *, at_top: int, wallets: Collection[int]
) -> list[int]:
    """Return what was on the wallets after each line of a page, the newest first.

    ``at_top`` is that of the newest.
    """
    balance, balances = at_top, []
    for number, line in enumerate(lines):
        balance -= vars(line).get("hidden", 0) if number else 0
        balances.append(balance)
        balance -= effect(line, wallets)
    return balances


def effect(line: Transfer, wallets: Collection[int]) -> int:
    """Return by how much a transfer changed what is on some wallets together."""
    came = line.amount_cents if line.destination_id in wallets else 0
    return came - (line.amount_cents if line.source_id in wallets else 0)


def _ways(
    pro: ServicePro, transfers: QuerySet[Transfer], kinds: Sequence[Transfer.Kind]
) -> Iterator[QuerySet[Transfer]]:
    """Yield the transfers by each account of the pro's that they can leave or enter."""
    routes = [ROUTES[kind] for kind in kinds or Kind]
    for kind in LedgerAccount.PRO_KINDS:
        account = _account(pro, kind)
        if any(kind in leaves or not leaves for leaves, _enters in routes):
            yield transfers.filter(source=account)
        if any(kind in enters or not enters for _leaves, enters in routes):
            yield transfers.filter(destination=account)


def _by_month(months: Sequence[Span]) -> Iterator[tuple[str, Combinable]]:
    for number, month in enumerate(months):
        within = _within(month)
        yield f"spent_{number}", _sum("source", within & Q(kind__in=SPENT))
        yield f"credited_{number}", _sum("destination", within & Q(kind__in=CREDITED))
        yield f"taken_back_{number}", _sum("source", within & Q(kind__in=TAKEN_BACK))


def _moved(which: Q) -> Combinable:
    """Return what some transfers brought to an account, less what they took from it."""
    return _sum("destination", which) - _sum("source", which)


def _sum(end: str, which: Q, account: object = OuterRef("pk")) -> Coalesce:
    found = Transfer.objects.filter(which, **{end: account}).order_by().values(end)
    return Coalesce(Subquery(found.annotate(total=Sum("amount_cents")).values("total")), Value(0))


def _within(span: Span) -> Q:
    which = Q(posted_at__gte=span.since)
    return which & Q(posted_at__lt=span.until) if span.until else which


def _newer_than(line: Transfer) -> Q:
    return Q(TupleGreaterThan(Tuple("posted_at", "pk"), (line.posted_at, line.pk)))


def _with_hidden(
    rows: QuerySet[Transfer], pro: ServicePro, keys: Sequence[tuple[datetime, int]]
) -> QuerySet[Transfer]:
    """Add by how much the wallets changed between each row and the one whose key is before it.

    What lies between two rows lies between no others: all of it is passed over once.
    """
    between = (
        Q(posted_at__gte=OuterRef("posted_at"), posted_at__lte=OuterRef("newer_at"))
        & (Q(posted_at__gt=OuterRef("posted_at")) | Q(pk__gt=OuterRef("pk")))
        & (Q(posted_at__lt=OuterRef("newer_at")) | Q(pk__lt=OuterRef("newer_pk")))
    )
    changes = [
        sign * _sum(end, between, _account(pro, kind))
        for kind in LedgerAccount.WALLET_KINDS
        for end, sign in (("destination", 1), ("source", -1))
    ]
    pairs = list(pairwise(keys))
    annotated = rows.annotate(
        newer_at=Case(
            *(When(pk=pk, then=Value(at)) for (at, _pk), (_at, pk) in pairs),
            output_field=DateTimeField(),
        ),
        newer_pk=Case(*(When(pk=pk, then=Value(newer)) for (_at, newer), (_own, pk) in pairs)),
    )
    return annotated.annotate(hidden=sum(changes, Value(0)))


def _account(pro: ServicePro, kind: LedgerAccount.Kind) -> Subquery:
    return Subquery(LedgerAccount.objects.filter(pro=pro, kind=kind).values("pk"))
