"""What a browser sends, and what somebody reads in it."""

import io
from typing import Protocol
from uuid import uuid4

from PIL import Image

from tests.factories.refunds import EXPLANATION


class Page(Protocol):
    """An answer with words in it."""

    @property
    def content(self) -> bytes:
        """The page as it was sent."""


def text_of(page: Page) -> str:
    """Return the words and tags of a page in one line."""
    return " ".join(page.content.decode().split())


def answers(**changes: object) -> dict[str, object]:
    """Return a claim's form as a browser sends it."""
    filled: dict[str, object] = {
        "command_id": str(uuid4()),
        "reason": "incorrect_contact",
        "detail_who_answered": "stranger",
        "explanation": EXPLANATION,
    }
    return {name: value for name, value in (filled | changes).items() if value is not None}


def png() -> bytes:
    """Return the bytes of a small picture."""
    drawn = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(drawn, "PNG")
    return drawn.getvalue()
