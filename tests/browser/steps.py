"""What people do in more than one flow, and what they do it with."""

import io

from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page

from tests.browser.conftest import Opened
from tests.browser.watch import PHONE


def phone(open_window: Opened, email: str, *, language: str = "en", scripts: bool = True) -> Page:
    """Open a page on somebody's phone, who is signed in."""
    context: BrowserContext = open_window(
        email,
        size=PHONE,
        language=language,
        is_mobile=True,
        has_touch=True,
        java_script_enabled=scripts,
    )
    return context.new_page()


def photo(name: str = "call log.jpg") -> FilePayload:
    """Return a photo, as a phone takes it."""
    content = io.BytesIO()
    Image.new("RGB", (600, 800), "#336699").save(content, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": content.getvalue()}


def count_loads(page: Page) -> list[str]:
    """Return a list that grows with each page that is loaded."""
    loads: list[str] = []
    page.on("domcontentloaded", lambda loaded: loads.append(loaded.url))
    return loads
