"""What the filter of My leads hides, asked for at once: a page has eight queries to spend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import DateField, DateTimeField, IntegerField, Q, QuerySet, Subquery, Value
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


class _Counted(Subquery):
    """How many rows a query finds; one that has a limit stops there."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


class _Line(NamedTuple):
    """One line of the answer: the counts, or a sale that has to be looked at."""

    planned: int
    granted: int
    requests: int
    waiting: int
    program_id: int
    postal_code: str
    sold_at: datetime | None
    job_date: date | None


def hidden_by(
    pros: Sequence[ServicePro], terms: Terms, bounds: Bounds, shown: Q, *, at: datetime
) -> Hidden:
    """Count what a filter hides, in 1 query; ``shown`` is what it lets through."""
    lines = _counts(pros, bounds, shown)
    if bounds.extended != NOTHING:
        lines = lines.union(_perhaps_extended(pros, bounds, shown), all=True)
    found = [_Line(*line) for line in lines]
    refundable = sum(line.planned + line.granted for line in found) + _extended(found, terms, at)
    return Hidden(
        min(refundable, COUNTED_UP_TO),
        sum(line.requests for line in found),
        waiting=sum(line.waiting for line in found),
    )


def _counts(pros: Sequence[ServicePro], bounds: Bounds, shown: Q) -> Lines:
    """Return a single line; one of the pros is there for the database to have a row to say it on.

    The requests that wait are those of the page's badge, which saves asking for it by itself.
    """
    hidden = claimable(pros).exclude(shown)
    planned = hidden.filter(bounds.planned, sold_at__gte=bounds.looked_from)
    return ServicePro.objects.filter(pk=pros[0].pk).values_list(
        _counted(planned),
        _counted(hidden.filter(bounds.granted)),
        _counted(_requested(pros).exclude(shown)),
        _counted(RefundRequest.objects.waiting_for_pro().filter(pro__in=_keys(pros))),
        Value(0),
        Value(""),
        NO_MOMENT,
        NO_DAY,
    )


def _counted(rows: QuerySet[Any]) -> _Counted:
    return _Counted(rows.order_by().values("pk")[:COUNTED_UP_TO])


def _requested(pros: Sequence[ServicePro]) -> QuerySet[LeadSale]:
    """Return the sales whose request has no last word yet."""
    requests = RefundRequest.objects.undecided().filter(pro__in=_keys(pros))
    return LeadSale.objects.attached().filter(pk__in=requests.values("sale"))


def _keys(pros: Sequence[ServicePro]) -> list[int]:
    return [pro.pk for pro in pros]


def _perhaps_extended(pros: Sequence[ServicePro], bounds: Bounds, shown: Q) -> Lines:
    """Return a line for each hidden sale whose window a declared event may keep open."""
    hidden = claimable(pros).exclude(shown)
    return hidden.filter(bounds.extended, sold_at__gte=bounds.looked_from).values_list(
        *(Value(0),) * 4, "pro__program", "lead__postal_code", "sold_at", "lead__job_date"
    )


def _extended(found: Sequence[_Line], terms: Terms, at: datetime) -> int:
    """Count the sales whose window a declared event keeps open."""
    sales = [
        Sold(line.program_id, line.sold_at, line.job_date, line.postal_code)
        for line in found
        if line.sold_at
    ]
    windows = [terms.window(sale) for sale in sales]
    return sum(window is not None and not window.is_closed(at) for window in windows)
