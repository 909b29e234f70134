from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts import access


class Command(BaseCommand):
    """Bring the database up to the code; running it again changes nothing."""

    help = "Migrates, makes the groups and publishes the policies that ship with the code."
    requires_system_checks = []

    def handle(self, **options: object) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        access.make_groups()
        call_command("load_policies", verbosity=0)
        self.stdout.write("The database is up to date.")
        self.stdout.flush()
