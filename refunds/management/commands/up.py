import http.client
import os
import signal
import sys
import unicodedata
from argparse import ArgumentTypeError
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from accounts.models import User
from refunds.management import preflight, running

HOST = "127.0.0.1"


class Command(BaseCommand):
    """Make everything ready, then run the web server, the worker and the clock until Ctrl-C."""

    help = "Prepares the database and runs the site, its worker and its clock until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=port_number, default=8000)
        parser.add_argument("--no-seed", action="store_true", help="add no example data")

    def handle(self, *, port: int, no_seed: bool, **options: object) -> None:
        for number in running.STOP_SIGNALS:
            signal.signal(number, _interrupt)
        try:
            self.prepare(port, with_seed=settings.DEBUG and not no_seed)
            self.run(port)
        except (preflight.Unfit, running.NotRunning) as refusal:
            sys.exit(str(refusal))
        except KeyboardInterrupt:
            self.say("Stopped before the site ran.")

    def prepare(self, port: int, *, with_seed: bool) -> None:
        """Check the machine, then bring database, groups, policies and examples up to date."""
        preflight.check_port(HOST, port)
        preflight.check_database()
        preflight.check_broker()
        self.say("Preparing the database ...")
        call_command("prepare", stdout=self.stdout)
        if with_seed:
            call_command("seed")
        if not settings.DEBUG:
            call_command("collectstatic", verbosity=0, interactive=False)

    def run(self, port: int) -> None:
        """Run the processes until a signal; leaves none."""
        connections.close_all()
        for leftover in settings.VAR_DIR.glob(f"beat-schedule-{port}*"):
            leftover.unlink()  # of a start that was killed: a torn one stops the clock
        running.run_together(
            [web_server(port), worker(port)],
            is_ready=lambda: answers(port),
            when_ready=lambda: self.welcome(port),
        )
        self.say("Stopped.")

    def welcome(self, port: int) -> None:
        """Print where the site is, who may sign in and where mails are shown."""
        address = f"http://{HOST}:{port}"
        lines = ["", f"Makegood runs at {address} (Ctrl-C stops it).", ""]
        lines += [f"  {line}" for line in logins()]
        if settings.DEBUG:
            lines += ["", f"Mails are shown at {address}/mail/ and kept in {settings.MAIL_DIR}"]
        self.say("\n".join([*lines, "\n"]))

    def say(self, line: str) -> None:
        """Print a line at once, also where the output is no terminal."""
        self.stdout.write(line)
        self.stdout.flush()


def port_number(text: str) -> int:
    """Read a TCP port, or raise with a sentence."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ArgumentTypeError(f"{text!r} is no port: give a number from 1 to 65535.")
    return int(text)


def logins() -> list[str]:
    """Return a table of the example logins that this database has."""
    from refunds.seed import LOGINS  # noqa: PLC0415 (an installation may run without examples)

    emails = [email for _, email, _ in LOGINS]
    known = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    rows = [login for login in LOGINS if login[1] in known]
    if not rows:
        return ["Nobody can sign in yet: make the first user with `manage.py createsuperuser`."]
    return _table([("who", "e-mail", "password"), *rows])


def web_server(port: int) -> running.Child:
    """Return Django's own server for development, and gunicorn with DEBUG off."""
    development = ["manage.py", "runserver", f"{HOST}:{port}", "--noreload"]
    production = ["-m", "gunicorn", "config.wsgi", f"--bind={HOST}:{port}", "--threads=8"]
    quiet = ["--log-level=warning", "--no-control-socket"]
    arguments = development if settings.DEBUG else [*production, *quiet]
    # The development server's greeting would push our own away; its log goes to stderr.
    return running.Child(
        "web server",
        [sys.executable, *arguments],
        _environ(port),
        cwd=settings.BASE_DIR,
        shows_output=False,
    )


def worker(port: int) -> running.Child:
    """Return a Celery worker of one process with the clock (beat) in it."""
    arguments = [
        *["-m", "celery", "--quiet", "-A", "config", "worker", "--beat"],
        f"--schedule={settings.VAR_DIR / f'beat-schedule-{port}'}",
        *["--pool=prefork", "--concurrency=1", "--loglevel=WARNING"],
        *["--without-gossip", "--without-mingle", "--without-heartbeat"],
    ]
    environ = _environ(port)
    # The worker runs as whoever ran this command and unpickles nothing.
    harmless = "ignore:You're running the worker with superuser privileges"
    environ["PYTHONWARNINGS"] = ",".join(filter(None, [environ.get("PYTHONWARNINGS"), harmless]))
    return running.Child("worker", [sys.executable, *arguments], environ, cwd=settings.BASE_DIR)


def answers(port: int) -> bool:
    """Say whether the site answers, by whatever page."""
    host = next(iter(settings.ALLOWED_HOSTS), HOST).lstrip(".").replace("*", HOST)
    headers = {"Host": host, "X-Forwarded-Proto": "https"}  # as the proxy in front would ask
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers=headers)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _environ(port: int) -> dict[str, str]:
    # Links in mails lead to this start, whatever its port, unless they were told otherwise.
    return {"BASE_URL": f"http://{HOST}:{port}", **os.environ}


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(_columns, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _columns(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _columns(text: str) -> int:
    """Return how many columns of a terminal the text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
