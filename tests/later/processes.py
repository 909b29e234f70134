"""A worker, a Redis and somebody who claims: real processes on the suite's own database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from redis import Redis
from redis.exceptions import RedisError

from accounts.models import User
from leads.models import LeadSale
from refunds.management.commands import up
from tests import needs
from tests.setup.site import environment, free_port, processes_of

PATIENCE_SECONDS = 60  # for a machine under load; on a good day each wait is a second or two
CLAIM_SECONDS = 20


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Look until it holds; fail with its name if it never does."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > give_up_at:
            pytest.fail(f"Waited {PATIENCE_SECONDS} seconds in vain: {what}")
        time.sleep(0.05)


class Site:
    """An installation on the suite's database, with a folder and processes of its own."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self._processes: list[subprocess.Popen[bytes]] = []

    def start_worker(self, **environ: str) -> subprocess.Popen[bytes]:
        """Start a worker with its clock, by the command line of `manage.py up`."""
        with override_settings(VAR_DIR=self.var_dir):
            arguments = up.worker(port=len(self._processes)).arguments
        return self.start(arguments, "worker", **environ)

    def start(self, arguments: Sequence[str], name: str, **environ: str) -> subprocess.Popen[bytes]:
        """Start a process that leads a group of its own and writes to ``<name>.log``."""
        with (self.var_dir / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                arguments,
                cwd=settings.BASE_DIR,
                env=self._environ(**environ),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def claim(self, sale: LeadSale, by: User, **environ: str) -> str:
        """File a claim in a process that must not take long; return its reference."""
        result = subprocess.run(
            [sys.executable, "-m", "tests.later.claim", str(sale.uuid), by.email],
            cwd=settings.BASE_DIR,
            env=self._environ(**environ),
            capture_output=True,
            text=True,
            timeout=CLAIM_SECONDS,
            check=False,
        )
        print(result.stdout, result.stderr)  # noqa: T201 (pytest shows it with a failure)
        assert result.returncode == 0
        return result.stdout.split()[0]

    def mails(self) -> str:
        """Return everything that was written to the mail folder."""
        return "".join(path.read_text() for path in (self.var_dir / "mail").glob("*.log"))

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a process and its children at once, and wait until nothing is left of them."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop_all(self) -> None:
        """Kill every process that was started."""
        for process in self._processes:
            self.kill(process)
        wait_until(lambda: not processes_of(self.var_dir), "the site's processes end")

    def _environ(self, **environ: str) -> dict[str, str]:
        ours = {"DATABASE_URL": database_address(), "DJANGO_SETTINGS_MODULE": "config.settings"}
        return environment(self.var_dir, **{**ours, **environ})


class OwnRedis:
    """A Redis that keeps nothing, so that what it forgets must be owed in the database."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._program = needs.redis_server()
        self._port = free_port()
        self.address = f"redis://127.0.0.1:{self._port}/0"
        self.start()

    def start(self) -> None:
        """Start it, on the same port each time, and wait for its answer."""
        arguments = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", ""]
        self._process = self._site.start([self._program, *arguments], "redis")
        wait_until(self._answers, "Redis answers")

    def stop(self) -> None:
        """End it with everything that it holds."""
        self._site.kill(self._process)

    def freeze(self) -> None:
        """Let it take connections and say nothing (trap 22)."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it speak again."""
        self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            with Redis(port=self._port) as client:
                return bool(client.ping())
        except RedisError:
            return False


def database_address() -> str:
    """Return the address of the database that this test sees, as ``DATABASE_URL`` takes it."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
