"""A real browser on a real server with the seeded world."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts import access
from refunds.services import policies
from tests import needs

# Chromium as root, and without its calls home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SignIn = Callable[[str], Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    path = needs.chromium()
    # Playwright keeps an event loop in this thread, which Django takes for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def mail_folder(settings: Settings, tmp_path: Path) -> Path:
    """Where the mails go, as files."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path


@pytest.fixture
def site(transactional_db: None, live_server: LiveServer) -> str:
    """The address of a running site with the seeded world."""
    access.make_groups()
    policies.load_presets()
    call_command("seed")
    return str(live_server.url)


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browsers' consoles complain of; the test fails if there is anything."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def sign_in(browser: Browser, site: str, complaints: list[str]) -> Iterator[SignIn]:
    """Open a browser of its own for somebody and sign in."""
    contexts = []

    def open_as(email: str) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=site)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        page.goto("/sign-in/")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill("makegood")
        page.get_by_role("button", name="Sign in", exact=True).click()
        return page

    yield open_as
    for context in contexts:
        context.close()
