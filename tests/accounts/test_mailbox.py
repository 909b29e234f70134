"""The page that shows the mails of the embedded kind."""

from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.mailbox import read_mails


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DEBUG = True
    settings.MAIL_DIR = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path


def test_mails_that_share_a_file_are_told_apart(folder: Path) -> None:
    mails = [
        mail.EmailMessage(f"Mail {number}", f"Words {number}", to=["a@example.com"])
        for number in (1, 2)
    ]
    mail.get_connection().send_messages(mails)

    assert len(list(folder.iterdir())) == 1
    assert [one.message["subject"] for one in read_mails(folder)] == ["Mail 1", "Mail 2"]
    assert [one.text for one in read_mails(folder)] == ["Words 1\n", "Words 2\n"]


@pytest.mark.django_db
def test_list_and_mail_are_shown(folder: Path, client: Client) -> None:
    mail.EmailMessage("We have it", "It is here.", to=["a@example.com"]).send()
    [stored] = read_mails(folder)

    assert "We have it" in client.get("/mail/").content.decode()
    assert "It is here." in client.get(f"/mail/{stored.name}/").content.decode()


@pytest.mark.django_db
def test_nothing_is_shown_without_debug(folder: Path, client: Client, settings: Settings) -> None:
    settings.DEBUG = False

    assert client.get("/mail/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["..", "nothing-0", "%2e%2e%2fdb"])
def test_other_files_are_not_to_be_had(name: str, folder: Path, client: Client) -> None:
    assert client.get(f"/mail/{name}/").status_code == 404
