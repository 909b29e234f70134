"""`manage.py up`: what it refuses, and that it leaves no process."""

import os
import signal
import socket
import subprocess
import time
import uuid
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from refunds.management.commands.up import logins, port_number
from refunds.seed import LOGINS
from tests import needs
from tests.factories.accounts import UserFactory
from tests.setup.site import command, environment, free_port, manage, processes_of

NOBODY_LISTENS = 9  # "discard": reserved, and off everywhere


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = manage("up", "--port", str(port), var_dir=tmp_path)

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        f"Port {port} is in use: stop what listens there, or take another with "
        "`make run PORT=8123` or `manage.py up --port 8123`.\n"
    )


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "", "8000.0", "٣²"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError) as refusal:
        port_number(text)

    assert str(refusal.value) == f"{text!r} is no port: give a number from 1 to 65535."


def test_a_wrong_port_is_told_at_the_command_line(tmp_path: Path) -> None:
    result = manage("up", "--port=http", var_dir=tmp_path)

    assert result.returncode == 2
    assert result.stderr.endswith("'http' is no port: give a number from 1 to 65535.\n")


def test_the_logins_that_exist_are_shown_in_columns(db: None) -> None:
    who, email, password = LOGINS[0]
    UserFactory.create(email=email)

    assert logins() == [
        f"{'who':{len(who)}}  {'e-mail':{len(email)}}  password",
        f"{who}  {email}  {password}",
    ]


def test_without_logins_the_way_to_the_first_user_is_shown(db: None) -> None:
    assert logins() == [
        "Nobody can sign in yet: make the first user with `manage.py createsuperuser`."
    ]


def test_an_unreachable_database_is_one_sentence(tmp_path: Path) -> None:
    address = f"postgres://makegood:secret@127.0.0.1:{NOBODY_LISTENS}/makegood"

    result = manage("up", "--port", str(free_port()), var_dir=tmp_path, DATABASE_URL=address)

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith(
        "The database in DATABASE_URL (makegood on 127.0.0.1) can't be opened: "
    )
    assert result.stderr.count("\n") == 1
    assert "secret" not in result.stderr


def test_an_unreachable_broker_is_one_sentence(tmp_path: Path) -> None:
    address = f"redis://:secret@127.0.0.1:{NOBODY_LISTENS}/0"

    result = manage("up", "--port", str(free_port()), var_dir=tmp_path, REDIS_URL=address)

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("The broker in REDIS_URL doesn't answer (")
    assert result.stderr.endswith(": start it, or unset REDIS_URL to use files in var/.\n")
    assert result.stderr.count("\n") == 1
    assert "secret" not in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_everything(start: "Start", tmp_path: Path, number: int) -> None:
    up = start()
    _wait_until(lambda: len(processes_of(tmp_path)) == 5)  # itself, web, worker, its pool, beat

    up.send_signal(number)

    assert up.wait(timeout=20) == 0
    assert processes_of(tmp_path) == []


def test_a_process_that_dies_takes_the_others_with_it(start: "Start", tmp_path: Path) -> None:
    up = start()

    os.kill(_child(up.pid, "celery"), signal.SIGKILL)

    assert up.wait(timeout=20) == 1
    assert (tmp_path / "stderr").read_text().endswith("The worker ended by itself (SIGKILL).\n")
    assert processes_of(tmp_path) == []


def test_a_start_after_a_kill_works(start: "Start", tmp_path: Path) -> None:
    start()
    _kill_all(tmp_path)

    again = start()
    again.send_signal(signal.SIGINT)

    assert again.wait(timeout=20) == 0


def test_the_same_on_postgresql_and_redis(
    start: "Start", tmp_path: Path, empty_database: str
) -> None:
    up = start(DATABASE_URL=empty_database, REDIS_URL=_redis_of_our_own())

    up.send_signal(signal.SIGINT)

    assert up.wait(timeout=20) == 0
    assert processes_of(tmp_path) == []
    assert not (tmp_path / "makegood.sqlite3").exists()


def test_gunicorn_serves_with_debug_off(start: "Start", tmp_path: Path) -> None:
    up = start(
        DEBUG="off",
        SECRET_KEY="x" * 50,
        ALLOWED_HOSTS="refunds.example.com",
        BASE_URL="https://refunds.example.com",
        EMAIL_URL="consolemail://",
        REDIS_URL=_redis_of_our_own(),
    )
    assert _child(up.pid, "gunicorn")

    up.send_signal(signal.SIGINT)

    assert up.wait(timeout=20) == 0
    assert processes_of(tmp_path) == []


Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the site without examples on a free port and wait until it prints its address."""
    started: list[subprocess.Popen[bytes]] = []

    def start_site(**environ: str) -> subprocess.Popen[bytes]:
        port = free_port()
        with (tmp_path / "stdout").open("wb") as out, (tmp_path / "stderr").open("wb") as err:
            up = subprocess.Popen(
                command("up", "--no-seed", "--port", str(port)),
                cwd=settings.BASE_DIR,
                env=environment(tmp_path, **environ),
                stdout=out,
                stderr=err,
            )
        started.append(up)
        _wait_for_line(up, tmp_path, f"Makegood runs at http://127.0.0.1:{port} ")
        return up

    yield start_site
    _kill_all(tmp_path)
    for up in started:
        up.wait(timeout=20)


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The address of an empty PostgreSQL database beside the suite's own."""
    needs.postgresql()
    ours = os.environ["DATABASE_URL"]
    name = f"makegood_up_{uuid.uuid4().hex}"
    with psycopg.connect(ours.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"{ours.rpartition('/')[0]}/{name}"
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _redis_of_our_own() -> str:
    # Another database of the same server, so that our worker takes nobody else's messages.
    return needs.redis().rpartition("/")[0] + "/14"


def _wait_for_line(up: subprocess.Popen[bytes], tmp_path: Path, line: str) -> None:
    _wait_until(lambda: line in (tmp_path / "stdout").read_text() or up.poll() is not None)
    if up.poll() is not None:
        pytest.fail(f"It doesn't run: {(tmp_path / 'stderr').read_text()}")


def _wait_until(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.1)


def _child(parent: int, name: str) -> int:
    """Return the id of the parent's own child that runs a module of this name."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    words = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") for pid in children}
    [found] = [pid for pid, arguments in words.items() if name.encode() in arguments]
    return found


def _kill_all(var_dir: Path) -> None:
    # Again, until a look finds none: one of them may be forking.
    while pids := processes_of(var_dir):
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
