"""Evidence goes to whom it concerns, as a download that can't run (trap 29)."""

from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from leads.models import LeadSale
from refunds.models import Evidence
from tests.pages.browser import png
from tests.pages.claims.pages import continue_with, send

SignIn = Callable[[User], Client]


@pytest.fixture
def file(sale: LeadSale, pro_client: Client) -> Evidence:
    """A picture that the pro sent with a claim, named by somebody who means harm."""
    upload = SimpleUploadedFile('call\u202e "log".png', png())
    continue_with(pro_client, sale, files=[upload])
    send(pro_client, sale)
    return Evidence.objects.get()


@pytest.mark.parametrize("who", ["pro", "manager", "agent"])
def test_whom_it_concerns_downloads_it(
    file: Evidence, signed_in: SignIn, request: pytest.FixtureRequest, who: str
) -> None:
    response = signed_in(request.getfixturevalue(who)).get(f"/evidence/{file.uuid}/")
    assert response.status_code == 200
    assert response.getvalue().startswith(b"\x89PNG")
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == 'attachment; filename="call \\"log\\".png"'
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_others_do_not_learn_that_it_exists(
    file: Evidence, outsiders: list[User], signed_in: SignIn
) -> None:
    for user in outsiders:
        assert signed_in(user).get(f"/evidence/{file.uuid}/").status_code == 404
    assert Client().get(f"/evidence/{file.uuid}/").status_code == 302


def test_manager_without_the_desk_does_not_get_it(
    file: Evidence, manager: User, signed_in: SignIn
) -> None:
    manager.groups.clear()
    assert signed_in(manager).get(f"/evidence/{file.uuid}/").status_code == 404


def test_file_that_is_gone_is_not_found(file: Evidence, pro_client: Client) -> None:
    default_storage.delete(str(file.file.name))
    assert pro_client.get(f"/evidence/{file.uuid}/").status_code == 404
