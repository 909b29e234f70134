"""Celery: the doorbell and the clock. The work itself is rows in the database (design §8)."""

import fcntl
import logging
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

logger = logging.getLogger(__name__)

app = Celery("makegood")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class FileChannel(filesystem.Channel):
    """Messages that are files, of which nobody ever sees a half.

    Kombu's own shows a file before it is written: who reads it then, fails, and a worker ends.
    """

    def _put(  # type: ignore[override] # its two parents disagree
        self, queue: str, payload: object, **kwargs: object
    ) -> None:
        folder = Path(self.data_folder_out)
        name = f"{time.monotonic_ns()}_{uuid.uuid4()}.{queue}.msg"
        draft = folder / f"{name}.draft"
        draft.write_text(dumps(payload))  # type: ignore[no-untyped-call] # kombu is half typed
        draft.replace(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> object:
        try:
            return super()._get(queue)  # type: ignore[no-untyped-call] # likewise
        except ValueError as error:
            logger.warning("A message was unreadable and is gone; the sweep will do. %s", error)
            raise Empty from error

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:
        with self._bindings_locked():
            return super().get_table(exchange)  # type: ignore[no-untyped-call, no-any-return]

    def _queue_bind(self, *binding: str) -> None:
        with self._bindings_locked():
            super()._queue_bind(*binding)  # type: ignore[no-untyped-call] # likewise

    @contextmanager
    def _bindings_locked(self) -> Iterator[None]:
        with (Path(self.control_folder) / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
            yield


class FileTransport(filesystem.Transport):
    """The broker that is a folder."""

    Channel = FileChannel


TRANSPORT_ALIASES["filesystem"] = "config.celery:FileTransport"
