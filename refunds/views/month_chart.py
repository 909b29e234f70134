"""What leads cost and what came back, month by month: a chart and the table that says the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils import formats as dates
from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import Program
from refunds.date_windows import Span, midnight
from refunds.services.statement import Month

MONTHS = 6
# In the units of the drawing.
SLOT, BAR, GAP = 56, 14, 2
TOP, FLOOR = 20, 124
LABEL_LINE = FLOOR + 16
WIDTH, HEIGHT = SLOT * MONTHS, FLOOR + 22


@dataclass(frozen=True)
class Bar:
    """One amount of one month, as a rectangle; ``kind`` is its class in the stylesheet."""

    kind: str
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Slot:
    """One month: its bars, and its amounts in words."""

    middle: int
    short: str
    name: str
    bars: Sequence[Bar]
    amounts: Sequence[str]


@dataclass(frozen=True)
class Chart:
    """The drawing and its table: a column for each of the ``kinds``, a row for each slot."""

    slots: Sequence[Slot]
    kinds: Sequence[tuple[str, str]]
    highest: str
    width: int = WIDTH
    height: int = HEIGHT
    top: int = TOP
    floor: int = FLOOR
    label_line: int = LABEL_LINE


def last_months(now: datetime, zone: ZoneInfo) -> list[Span]:
    """Return the months up to this one, the oldest first, by the days of a zone."""
    firsts = [now.astimezone(zone).date().replace(day=1)]
    for _number in range(MONTHS - 1):
        firsts.insert(0, (firsts[0] - timedelta(days=1)).replace(day=1))
    ends = [midnight(first, zone) for first in [*firsts, _next_month(firsts[-1])]]
    return [Span(since, until) for since, until in pairwise(ends)]


def chart_of(months: Sequence[Month], program: Program) -> Chart | None:
    """Draw some months; None where nothing was spent and nothing came back."""
    kinds = [("spent", _("Spent on leads")), ("credited", _("Came back"))]
    if any(month.taken_back for month in months):
        kinds.append(("taken_back", _("Taken back")))
    table = [[(kind, getattr(month, kind)) for kind, _label in kinds] for month in months]
    highest = max((cents for row in table for _kind, cents in row), default=0)
    if not highest:
        return None
    slots = [
        Slot(
            middle=left + SLOT // 2,
            **_named(month),
            bars=list(_bars(row, left, highest)),
            amounts=[formats.money(cents, program) for _kind, cents in row],
        )
        for left, month, row in zip(range(0, WIDTH, SLOT), months, table, strict=True)
    ]
    return Chart(slots=slots, kinds=kinds, highest=formats.money(highest, program))


def _named(month: Month) -> dict[str, str]:
    first = month.span.since
    return {
        "short": dates.date_format(first, _("M")) if first else "",
        "name": dates.date_format(first, _("F Y")) if first else "",
    }


def _bars(row: Sequence[tuple[str, int]], left: int, highest: int) -> Iterator[Bar]:
    width = len(row) * (BAR + GAP) - GAP
    first = left + (SLOT - width) // 2
    for place, (kind, cents) in enumerate(row):
        # What is there at all is seen.
        height = max(cents * (FLOOR - TOP) // highest, 1) if cents else 0
        yield Bar(kind, first + place * (BAR + GAP), FLOOR - height, height)


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
