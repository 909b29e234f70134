"""How reminders are stopped: by a link that its reader alone has, and by the mail program."""

import pytest
from django.test import Client

from accounts.models import ServicePro, User
from refunds import reminder_mails
from tests.conftest import SignedIn
from tests.refunds.reminders.digests import SUNDAY_BEFORE, THURSDAY, remind, sent, sold

pytestmark = pytest.mark.django_db


def stop_path(user: User) -> str:
    return reminder_mails.stop_address(user.pk).removeprefix("http://testserver")


def wants(user: User) -> bool:
    return User.objects.get(pk=user.pk).wants_reminders


def test_mail_says_how_to_stop_it(pro_company: ServicePro, pro: User) -> None:
    sold(pro_company, SUNDAY_BEFORE)
    remind(THURSDAY)

    [digest] = sent(THURSDAY)

    address = f"http://testserver{stop_path(pro)}"
    assert address in digest.body
    assert digest.extra_headers["List-Unsubscribe"] == f"<{address}>"
    assert digest.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_opening_the_link_changes_nothing(pro: User) -> None:
    client = Client()

    answers = [client.get(stop_path(pro)), client.head(stop_path(pro))]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Stop the reminders?" in answers[0].content.decode()
    assert wants(pro)


def test_mail_program_stops_them_in_one_click(pro: User) -> None:
    """It has no session and no token against forgery (RFC 8058)."""
    client = Client(enforce_csrf_checks=True)

    answer = client.post(stop_path(pro), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert "Your reminders are off" in answer.content.decode()
    assert not wants(pro)


@pytest.mark.parametrize("token", ["1", "1:x", "MTI:abc:def", "%00"])
def test_address_that_is_not_signed_stops_nothing(pro: User, token: str) -> None:
    answer = SignedIn(pro).post(f"/reminders/stop/{token}/")

    assert answer.status_code == 404
    assert wants(pro)


def test_link_of_one_stops_nobody_else(pro: User, other_pro: User) -> None:
    SignedIn(other_pro).post(stop_path(pro))

    assert (wants(pro), wants(other_pro)) == (False, True)
