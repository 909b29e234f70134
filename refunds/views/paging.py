"""The links between the pages of a list, and its capped counts."""

from django.http import QueryDict

COUNTED_UP_TO = 1000


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
