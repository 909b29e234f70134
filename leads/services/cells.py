"""What one cell of an import means, or why it can't be read. No database, no clock."""

import re
from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# What turns the direction of the text around it (trap 30), and the byte-order mark.
_UNSEEN = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_PRICE = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,4}))?")
_SHOWN = 40


class CellRefused(Exception):
    """A cell that can't be taken as it is; its text is a sentence for the report."""


def text(cell: str, *, longest: int) -> str:
    """Return what people wrote, without control characters and on one line."""
    seen = _CONTROLS.sub(" ", _UNSEEN.sub("", cell))
    return _within(" ".join(seen.split()), longest=longest)


def required_text(cell: str, *, longest: int) -> str:
    """Return what people wrote, where there must be something."""
    return _present(text(cell, longest=longest))


def code(cell: str, *, longest: int) -> str:
    """Return a code exactly as it is written; hidden characters in it are refused."""
    return _within(_present(_clean(cell)), longest=longest)


def email(cell: str) -> str:
    """Return an e-mail address in small letters, or nothing for a blank cell."""
    address = _within(_clean(cell), longest=254).lower()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError as error:
        raise CellRefused(f'"{_short(address)}" is not an e-mail address.') from error
    return address


def instant(cell: str) -> datetime:
    """Return a time that was written as ISO 8601 with its offset, in UTC."""
    written = _present(_clean(cell))
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise CellRefused(
            f'"{_short(written)}" is not a time such as 2026-03-02T14:05:00-05:00.'
        ) from error
    if moment.tzinfo is None:
        raise CellRefused(
            f'"{_short(written)}" has no offset from UTC; write it such as 14:05:00-05:00.'
        )
    _believable(moment.date(), written)
    return moment.astimezone(UTC)


def optional_date(cell: str) -> date | None:
    """Return a date that was written as ISO 8601, or None for a blank cell (X31)."""
    written = _clean(cell)
    if not written:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise CellRefused(f'"{_short(written)}" is not a date such as 2026-03-02.') from error
    _believable(day, written)
    return day


def minor_units(cell: str, *, decimals: int, currency: str) -> int:
    """Return a price as a whole number of the currency's minor units.

    More digits after the point than the currency has are refused, even if they are zeros: in
    many countries 120.000 is a hundred and twenty thousand.
    """
    written = _present(_clean(cell))
    match = _PRICE.fullmatch(written)
    if match is None:
        raise CellRefused(f'"{_short(written)}" is not a price such as 50 or 1200.')
    whole, fraction = match[1], match[2] or ""
    if len(fraction) > decimals:
        digits = f"more than {decimals} digits" if decimals else "digits"
        raise CellRefused(
            f'"{_short(written)}" has {digits} after the point, which {currency} does not have.'
        )
    cents = int(whole + fraction.ljust(decimals, "0"))
    if cents == 0:
        raise CellRefused("A price is more than zero.")
    return cents


def _clean(cell: str) -> str:
    stripped = cell.strip()
    if _CONTROLS.search(stripped) or _UNSEEN.search(stripped):
        raise CellRefused("The cell holds characters that can't be seen.")
    return stripped


def _present(cell: str) -> str:
    if not cell:
        raise CellRefused("The cell is blank.")
    return cell


def _within(cell: str, *, longest: int) -> str:
    if len(cell) > longest:
        raise CellRefused(f"The cell has {len(cell)} characters; it may have {longest}.")
    return cell


def _believable(day: date, written: str) -> None:
    if not 2000 <= day.year < 2100:
        raise CellRefused(f'"{_short(written)}" is not in this century.')


def _short(cell: str) -> str:
    return cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…"
