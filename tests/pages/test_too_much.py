"""A body that no form of ours sends is refused before any of it is kept (trap 29)."""

import io
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.middleware import SendsAtMost
from accounts.models import User
from leads.models import LeadSale
from tests.pages.browser import text_of
from tests.snapshots import everything

MB = 2**20


class Body(io.BytesIO):
    """A body of the length that it says, which counts what is read of it."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.left = length
        self.count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert 0 < size <= 64 * 1024  # never a whole upload in memory
        read = min(size, self.left)
        self.left -= read
        self.count += read
        return bytes(read)


def test_claim_with_too_much_is_answered_in_words(
    sale: LeadSale, pro_client: Client, settings: Settings
) -> None:
    settings.EVIDENCE_MAX_FILES, settings.EVIDENCE_MAX_BYTES = 2, MB
    before = everything()

    page = pro_client.post(
        f"/leads/{sale.uuid}/refund/files/", {"files": io.BytesIO(bytes(3 * MB + 1))}
    )

    assert page.status_code == 413
    assert "Send at most 2 files of at most 1 MB each" in text_of(page)
    assert "My leads" in text_of(page)
    assert everything() == before


@pytest.mark.parametrize("debug", [True, False])
def test_more_files_than_django_reads_are_answered_in_words(
    debug: bool, sale: LeadSale, pro_client: Client, settings: Settings
) -> None:
    settings.DEBUG = debug
    before = everything()

    page = pro_client.post(
        f"/leads/{sale.uuid}/refund/files/", {"files": [io.BytesIO(b"x") for _file in range(101)]}
    )

    assert page.status_code == 413
    assert "Send at most 10 files of at most 10 MB each" in text_of(page)
    assert "My leads" in text_of(page)
    assert everything() == before


def test_nobody_signed_in_is_refused_as_well(db: None, client: Client, settings: Settings) -> None:
    settings.EVIDENCE_MAX_FILES = 0

    page = client.post("/sign-in/", {"login": io.BytesIO(bytes(MB + 1))})

    assert page.status_code == 413


def test_team_is_told_how_large_a_recording_may_be(
    agent: User, signed_in: Callable[[User], Client], settings: Settings
) -> None:
    settings.RECORDING_MAX_BYTES = MB

    page = signed_in(agent).post("/admin/", {"file": io.BytesIO(bytes(2 * MB + 1))})

    assert page.status_code == 413
    assert "Send one recording of at most 1 MB." in text_of(page)


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [
        ("/leads/", 101 * MB, 200),
        ("/leads/", 101 * MB + 1, 413),
        ("/admin/leads/", 51 * MB, 200),
        ("/admin/leads/", 51 * MB + 1, 413),
        ("/leads/", "", 200),
        ("/leads/", "many", 200),
    ],
)
def test_as_much_as_the_largest_form_passes(
    rf: RequestFactory, path: str, length: int | str, status: int
) -> None:
    request = rf.generic("POST", path)
    request.META["CONTENT_LENGTH"] = str(length)

    assert SendsAtMost(_answer)(request).status_code == status


@pytest.mark.parametrize(
    ("length", "is_read"), [(102 * MB, 102 * MB), (300 * MB, 202 * MB)], ids=["little", "far"]
)
def test_browser_may_finish_what_is_a_little_too_much(
    rf: RequestFactory, length: int, is_read: int
) -> None:
    body = Body(length)
    request = rf.generic("POST", "/leads/")
    request.META["CONTENT_LENGTH"] = str(length)
    request._stream = body  # where WSGI hands the body over

    assert SendsAtMost(_answer)(request).status_code == 413
    assert body.count == is_read


def _answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
