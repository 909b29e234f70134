"""Starts the site's commands as somebody would: in a process, with an environment of their own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings


def manage(*arguments: str, var_dir: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ``manage.py`` to its end."""
    return subprocess.run(
        command(*arguments),
        cwd=settings.BASE_DIR,
        env=environment(var_dir, **environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def command(*arguments: str) -> list[str]:
    """Return the command line of ``manage.py`` with this Python."""
    return [sys.executable, "manage.py", *arguments]


def environment(var_dir: Path, **environ: str) -> dict[str, str]:
    """Return an environment that holds nothing of this run's own."""
    return {"PATH": os.environ["PATH"], "VAR_DIR": str(var_dir), **environ}


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def processes_of(var_dir: Path) -> list[int]:
    """Return the live processes that were started with this ``VAR_DIR``."""
    return [pid for pid, environ in _environments() if f"VAR_DIR={var_dir}".encode() in environ]


def _environments() -> Iterator[tuple[int, list[bytes]]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (environ := _read(entry / "environ")):
            yield int(entry.name), environ.split(b"\0")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it ended meanwhile, or is another user's
        return b""
