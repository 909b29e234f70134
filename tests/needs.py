"""What a test needs beyond Python: each helper skips it, for a constant reason, without that.

``tests/allowed_skips.txt`` says in which run each reason is accepted; CI fails on any other.
"""

import os
import shutil

import pytest
from django.db import connection


def postgresql() -> None:
    """Skip unless the suite runs on PostgreSQL."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def sqlite() -> None:
    """Skip unless the suite runs on SQLite."""
    if connection.vendor != "sqlite":
        pytest.skip("needs SQLite")


def redis() -> str:
    """Return the address of the Redis that this run was given, or skip."""
    address = os.environ.get("REDIS_URL", "")
    if not address:
        pytest.skip("needs Redis")
    return address


def redis_server() -> str:
    """Return the path of the program, for a Redis that a test may stop, or skip."""
    path = shutil.which("redis-server")
    if path is None:
        pytest.skip("needs redis-server")
    return path


def chromium() -> str:
    """Return the path of the system's Chromium, or skip."""
    names = ("/usr/bin/chromium", "chromium", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("needs Chromium")
    return path
