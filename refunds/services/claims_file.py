"""Reading a file of claims that a pro filled in, whatever program saved it (trap 31)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads.safe_csv import FORMULA_STARTS
from leads.services import csv_rows
from leads.services.csv_rows import FileRefused

COLUMNS = ("reference", "reason", "explanation")
CONTACT = "contact"  # in the template, for the eye: no claim reads it
MOST_BYTES = 1024 * 1024
MOST_ROWS = 500
MOST_LINES = 200  # of one row: people write their explanations with line breaks
LONGEST_REFERENCE = 100
LONGEST_ANSWER = 1000

# What spreadsheets save as "CSV" where they don't say UTF-8, by the country of the program.
OLD_ENCODINGS = {"TW": "cp950"}
OTHER_OLD_ENCODING = "cp1252"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# What pictures, PDFs and spreadsheets that weren't saved as CSV begin with.
NO_TABLES = (
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"GIF8",
    b"RIFF",
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
)
CHINESE = re.compile("[\u4e00-\u9fff]{2}")  # one sign alone may be two letters of western Europe


@dataclass(frozen=True)
class ClaimRow:
    """One row as it was written; ``line`` is where in the file it begins.

    ``problem``: why its cells can't be told apart, "" where they can.
    """

    line: int
    reference: str = ""
    reason: str = ""
    explanation: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def is_left(self) -> bool:
        """Whether it is a row of the template that nobody filled in."""
        written = [self.reason, self.explanation, self.problem, *self.details.values()]
        return not any(written)


@dataclass(frozen=True)
class ClaimsFile:
    """The rows that were filled in, and the columns that no claim reads."""

    rows: Sequence[ClaimRow]
    unused: Sequence[str]


def read(content: bytes, *, country: str, details: Sequence[str]) -> ClaimsFile:
    """Read a file of claims, each for one lead and one reason (L4, X35).

    ``details`` are the names of what reasons ask for besides the words.

    Takes UTF-8, UTF-16 and what older spreadsheets of the ``country`` write; commas, semicolons
    and tabs. Raises FileRefused with a sentence when no row of it can be used.
    """
    found = csv_rows.rows(StringIO(_text(content, country), newline=""), most_lines=MOST_LINES)
    header = [name.strip().lower() for name in next(found, (0, None))[1] or []]
    _ensure_columns(header)
    rows = [row for row in _rows(found, header, details) if not row.is_left]
    if not rows:
        raise FileRefused(_("No row of the file gives a reason and says what happened."))
    known = {*COLUMNS, *details, CONTACT}
    return ClaimsFile(rows, [name for name in header if name and name not in known])


def _text(content: bytes, country: str) -> str:
    if content.startswith(NO_TABLES):
        raise FileRefused(_("This is no table of text. Save it as CSV in your spreadsheet."))
    if len(content) > MOST_BYTES:
        megabytes = {"megabytes": MOST_BYTES // (1024 * 1024)}
        raise FileRefused(
            _("The file is larger than %(megabytes)d MB. Send it in parts.") % megabytes
        )
    for encoding in _encodings(content, country):
        try:
            return content.decode(encoding)
        except UnicodeError:
            continue
    raise FileRefused(_("The letters of the file can't be read. Save it as CSV UTF-8."))


def _encodings(content: bytes, country: str) -> Sequence[str]:
    """Return what the file may be written in, the likeliest first."""
    if content.startswith(UTF_16_MARKS):
        return ["utf-16"]
    if content[1:2] == b"\0":  # the first letter of a column's name in two bytes, without a mark
        return ["utf-16-le"]
    if content[:1] == b"\0":
        return ["utf-16-be"]
    old = "cp950" if _is_chinese(content) else OLD_ENCODINGS.get(country, OTHER_OLD_ENCODING)
    return ["utf-8-sig", old]


def _is_chinese(content: bytes) -> bool:
    try:
        return CHINESE.search(content.decode("cp950")) is not None
    except UnicodeError:
        return False


def _ensure_columns(header: Sequence[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise FileRefused(
            ngettext(
                "The first row has to name the columns, and this one is missing: %(names)s.",
                "The first row has to name the columns, and these are missing: %(names)s.",
                len(missing),
            )
            % {"names": ", ".join(missing)}
        )
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise FileRefused(
            _("A column is there twice: %(names)s.") % {"names": ", ".join(twice)[:200]}
        )


def _rows(
    found: Iterator[tuple[int, list[str] | None]], header: Sequence[str], details: Sequence[str]
) -> Iterator[ClaimRow]:
    filled_in = 0
    for line, cells in found:
        row = _row(line, cells, header, details)
        filled_in += not row.is_left
        if filled_in > MOST_ROWS:
            raise FileRefused(
                _("The file has more than %(count)d rows. Send it in parts.") % {"count": MOST_ROWS}
            )
        yield row


def _row(
    line: int, cells: list[str] | None, header: Sequence[str], details: Sequence[str]
) -> ClaimRow:
    if cells is None:
        return ClaimRow(line, problem=_("The quotation marks of this row don't match."))
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        return ClaimRow(
            line,
            problem=_("This row has more cells than the first: put quotation marks around text."),
        )
    by_name = dict(zip(header, cells, strict=False))
    return ClaimRow(
        line,
        reference=_reference(by_name.get("reference", "")),
        reason=by_name.get("reason", "").strip()[:LONGEST_REFERENCE],
        explanation=by_name.get("explanation", "").strip(),
        details={
            name: by_name[name].strip()[:LONGEST_ANSWER]
            for name in details
            if by_name.get(name, "").strip()
        },
    )


def _reference(cell: str) -> str:
    """Return a reference without the apostrophe that the template may have put before it."""
    written = cell.strip()[:LONGEST_REFERENCE]
    bare = written.removeprefix("'")
    return bare if bare.startswith(FORMULA_STARTS) else written
