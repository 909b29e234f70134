"""Importing the sales that a lead-distribution system exports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.db import DatabaseError, IntegrityError
from django.utils import timezone

from accounts.models import Program
from leads.services.report import open_report
from leads.services.rows import Problem, SaleRow, parse_row
from leads.services.sales_file import Record, open_sales_file
from leads.services.sell import ChargeModeAt, Plan, sell_rows

CHUNK_ROWS = 500


class ImportStopped(Exception):
    """An import that ended before its file did; what came before is kept."""


@dataclass(frozen=True)
class Summary:
    """How many rows an import read, and what became of them."""

    read: int = 0
    added: int = 0
    already_there: int = 0
    bad: int = 0

    def plus(self, other: "Summary") -> "Summary":
        """Return the sum of two summaries."""
        return Summary(
            self.read + other.read,
            self.added + other.added,
            self.already_there + other.already_there,
            self.bad + other.bad,
        )


def import_sales(*, path: Path, report_path: Path, charge_mode_at: ChargeModeAt) -> Summary:
    """Sell every lead of a file to its pro, and charge the pro's wallet for it (A17, X31).

    ``charge_mode_at`` is asked for each row: how its program charged when the lead was sold.

    Rows are taken in chunks of one transaction each, and every row that is not taken gets a line
    in the report. A sale is known by program, lead and pro: a file that is imported again, or
    to its end after an interruption, adds only what is not there. Raises FileRefused or
    ReportRefused before anything is changed, and ImportStopped.
    """
    total = Summary()
    with open_sales_file(path) as records, open_report(report_path, about=path) as report:
        programs = {program.code: program for program in Program.objects.all()}
        while chunk := list(islice(records, CHUNK_ROWS)):
            summary, problems = _import_chunk(chunk, programs, charge_mode_at)
            report(problems)
            total = total.plus(summary)
    return total


def _import_chunk(
    chunk: list[Record | Problem], programs: Mapping[str, Program], charge_mode_at: ChargeModeAt
) -> tuple[Summary, list[Problem]]:
    parsed = list(_parse(chunk, programs))
    rows = [row for row in parsed if isinstance(row, SaleRow)]
    problems = [row for row in parsed if isinstance(row, Problem)]
    plan = _sell(rows, charge_mode_at) if rows else Plan()
    problems = sorted(problems + plan.problems, key=lambda problem: problem.line)
    return Summary(len(chunk), len(plan.sales), plan.already_there, len(problems)), problems


def _parse(
    chunk: list[Record | Problem], programs: Mapping[str, Program]
) -> Iterator[SaleRow | Problem]:
    now = timezone.now()
    for record in chunk:
        if isinstance(record, Problem):
            yield record
        else:
            yield parse_row(record.line, record.cells, programs=programs, now=now)


def _sell(rows: list[SaleRow], charge_mode_at: ChargeModeAt) -> Plan:
    try:
        try:
            return sell_rows(rows, now=timezone.now(), charge_mode_at=charge_mode_at)
        except IntegrityError:
            # Somebody added one of the rows since we looked; now we see it.
            return sell_rows(rows, now=timezone.now(), charge_mode_at=charge_mode_at)
    except DatabaseError as error:
        raise ImportStopped(
            f"Lines {rows[0].line} to {rows[-1].line} could not be saved ({error}). "
            "Everything before them is kept; import the file again to go on."
        ) from error
