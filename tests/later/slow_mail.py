"""A mail server that can be made to hang: files in ``VAR_DIR`` are its switches."""

import os
import time
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend as FileBackend

SENDING = "sending"  # holds the id of the process that sends
HANG = "hang"  # while it exists, nothing goes out


class EmailBackend(FileBackend):
    """Says that it sends, waits while it is told to hang, then writes the mail to a file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        marker = settings.VAR_DIR / SENDING
        draft = settings.VAR_DIR / f"{SENDING}.{os.getpid()}"
        draft.write_text(str(os.getpid()))
        draft.replace(marker)  # at once, so that nobody reads half a number
        while (settings.VAR_DIR / HANG).exists():
            time.sleep(0.05)
        return super().send_messages(email_messages)
