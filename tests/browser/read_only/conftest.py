"""One seeded world for all tests of a module: they look at its pages and change nothing."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import override_settings
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests.browser import world


@pytest.fixture(scope="session")
def transactional_db(django_db_setup: None) -> None:
    """The database as it is: by this name pytest-django sees that one is needed."""


@pytest.fixture(scope="module")
def site(
    transactional_db: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of a running site with the seeded world, some drafts and its mails."""
    mails = tmp_path_factory.mktemp("mail")
    backend = "django.core.mail.backends.filebased.EmailBackend"
    with (
        django_db_blocker.unblock(),
        override_settings(EMAIL_BACKEND=backend, EMAIL_FILE_PATH=mails, MAIL_DIR=mails),
    ):
        world.seed()
        world.begin_more()
        server = LiveServer("localhost")
        yield str(server.url)
        server.stop()
        call_command("flush", verbosity=0, interactive=False)
