"""Processes that start together and stop together, so that none is left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_EVERY = 0.2
START_SECONDS = 60.0
STOP_SECONDS = 10.0


class NotRunning(Exception):
    """A process ended by itself, or the site never answered; says which."""


@dataclass(frozen=True)
class Child:
    """What to start: its name for people, its command line and its environment."""

    name: str
    arguments: Sequence[str]
    environ: Mapping[str, str]
    cwd: Path
    shows_output: bool = True


@dataclass
class _Running:
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    signals: int = 0


def run_together(
    children: Sequence[Child], *, is_ready: Callable[[], bool], when_ready: Callable[[], None]
) -> None:
    """Run the children until Ctrl-C, SIGTERM or SIGHUP; leave no process of theirs in any case.

    Calls ``when_ready`` once, after ``is_ready`` first said yes. Raises ``NotRunning`` when one of
    them ends by itself or the site doesn't get ready. Call it in the main thread.
    """
    running = _Running()
    with _counting_signals(running):
        try:
            for child in children:
                running.processes[child.name] = _start(child)
            _wait_until_ready(running, is_ready)
            if not running.signals:
                when_ready()
            while not running.signals:
                _look(running)
        finally:
            _stop(running)


@contextmanager
def _counting_signals(running: _Running) -> Iterator[None]:
    # A flag and no exception: one that is raised between fork and assignment loses the process.
    def count(_number: int, _frame: FrameType | None) -> None:
        running.signals += 1

    before = {number: signal.signal(number, count) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _start(child: Child) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 (our own command lines)
        child.arguments,
        env=dict(child.environ),
        cwd=child.cwd,
        stdin=subprocess.DEVNULL,
        stdout=None if child.shows_output else subprocess.DEVNULL,
        # Its own session: the terminal's Ctrl-C reaches us alone, and we stop it in order.
        start_new_session=True,
    )


def _wait_until_ready(running: _Running, is_ready: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while not running.signals and not is_ready():
        _look(running)
        if time.monotonic() > give_up_at:
            raise NotRunning(f"The site didn't answer within {START_SECONDS:.0f} seconds.")


def _look(running: _Running) -> None:
    for name, process in running.processes.items():
        if process.poll() is not None and not running.signals:
            raise NotRunning(f"The {name} ended by itself ({_ending(process.returncode)}).")
    time.sleep(LOOK_EVERY)


def _ending(returncode: int) -> str:
    if returncode < 0:
        return signal.Signals(-returncode).name
    return f"exit code {returncode}"


def _stop(running: _Running) -> None:
    """Ask each to finish, wait, then kill what is left of its session's processes."""
    asked = running.signals
    for process in running.processes.values():
        process.terminate()
    give_up_at = time.monotonic() + STOP_SECONDS
    for process in running.processes.values():
        # Asked twice, the person wants out: no more waiting.
        while process.poll() is None and time.monotonic() < give_up_at:
            if running.signals > max(asked, 1):
                break
            time.sleep(0.05)
        with suppress(ProcessLookupError, PermissionError):  # nobody is left
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
