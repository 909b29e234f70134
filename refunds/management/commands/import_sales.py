from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from leads.services.intake import ImportStopped
from leads.services.report import ReportRefused
from leads.services.sales_file import FileRefused
from refunds.services import charging


class Command(BaseCommand):
    """Import the sales that a lead-distribution system exported."""

    help = "Import sales from a CSV file; rows that can't be taken are listed in a report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, and where its report goes."""
        parser.add_argument("file", type=Path, help="the file that was exported")
        parser.add_argument(
            "--report", type=Path, help="where to write the report [FILE's name.report.csv]"
        )

    def handle(self, *, file: Path, report: Path | None, **options: object) -> None:
        """Import the file and print what became of its rows."""
        report_path = report or file.parent / f"{file.stem}.report.csv"
        try:
            summary = charging.import_sales(path=file, report_path=report_path)
        except (FileRefused, ReportRefused, ImportStopped) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{summary.read} rows read: {summary.added} sales added, "
            f"{summary.already_there} already there, {summary.bad} bad"
            + (f" (see {report_path})." if summary.bad else ".")
        )
