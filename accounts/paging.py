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


def newest_first(queryset: QuerySet[Row], field: str, cursor: str) -> Page[Row]:
    """Return the page of rows that comes after the cursor, by an instant and the id, descending.

    A cursor that can't be read starts at the first page.
    """
    rows = queryset.order_by(f"-{field}", "-pk")
    after = _read(cursor)
    if after is not None:
        rows = rows.filter(TupleLessThan(Tuple(field, "pk"), after))
    fetched = list(rows[: PAGE_SIZE + 1])
    shown = fetched[:PAGE_SIZE]
    has_more = len(fetched) > PAGE_SIZE
    return Page(shown, _write(shown[-1], field) if has_more else "")


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
