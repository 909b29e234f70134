"""Puts policies into the database: those that ship, or documents of one's own."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from refunds.models import PolicyVersion
from refunds.services import policies
from refunds.services.change import RefundError


class Command(BaseCommand):
    """`manage.py load_policies [FILE... [--from DATE]]`: exits 1 where nothing was loaded."""

    help = (
        "Create the programs that ship, each with its policy; what exists is left alone. "
        "With files: draft them, or publish them from a date on; all of them or none."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, and the day from which they hold."""
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument(
            "--from",
            dest="starts_on",
            type=date.fromisoformat,
            metavar="DATE",
            help="publish from the start of that day in the program's zone, as 2027-01-31",
        )

    def handle(self, *, files: list[Path], starts_on: date | None, **options: object) -> None:
        """Load the files, or the presets and name those that were new."""
        if files:
            return self._load(files, starts_on)
        if starts_on:
            raise CommandError("--from needs a file: the presets that ship hold since ever.")
        for code in policies.load_presets():
            self.stdout.write(f"loaded the policy of {code}")
        return None

    def _load(self, files: list[Path], starts_on: date | None) -> None:
        try:
            documents = [policies.Written(str(file), file.read_text("utf-8")) for file in files]
            versions = policies.load(documents, starts_on=starts_on)
        except (OSError, UnicodeDecodeError, RefundError) as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        for version in versions:
            self.stdout.write(_told(version))


def _told(version: PolicyVersion) -> str:
    code = version.program.code
    if version.published_at is None:
        return f"drafted a version of {code}"
    return f"published a version of {code}, in force from {version.effective_from.isoformat()}"
