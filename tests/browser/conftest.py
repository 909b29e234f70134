"""A real browser on a real server with the seeded world."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests import needs
from tests.browser import world
from tests.browser.watch import DESK, Size, listen
from tests.conftest import SignedIn

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
LANGUAGES = {"en": "en-US", "zh-hant": "zh-TW"}

SignIn = Callable[[str], Page]
Opened = Callable[..., BrowserContext]


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
    """The address of a running site with a seeded world of the test's own."""
    world.seed()
    return str(live_server.url)


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browsers complain of; the test fails if there is anything."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def open_window(browser: Browser, site: str, complaints: list[str]) -> Iterator[Opened]:
    """Open a browser of its own for somebody, signed in where they are named."""
    contexts = []

    def opened(
        email: str = "", *, size: Size = DESK, language: str = "en", **options: object
    ) -> BrowserContext:
        context = browser.new_context(
            viewport=size,
            base_url=site,
            locale=LANGUAGES[language],
            reduced_motion="reduce",
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        listen(context, complaints)
        if email:
            enter(context, site, email)
        return context

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(open_window: Opened) -> SignIn:
    """Open a browser of its own for somebody who is signed in."""

    def open_as(email: str) -> Page:
        page = open_window(email).new_page()
        page.goto("/")
        return page

    return open_as


def enter(context: BrowserContext, site: str, email: str) -> None:
    """Sign somebody in, as if they had just confirmed it by their password."""
    user = world.person(email)
    client = SignedIn(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    name = site_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
