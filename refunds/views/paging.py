"""The links between the pages of a list, its capped counts, and lists of one page alone."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

COUNTED_UP_TO = 1000

Row = TypeVar("Row", bound=Model)


def first(rows: QuerySet[Row], number: int) -> tuple[list[Row], bool]:
    """Return the first rows of a list, and whether there are more, in 1 query."""
    found = list(rows[: number + 1])
    return found[:number], len(found) > number


def next_page(query: QueryDict, cursor: str) -> str:
    """Return the address of the next page with the filters kept, "" on the last one."""
    if not cursor:
        return ""
    following = query.copy()
    following["after"] = cursor
    return f"?{following.urlencode()}"


def capped(count: int) -> str:
    """Write a count that was taken of at most one row more than ``COUNTED_UP_TO``."""
    return f"{COUNTED_UP_TO}+" if count > COUNTED_UP_TO else str(count)
