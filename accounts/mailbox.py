"""The mails that the embedded kind writes to files instead of sending them."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

# Django's file backend writes this line after each message; two that are sent within one second
# may stand in one file.
SEPARATOR = b"-" * 79 + b"\n"


@dataclass(frozen=True)
class StoredMail:
    """A mail in a folder. ``name`` is the file's, with the mail's place in it."""

    name: str
    message: EmailMessage

    @property
    def text(self) -> str:
        """The mail's plain text."""
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body else ""


def read_mails(folder: Path) -> list[StoredMail]:
    """Return the mails of a folder, the oldest first."""
    paths = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns)
    return [mail for path in paths for mail in _read_file(path)]


def _read_file(path: Path) -> Iterator[StoredMail]:
    for place, content in enumerate(path.read_bytes().split(SEPARATOR)):
        if content.strip():
            message = email.message_from_bytes(content, policy=email.policy.default)
            yield StoredMail(f"{path.stem}-{place}", message)
