"""Runs casebook files against the policy engine, without a database."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from refunds.management.coverage import coverage, table
from refunds.policy.casebook import Unreadable, run

FAILED = 1
UNREADABLE = 2


class Command(BaseCommand):
    """`manage.py casebook FILE...`: exits 0 only if every case of every file holds.

    With `--coverage` also prints which case or test proves which requirement, and exits 0 only if
    none is without: the files are then those of the tests unless others are given.

    1 where a case fails or a requirement is not proved, 2 where a file or a case can't be read, a
    file has no cases or something covers an unknown requirement.
    """

    help = "Check casebook files (policies written as examples) against the policy engine."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, of which the coverage has its own."""
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument(
            "--coverage",
            action="store_true",
            dest="is_covering",
            help="print which case or test proves each requirement",
        )
        parser.add_argument(
            "--tests",
            type=Path,
            default=settings.BASE_DIR / "tests",
            metavar="DIR",
            help="where the requirements and the tests are that --coverage reads",
        )

    def handle(
        self, *, files: list[Path], is_covering: bool, tests: Path, **options: object
    ) -> None:
        """Run every file, however many problems the ones before it have."""
        files = files or (sorted((tests / "casebook").glob("*.yaml")) if is_covering else [])
        if not files:
            raise CommandError("Name a casebook file.", returncode=UNREADABLE)
        self._run(files)
        if is_covering:
            self._cover(tests, files)

    def _run(self, files: list[Path]) -> None:
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

    def _cover(self, tests: Path, files: list[Path]) -> None:
        try:
            found = coverage(tests, files)
        except Unreadable as error:
            self.stderr.write(str(error))
            raise CommandError("The coverage can't be read.", returncode=UNREADABLE) from error
        for line in table(found):
            self.stdout.write(line)
        if found.missing:
            raise CommandError("A requirement has no case and no test.", returncode=FAILED)
