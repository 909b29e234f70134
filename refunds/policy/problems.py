"""What a schema refused, as lines for the person who wrote the document."""

from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_UNION_ERRORS = ("union_tag_invalid", "union_tag_not_found")


def problems(error: ValidationError) -> Iterator[str]:
    """A line "path: reason" for each problem; just the reasons where they name their own path."""
    for detail in error.errors(include_url=False):
        path, reasons = _path(detail), detail["msg"].removeprefix("Value error, ").splitlines()
        yield from (f"{path}: {reason}" if path else reason for reason in reasons)


def _path(detail: ErrorDetails) -> str:
    parts = [str(part) for part in detail["loc"]]
    if detail["type"] in _UNION_ERRORS:
        return ".".join([*parts, "kind"])
    if parts[:1] == ["window"] and len(parts) > 2:
        del parts[1]  # the name of the union's member, which the document doesn't have
    return ".".join(parts)
