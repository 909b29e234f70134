"""Paging by the last row seen, which costs the same on every page (design §11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

PAGE_SIZE = 50

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the page after them ("" on the last one)."""

    rows: Sequence[Row]
    next_cursor: str


def newest_first(
    queryset: QuerySet[Row], field: str, cursor: str, *, size: int = PAGE_SIZE
) -> Page[Row]:
    """Return the page of rows that comes after the cursor, by an instant and the id, descending.

    A cursor that can't be read starts at the first page.
    """
    fetched = list(_behind(queryset, field, cursor)[: size + 1])
    shown = fetched[:size]
    has_more = len(fetched) > size
    return Page(shown, _write(shown[-1], field) if has_more else "")


def newest_of(
    ways: Sequence[QuerySet[Row]],
    rows: QuerySet[Row],
    field: str,
    cursor: str,
    *,
    size: int = PAGE_SIZE,
) -> Page[Row]:
    """Return such a page of the rows that one way or another leads to.

    Each way is walked by an index of its own, and no further than a page: one condition with an
    OR between them would be sorted as a whole, at every depth.
    """
    heads = [_behind(way, field, cursor).values("pk")[: size + 1] for way in ways]
    # A query within a query: SQLite takes no LIMIT between the parts of a UNION.
    first, *others = [
        rows.model._default_manager.filter(pk__in=head).values("pk") for head in heads
    ]
    found = first.union(*others, all=True) if others else first
    return newest_first(rows.filter(pk__in=found), field, "", size=size)


def _behind(queryset: QuerySet[Row], field: str, cursor: str) -> QuerySet[Row]:
    rows = queryset.order_by(f"-{field}", "-pk")
    after = _read(cursor)
    return rows if after is None else rows.filter(TupleLessThan(Tuple(field, "pk"), after))


def _write(row: Model, field: str) -> str:
    return f"{getattr(row, field).isoformat()}_{row.pk}"


def _read(cursor: str) -> tuple[datetime, int] | None:
    at, _separator, pk = cursor.partition("_")
    try:
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None:
            return None
        # An offset can lead out of the years that there are.
        instant = instant.astimezone(UTC)
        number = int(pk)
    except (ValueError, OverflowError):
        return None
    return (instant, number) if 0 < number < 2**63 else None
