"""Paging by the last row seen, which costs the same on every page (design §11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

PAGE_SIZE = 50

Kept = TypeVar("Kept", bound=Model)
Row = TypeVar("Row")  # a model's, or what a query makes of it that has the field and the key


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the page after them ("" on the last one)."""

    rows: Sequence[Row]
    next_cursor: str


@dataclass(frozen=True)
class Keys:
    """The instants and ids of some rows in order, and the cursor of the page after them."""

    keys: Sequence[tuple[datetime, int]]
    next_cursor: str


def newest_first(
    queryset: QuerySet[Kept, Row], field: str, cursor: str, *, size: int = PAGE_SIZE
) -> Page[Row]:
    """Return the page of rows that comes after the cursor, by an instant and the id, descending.

    A cursor that can't be read starts at the first page.
    """
    return _page(_behind(queryset, field, cursor), field, size)


def oldest_first(
    queryset: QuerySet[Kept, Row], field: str, cursor: str, *, size: int = PAGE_SIZE
) -> Page[Row]:
    """Return such a page by an instant and the id, ascending."""
    return _page(_ahead(queryset, field, _read(cursor)), field, size)


def earliest_day_first(
    queryset: QuerySet[Kept, Row], field: str, cursor: str, *, size: int = PAGE_SIZE
) -> Page[Row]:
    """Return such a page by a day and the id, ascending."""
    return _page(_ahead(queryset, field, _read_day(cursor)), field, size)


def newest_of(
    ways: Sequence[QuerySet[Kept]],
    rows: QuerySet[Kept, Row],
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


def newest_keys(
    ways: Sequence[QuerySet[Kept]], field: str, cursor: str, *, size: int = PAGE_SIZE
) -> Keys:
    """Return the keys of such a page of what one way or another leads to, in 1 query.

    For rows that bring many others along: a planner that has them all to join may join the whole
    tables before it looks at which are wanted, so the caller fetches them by these keys.
    """
    first, *others = [
        way.model._default_manager.filter(
            pk__in=_behind(way, field, cursor).values("pk")[: size + 1]
        ).values_list(field, "pk")
        for way in ways
    ]
    found = list(first.union(*others).order_by(f"-{field}", "-pk")[: size + 1])
    return Keys(found[:size], _cursor(*found[size - 1]) if len(found) > size else "")


def _page(rows: QuerySet[Kept, Row], field: str, size: int) -> Page[Row]:
    fetched = list(rows[: size + 1])
    shown = fetched[:size]
    return Page(shown, _write(shown[-1], field) if len(fetched) > size else "")


def _behind(queryset: QuerySet[Kept, Row], field: str, cursor: str) -> QuerySet[Kept, Row]:
    rows = queryset.order_by(f"-{field}", "-pk")
    after = _read(cursor)
    return rows if after is None else rows.filter(TupleLessThan(Tuple(field, "pk"), after))


def _ahead(
    queryset: QuerySet[Kept, Row], field: str, after: tuple[date, int] | None
) -> QuerySet[Kept, Row]:
    rows = queryset.order_by(field, "pk")
    return rows if after is None else rows.filter(TupleGreaterThan(Tuple(field, "pk"), after))


def _write(row: object, field: str) -> str:
    return _cursor(*attrgetter(field, "pk")(row))


def _cursor(at: date, pk: int) -> str:  # an instant is a date too
    return f"{at.isoformat()}_{pk}"


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


def _read_day(cursor: str) -> tuple[date, int] | None:
    day, _separator, pk = cursor.partition("_")
    try:
        found, number = date.fromisoformat(day), int(pk)
    except ValueError:
        return None
    return (found, number) if 0 < number < 2**63 else None
