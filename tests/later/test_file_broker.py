"""The broker that is a folder: many ring at once, and the worker reads whole messages."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

import pytest
from kombu.connection import Connection
from kombu.simple import SimpleQueue

RINGERS = 4
RINGS = 200


@pytest.fixture
def connect(tmp_path: Path) -> Callable[[], Connection]:
    """Open connections to one broker that is a new folder."""
    (tmp_path / "queue").mkdir()
    (tmp_path / "control").mkdir()
    options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }

    def connect() -> Connection:
        return Connection(  # type: ignore[no-untyped-call] # kombu is half typed
            "filesystem://localhost", transport_options=options
        )

    return connect


def test_messages_arrive_whole_and_once(connect: Callable[[], Connection]) -> None:
    def ring(ringer: int) -> None:
        with connect() as connection, queue_of(connection, "many") as queue:
            for number in range(RINGS):
                queue.put([ringer, number, "x" * 10_000])

    with ThreadPoolExecutor(RINGERS) as threads, connect() as connection:
        hear(connection, "many", 0)  # who rings before anybody listened, is not heard
        ringers = [threads.submit(ring, ringer) for ringer in range(RINGERS)]
        heard = hear(connection, "many", RINGERS * RINGS)
        for ringer in ringers:
            ringer.result()

    assert sorted(heard) == [(ringer, n) for ringer in range(RINGERS) for n in range(RINGS)]


def test_a_torn_message_is_thrown_away(connect: Callable[[], Connection], tmp_path: Path) -> None:
    (tmp_path / "queue" / "0_half.torn.msg").write_text('{"body": "bGl')

    with connect() as connection:
        with queue_of(connection, "torn") as queue:
            queue.put([1, 2])
        heard = hear(connection, "torn", 1)

    assert heard == [(1, 2)]
    assert list((tmp_path / "queue").iterdir()) == []


def queue_of(connection: Connection, name: str) -> SimpleQueue:
    # Kombu declares a queue once a process, whatever the folder: each test has its own name.
    return connection.SimpleQueue(name)  # type: ignore[no-untyped-call] # kombu is half typed


def hear(connection: Connection, name: str, count: int) -> list[tuple[int, int]]:
    """Read that many messages."""
    heard: list[tuple[int, int]] = []
    give_up_at = time.monotonic() + 20
    with queue_of(connection, name) as queue:
        while len(heard) < count and time.monotonic() < give_up_at:
            try:
                message = queue.get_nowait()
            except Empty:
                time.sleep(0.001)
                continue
            message.ack()
            heard.append((message.payload[0], message.payload[1]))
    return heard
