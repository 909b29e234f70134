"""What the benchmarks on PostgreSQL share: a scratch database, a clock, and a voice."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
SERVER = "postgres://postgres@127.0.0.1"


@contextmanager
def scratch_database(server: str, name: str) -> Iterator[None]:
    """Make an empty database with our tables, point Django to it, and drop it in the end."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as control:
        control.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        make_database(server, name)
        try:
            yield
        finally:
            control.execute(f"DROP DATABASE {name} WITH (FORCE)")


def make_database(server: str, name: str) -> None:
    """Make a new database with our tables, and point Django to it."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as control:
        control.execute(f"CREATE DATABASE {name}")
    use_database(server, name)
    call_command("migrate", verbosity=0)


def use_database(server: str, name: str) -> None:
    """Point Django to a database."""
    os.environ.update(DATABASE_URL=f"{server}/{name}", DJANGO_SETTINGS_MODULE="config.settings")
    sys.path.insert(0, str(ROOT))
    django.setup()
    # As on a site: a debugged one writes each statement down and looks for its static files anew.
    settings.DEBUG = False


def execute(statement: str, **values: object) -> int:
    """Run a statement; return how many rows it touched."""
    from django.db import connection  # noqa: PLC0415 (after the setup)

    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.rowcount


def seconds(work: Callable[[], object]) -> float:
    """Time one run."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
