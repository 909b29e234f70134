"""Runs casebook files against the policy engine, without a database."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from refunds.policy.casebook import run

FAILED = 1
UNREADABLE = 2


class Command(BaseCommand):
    """`manage.py casebook FILE...`: exits 0 only if every case of every file holds.

    1 where a case fails, 2 where a file or a case can't be read or a file has no cases.
    """

    help = "Check casebook files (policies written as examples) against the policy engine."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One file or more."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *, files: list[Path], **options: object) -> None:
        """Run every file, however many problems the ones before it have."""
        reports = [run(path) for path in files]
        for path, report in zip(files, reports, strict=True):
            for line in (*report.errors, *report.failures):
                self.stderr.write(line)
            self.stdout.write(f"{path}: {report.cases} cases")
        self.stdout.write(f"{sum(report.cases for report in reports)} cases in all")
        if any(report.errors for report in reports):
            raise CommandError("A casebook can't be read.", returncode=UNREADABLE)
        if any(report.failures for report in reports):
            raise CommandError("A case does not hold.", returncode=FAILED)
