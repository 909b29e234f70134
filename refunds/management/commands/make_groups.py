from django.core.management.base import BaseCommand

from accounts import access


class Command(BaseCommand):
    help = "Create the groups of the staff and give each its permissions."

    def handle(self, *args: object, **options: object) -> None:
        """Make the groups; running it again puts their permissions right."""
        access.make_groups()
