"""What the benchmarks on PostgreSQL share: a scratch database, a clock, and a voice."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
SERVER = "postgres://postgres@127.0.0.1"


@contextmanager
def scratch_database(server: str, name: str) -> Iterator[None]:
    """Make an empty database with our tables, point Django to it, and drop it in the end."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as control:
        control.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        control.execute(f"CREATE DATABASE {name}")
        try:
            _set_up(f"{server}/{name}")
            yield
        finally:
            control.execute(f"DROP DATABASE {name} WITH (FORCE)")


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


def _set_up(url: str) -> None:
    os.environ.update(DATABASE_URL=url, DJANGO_SETTINGS_MODULE="config.settings")
    sys.path.insert(0, str(ROOT))
    django.setup()
    call_command("migrate", verbosity=0)
