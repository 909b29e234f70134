"""A mail in words, and the language of its words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings


@dataclass(frozen=True)
class RenderedMail:
    """What is sent; ``headers`` are those that this mail has besides.

    ``to``: where its reader is written to by now, "" where that is as it was.
    """

    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    to: str = ""


def language(*wanted: str) -> str:
    """Return the first of some languages that there are words in, else English."""
    known = dict(settings.LANGUAGES)
    return next((code for code in wanted if code in known), "en")


def tidy(text: str) -> str:
    """Take the empty lines out of a text that a template left where it said nothing."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
