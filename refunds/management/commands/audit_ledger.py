import sys

from django.core.management.base import BaseCommand

from refunds.services.audit import audit


class Command(BaseCommand):
    help = "Recompute the books; one line for each broken promise, and exit 1 where there is one."

    def handle(self, *args: object, **options: object) -> None:
        """Print what is broken, or that nothing is."""
        broken = audit()
        for line in broken:
            self.stdout.write(line)
        if broken:
            sys.exit(1)
        self.stdout.write("The books hold.")
