"""What the filter of My leads hides, asked for at once: a page has eight queries to spend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import (
    CharField,
    Count,
    DateField,
    DateTimeField,
    Expression,
    F,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast

from accounts.models import ServicePro
from leads.models import LeadSale
from refunds.models import RefundRequest
from refunds.services.refundable import NOTHING, Bounds, claimable
from refunds.services.windows import Sold, Terms

COUNTED_UP_TO = 100

NO_MOMENT = Cast(Value(None), DateTimeField())
NO_DAY = Cast(Value(None), DateField())

Lines = QuerySet[Any, Any]


@dataclass(frozen=True)
class Hidden:
    """How many leads a filter hides that can be refunded, and how many open requests.

    Each is counted up to ``COUNTED_UP_TO``, and so are the requests that wait for the pro.
    """

    refundable: int = 0
    requests: int = 0
    waiting: int = 0

    def __bool__(self) -> bool:
        return bool(self.refundable or self.requests)

    @property
    def has_many_refundable(self) -> bool:
        """Say whether there are more refundable ones than were counted."""
        return self.refundable >= COUNTED_UP_TO

    @property
    def has_many_requests(self) -> bool:
        """Say whether there are more open requests than were counted."""
        return self.requests >= COUNTED_UP_TO


class _Line(NamedTuple):
    """One line of the answer: a count, or a sale that has to be looked at."""

    kind: str
    code: str
    name: str
    at: datetime | None
    job: date | None


def hidden_by(
    pros: Sequence[ServicePro], terms: Terms, bounds: Bounds, shown: Q, *, at: datetime
) -> Hidden:
    """Count what a filter hides, in 1 query; ``shown`` is what it lets through."""
    first, *others = _hidden(pros, bounds, shown)
    found = [_Line(*line) for line in first.union(*others, all=True)]
    return Hidden(
        min(_counted(found, "refundable") + _extended(found, terms, at), COUNTED_UP_TO),
        _counted(found, "request"),
        waiting=_counted(found, "waiting"),
    )


def _hidden(pros: Sequence[ServicePro], bounds: Bounds, shown: Q) -> list[Lines]:
    hidden = claimable(pros).exclude(shown)
    planned = hidden.filter(bounds.planned, sold_at__gte=bounds.looked_from)
    lines = [
        _count("refundable", planned),
        _count("refundable", hidden.filter(bounds.granted)),
        _count("request", _requested(pros).exclude(shown)),
        _waiting(pros),
    ]
    if bounds.extended != NOTHING:
        extended = hidden.filter(bounds.extended, sold_at__gte=bounds.looked_from)
        program, code = Cast("pro__program", CharField()), F("lead__postal_code")
        of_sale = F("sold_at"), F("lead__job_date")
        lines.append(_line(extended, "extended", program, code, *of_sale))
    return lines


def _waiting(pros: Sequence[ServicePro]) -> Lines:
    """Return the count that the badge of the page shows, which saves asking for it by itself."""
    waiting = RefundRequest.objects.waiting_for_pro().filter(pro__in=[pro.pk for pro in pros])
    some = RefundRequest.objects.filter(pk__in=waiting.values("pk")[:COUNTED_UP_TO])
    grouped = some.annotate(kind=Value("waiting")).values("kind")
    return _line(grouped, "waiting", Cast(Count("pk"), CharField()), Value(""))


def _requested(pros: Sequence[ServicePro]) -> QuerySet[LeadSale]:
    """Return the sales whose request has no last word yet."""
    requests = RefundRequest.objects.undecided().filter(pro__in=[pro.pk for pro in pros])
    return LeadSale.objects.attached().filter(pk__in=requests.values("sale"))


def _count(kind: str, sales: QuerySet[LeadSale]) -> Lines:
    some = LeadSale.objects.filter(pk__in=sales.order_by().values("pk")[:COUNTED_UP_TO])
    grouped = some.annotate(kind=Value(kind)).values("kind")
    return _line(grouped, kind, Cast(Count("pk"), CharField()), Value(""))


def _line(
    rows: Lines, kind: str, code: Expression | F, name: Expression | F, *of_sale: Expression | F
) -> Lines:
    rest = of_sale or (NO_MOMENT, NO_DAY)
    return rows.order_by().values_list(Value(kind), code, name, *rest)


def _counted(found: Sequence[_Line], kind: str) -> int:
    return sum(int(line.code) for line in found if line.kind == kind)


def _extended(found: Sequence[_Line], terms: Terms, at: datetime) -> int:
    """Count the sales whose window a declared event keeps open."""
    sales = [
        Sold(int(line.code), line.at, line.job, line.name)
        for line in found
        if line.kind == "extended" and line.at
    ]
    windows = [terms.window(sale) for sale in sales]
    return sum(window is not None and not window.is_closed(at) for window in windows)
