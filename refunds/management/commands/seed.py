from django.core.management.base import BaseCommand

from refunds.seed import seed


class Command(BaseCommand):
    help = "Fill an empty installation with a small world; one that has pros is left alone."

    def handle(self, *args: object, **options: object) -> None:
        """Seed, and say so where nothing was to be done."""
        if not seed():
            self.stdout.write("There are pros already: nothing was seeded.")
