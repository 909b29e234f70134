"""Reading a file of sales row by row, whatever program saved it (trap 31)."""

import csv
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from leads.services.rows import COLUMNS, Problem

LONGEST_LINE = 100_000  # characters
MOST_LINES = 20  # of one row; more mean that a quotation mark was left open
DELIMITERS = ",;\t"
WHOLE_ROW = "(row)"


class FileRefused(Exception):
    """A file that nothing can be imported from."""


class _TooLong(Exception):
    """A row that doesn't end where rows end."""


@dataclass(frozen=True)
class Record:
    """The cells of one row, by column; ``line`` is where in the file the row begins."""

    line: int
    cells: dict[str, str]


@contextmanager
def open_sales_file(path: Path) -> Iterator[Iterator[Record | Problem]]:
    """Open a file of sales and hand out its rows, one at a time, in the file's order.

    Takes UTF-8 and UTF-16, commas, semicolons and tabs. Raises FileRefused, before any row is
    handed out, when the file can't be read to its end or its header is not the expected one.
    """
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        rows = _rows(_Lines(file))
        columns = _columns(next(rows, (0, None))[1])
        yield (_record(line, row, columns) for line, row in rows)


def _encoding(path: Path) -> str:
    try:
        if not path.is_file():
            raise FileRefused(f"There is no file {path}.")
        with path.open("rb") as file:
            start = file.read(4)
        encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        _read_through(path, encoding)
    except OSError as error:
        raise FileRefused(f"{path} can't be read: {error.strerror}.") from error
    return encoding


def _read_through(path: Path, encoding: str) -> None:
    """Find a wrong encoding before the first row is imported, not after the last good one."""
    line = 1
    try:
        with path.open(encoding=encoding, newline="") as file:
            while piece := file.read(65_536):
                line += piece.count("\n")
    except UnicodeError as error:
        raise FileRefused(
            f"{path} is not UTF-8 (the first wrong character comes after line {line}). "
            "Save it as CSV UTF-8 and import it again."
        ) from error


class _Lines:
    """Hands lines to the CSV reader and can take back those of a row that went wrong."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.taken_back: deque[str] = deque()
        self.of_row: list[str] = []
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.of_row) == MOST_LINES:
            raise _TooLong
        line = self.taken_back.popleft() if self.taken_back else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        self.of_row.append(line)
        if len(line) > LONGEST_LINE:
            raise _TooLong
        return line

    def _read(self) -> str:
        line = piece = self.file.readline(LONGEST_LINE + 1)
        while piece and piece[-1] not in "\r\n":
            piece = self.file.readline(LONGEST_LINE)
        return line

    def next_row(self) -> None:
        """Forget the lines of the row before."""
        self.of_row.clear()

    def take_back(self, *, keep: int) -> None:
        """Hand out the lines of this row again, save the first ``keep``."""
        again = self.of_row[keep:]
        self.taken_back.extendleft(reversed(again))
        self.number -= len(again)
        self.of_row.clear()


def _rows(lines: _Lines) -> Iterator[tuple[int, list[str] | None]]:
    """Yield each row with the line where it begins; None for one that can't be told apart."""
    reader = csv.reader(lines, delimiter=_delimiter(lines), strict=True, skipinitialspace=True)
    row: list[str] | None = []
    while row is not None:
        lines.next_row()
        begins = lines.number + 1
        try:
            row = next(reader, None)
        except (csv.Error, _TooLong):
            # The lines after a quotation mark that was left open may be good rows.
            lines.take_back(keep=1)
            yield begins, None
            row = []
        if row and any(cell.strip() for cell in row):
            yield begins, row


def _delimiter(lines: _Lines) -> str:
    """Look at the first line that is not blank, and leave it to be read."""
    try:
        for line in lines:
            if "\0" in line:
                raise FileRefused("The file is not text in UTF-8 or UTF-16.")
            if line.strip():
                lines.take_back(keep=len(lines.of_row) - 1)
                return max(DELIMITERS, key=line.count)
            lines.next_row()
    except _TooLong as error:
        raise FileRefused("The first line is too long for a header.") from error
    raise FileRefused("The file is empty.")


def _columns(header: list[str] | None) -> list[str]:
    columns = [name.strip().lower() for name in header or []]
    faults = {
        "missing": [name for name in COLUMNS if name not in columns],
        "unknown": [name for name in columns if name not in COLUMNS],
        "there twice": [name for name in COLUMNS if columns.count(name) > 1],
    }
    found = [f"{fault}: {_listed(names)}" for fault, names in faults.items() if names]
    if found:
        raise FileRefused(f"The header's columns are not the expected ones; {'; '.join(found)}.")
    return columns


def _listed(names: list[str]) -> str:
    shown = [name[:40] or "(blank)" for name in names[:20]]
    return ", ".join(shown) + (", …" if len(names) > len(shown) else "")


def _record(line: int, row: list[str] | None, columns: list[str]) -> Record | Problem:
    if row is None:
        return Problem(
            line, WHOLE_ROW, "The row's quotation marks don't match, or the line is too long."
        )
    if len(row) != len(columns):
        return Problem(
            line, WHOLE_ROW, f"The row has {len(row)} cells; the header has {len(columns)}."
        )
    return Record(line, dict(zip(columns, row, strict=True)))
