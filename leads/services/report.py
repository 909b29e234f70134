"""The file that says which rows of an import were not taken, and why."""

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from leads.safe_csv import safe_cell
from leads.services.rows import Problem

HEADER = ("line", "column", "reason")


class ReportRefused(Exception):
    """A report that can't be written where it was asked for."""


@contextmanager
def open_report(path: Path, *, about: Path) -> Iterator[Callable[[Iterable[Problem]], None]]:
    """Begin a report, and hand out what adds problems to it; they are on disk when it returns.

    An earlier report in its place is overwritten. Raises ReportRefused.
    """
    if path.exists() and path.samefile(about):
        raise ReportRefused("The report can't take the place of the file that is imported.")
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise ReportRefused(f"The report {path} can't be written: {error.strerror}.") from error
    with file:
        writer = csv.writer(file)
        writer.writerow(HEADER)

        def add(problems: Iterable[Problem]) -> None:
            writer.writerows((p.line, safe_cell(p.column), safe_cell(p.reason)) for p in problems)
            file.flush()

        yield add
