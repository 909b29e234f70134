"""How amounts and instants are written on pages and in mail."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Program

SYMBOLS = {"USD": "$", "TWD": "NT$"}

HOUR = "H:i"  # how each language's pattern of an instant ends

# Where the zone's abbreviation is another zone's as well: CST is Chicago's.
ZONE_NAMES = {"Asia/Taipei": gettext_lazy("Taipei time")}
ABBREVIATIONS = {
    "EST": gettext_lazy("EST"),
    "EDT": gettext_lazy("EDT"),
    "PST": gettext_lazy("PST"),
    "PDT": gettext_lazy("PDT"),
}
CITIES = {
    "America/Los_Angeles": gettext_lazy("Los Angeles"),
    "America/New_York": gettext_lazy("New York"),
    "Asia/Taipei": gettext_lazy("Taipei"),
}
# Between like things, and between the facts of a line: Chinese has a comma of its own for each.
LIST_COMMAS = {"zh-hant": "、"}
FACT_COMMAS = {"zh-hant": "，"}


def money(cents: int, program: Program) -> str:
    """Write an amount in minor units with its currency: ``$1,250.00``, ``NT$120``, ``−$3.00``."""
    amount = Decimal(abs(cents)).scaleb(-program.currency_decimals)
    # Both our languages group by threes; Django's formats of Chinese group by nothing.
    number = f"{amount:,.{program.currency_decimals}f}"
    sign = "−" if cents < 0 else ""
    return f"{sign}{SYMBOLS.get(program.currency, program.currency + ' ')}{number}"


def instant(at: datetime, program: Program) -> str:
    """Write an instant in the program's zone, with the zone's name (X3)."""
    local = at.astimezone(ZoneInfo(program.time_zone))
    day_first = _("D j M Y, H:i").removesuffix(HOUR)
    language = translation.get_language()
    zone = _zone_called(program.time_zone, local.tzname() or "", language)
    return f"{_day_written(local.date(), day_first, language)}{local:%H:%M} {zone}"


def zone_at(at: datetime, time_zone: str) -> str:
    """Call a zone by what people write after an hour: ``EST``, ``Taipei time``."""
    short = at.astimezone(ZoneInfo(time_zone)).tzname() or ""
    return _zone_called(time_zone, short, translation.get_language())


def zone_name(time_zone: str) -> str:
    """Call a zone by the city that it is named for: ``New York``."""
    return str(CITIES.get(time_zone) or time_zone.rpartition("/")[2].replace("_", " "))


def day_of(at: datetime, program: Program) -> str:
    """Write the day of an instant in the program's zone."""
    return day(at.astimezone(ZoneInfo(program.time_zone)).date())


def day(on: date) -> str:
    """Write a day with its weekday."""
    return _day_written(on, _("D j M Y"), translation.get_language())


def listed(things: Iterable[object]) -> str:
    """Write things of one kind one after the other: ``a, b``, and ``a、b`` in Chinese."""
    return LIST_COMMAS.get(translation.get_language() or "", ", ").join(map(str, things))


def beside(facts: Iterable[object]) -> str:
    """Write the facts of one line, without those that are empty: ``a, b``, ``a，b`` in Chinese."""
    comma = FACT_COMMAS.get(translation.get_language() or "", ", ")
    return comma.join(str(fact) for fact in facts if fact)


def lead_in(words: str) -> str:
    """Write words that lead to what follows: with a space, which a wide colon has in itself."""
    return words if words.endswith("：") else f"{words} "


@lru_cache(maxsize=5_000)  # Django reads the pattern anew each time; a list repeats its few days
def _day_written(on: date, pattern: str, language: str | None) -> str:
    return formats.date_format(on, pattern)


@lru_cache(maxsize=100)
def _zone_called(time_zone: str, short: str, language: str | None) -> str:
    return str(ZONE_NAMES.get(time_zone) or ABBREVIATIONS.get(short) or short)


def parse_instant(text: str) -> datetime:
    """Read an instant as verdicts store it; a naive one is taken as UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
