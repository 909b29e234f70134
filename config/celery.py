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
from kombu.transport import TRANSPORT_ALIASES, filesystem, redis, virtual
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
        draft.write_text(dumps(payload))
        draft.replace(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> object:
        try:
            return super()._get(queue)
        except ValueError as error:
            logger.warning("A message was unreadable and is gone; the sweep will do. %s", error)
            raise Empty from error

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:
        with self._bindings_locked():
            return super().get_table(exchange)  # type: ignore[no-any-return] # kombu

    def _queue_bind(self, *binding: str) -> None:
        with self._bindings_locked():
            super()._queue_bind(*binding)

    @contextmanager
    def _bindings_locked(self) -> Iterator[None]:
        with (Path(self.control_folder) / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
            yield


class FileTransport(filesystem.Transport):
    """The broker that is a folder."""

    Channel = FileChannel


class ForgetfulQoS(redis.QoS):
    """Messages in hand, of which none is held for ever.

    Kombu keeps counting a message whose acknowledgement Redis did not answer in time. A worker that
    takes one at a time then hears nothing any more, however well Redis is again. Redis gives that
    message out a second time, which is harmless: a task looks at the rows and does what is due.
    """

    def ack(self, delivery_tag: str) -> None:
        try:
            super().ack(delivery_tag)
        finally:
            virtual.QoS.ack(self, delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        try:
            super().reject(delivery_tag, requeue=requeue)
        finally:
            virtual.QoS.ack(self, delivery_tag)


class RedisChannel(redis.Channel):
    """Kombu's, with our count of the messages in hand."""

    QoS = ForgetfulQoS


class RedisTransport(redis.Transport):
    """The broker that is Redis."""

    Channel = RedisChannel


TRANSPORT_ALIASES["filesystem"] = "config.celery:FileTransport"
TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = "config.celery:RedisTransport"
