from django.core.management.base import BaseCommand

from refunds.services import policies


class Command(BaseCommand):
    help = "Create the programs that ship, each with its policy; what exists is left alone."

    def handle(self, *args: object, **options: object) -> None:
        """Load the presets and name those that were new."""
        for code in policies.load_presets():
            self.stdout.write(f"loaded the policy of {code}")
