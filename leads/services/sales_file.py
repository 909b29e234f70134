"""Reading a file of sales row by row, whatever program saved it (trap 31)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from leads.services import csv_rows
from leads.services.csv_rows import FileRefused
from leads.services.rows import COLUMNS, Problem

__all__ = ["FileRefused", "Record", "open_sales_file"]

WHOLE_ROW = "(row)"


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
        rows = csv_rows.rows(file)
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
