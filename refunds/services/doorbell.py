"""Rings Celery after a commit. What is owed stands in the database; a ring that is lost delays
it until the next sweep and loses nothing (design §8, traps 19, 22 and 35)."""

import logging
import time

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

SEND_DUE_MAIL = "refunds.tasks.send_due_mail"
QUIET_SECONDS = 30.0

_quiet_until = 0.0


def ring(task: str) -> bool:
    """Ask a worker to look at what is due now; say whether the broker took the message.

    After a broker that is down was met, nobody waits for it again for half a minute.
    """
    global _quiet_until  # noqa: PLW0603 (one broker a process, one memory of it)
    if time.monotonic() < _quiet_until:
        return False
    try:
        current_app.send_task(task, retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("The broker did not take %s; the sweep will. %s", task, error)
        return False
    return True
