#!/usr/bin/env python3
"""Runs Django's commands with the settings in ``config``."""

import os
import sys


def main() -> None:
    """Hand the command line to Django, or say in one sentence why it can't start."""
    refuse_old_python()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    refuse_unfit_environment()
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (checked above)

    execute_from_command_line(sys.argv)


def refuse_old_python() -> None:
    """Stop with a sentence when this Python is too old to read the code."""
    if sys.version_info < (3, 11):  # noqa: UP036 (this line is there for the older ones)
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit(f"Makegood needs Python 3.11 or later, and this one is {found}.")


def refuse_unfit_environment() -> None:
    """Stop with a sentence when Django is missing or the settings can't be read."""
    try:
        from django.conf import settings  # noqa: PLC0415 (may be missing)
        from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 (likewise)
    except ImportError:
        sys.exit(f"{sys.executable} has no Django: use `make run`, or .venv/bin/python.")
    try:
        bool(settings.INSTALLED_APPS)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
