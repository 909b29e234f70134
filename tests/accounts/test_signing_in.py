"""Signing in: who comes in by what, who is kept out for how long, and who comes back where."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.factories.accounts import UserFactory

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

PASSWORD = "a-long-secret"
SECRET = "JBSWY3DPEHPK3PXP"
WRONG = "don&#x27;t belong together"
LOCKED = "Too many attempts from here."

pytestmark = pytest.mark.django_db
CommitCallbacks = Callable[..., AbstractContextManager[object]]
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _no_attempts_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def person() -> User:
    """Somebody with a password."""
    return UserFactory.create(email="dana@example.com")


def sign_in(client: Client, password: str = PASSWORD, **fields: str) -> "Answer":
    form = {"login": "dana@example.com", "password": password, "next": "/account/"}
    return client.post("/sign-in/", form | fields)


def confirm(client: Client) -> None:
    client.post("/confirm/?next=/account/", {"password": PASSWORD})


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def code_now() -> str:
    return format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))


def link_in(message: EmailMessage) -> str:
    found = re.search(r"http://testserver(/password/\S+)", str(message.body))
    assert found
    return found[1]


@pytest.mark.parametrize("email", ["dana@example.com", "DANA@Example.com", " dana@example.com "])
def test_one_comes_in_by_e_mail_and_password(person: User, email: str) -> None:
    client = Client()

    answer = sign_in(client, login=email)

    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert is_in(client)


@pytest.mark.parametrize("email", ["dana@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_address_are_told_alike(person: User, email: str) -> None:
    client = Client()

    answer = sign_in(client, "wrong", login=email)

    assert (answer.status_code, WRONG in answer.content.decode()) == (200, True)
    assert not is_in(client)


@pytest.mark.parametrize("page", ["https://elsewhere.example/", "//elsewhere.example"])
def test_signing_in_never_leads_to_another_site(person: User, page: str) -> None:
    assert sign_in(Client(), next=page)["Location"] == "/"


def test_a_closed_account_lets_nobody_in(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)
    client = Client()

    answer = sign_in(client)

    assert answer["Location"] == "/sign-in/closed/"
    assert not is_in(client)


def test_nobody_makes_an_account() -> None:
    assert Client().get("/signup/").status_code == 404
    assert Client().get("/sign-in/signup/").status_code == 404


def test_five_wrong_passwords_make_one_wait(person: User) -> None:
    client = Client()
    for _attempt in range(5):
        assert WRONG in sign_in(client, "wrong").content.decode()

    answer = sign_in(client)

    assert (answer.status_code, LOCKED in answer.content.decode()) == (200, True)
    assert not is_in(client)


def test_a_stranger_who_guesses_locks_out_the_stranger_alone(person: User) -> None:
    stranger, owner = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="198.51.100.7")
    for _attempt in range(6):
        sign_in(stranger, "wrong")
    assert LOCKED in sign_in(stranger).content.decode()

    assert sign_in(owner).status_code == 302
    assert is_in(owner)


def guess_from_many_places(count: int) -> None:
    for number in range(count):
        sign_in(Client(REMOTE_ADDR=f"203.0.113.{number}"), "wrong")


def test_many_places_do_not_guess_at_one_account_for_ever(person: User) -> None:
    guess_from_many_places(100)
    owner = Client(REMOTE_ADDR="198.51.100.7")

    page = sign_in(owner).content.decode()

    assert "Too many wrong passwords for this account. Set a new one by mail" in page
    assert not is_in(owner)


def test_who_sets_a_new_password_by_mail_waits_for_nobody(person: User) -> None:
    guess_from_many_places(100)
    owner = Client(REMOTE_ADDR="198.51.100.7")
    owner.post("/password/", {"email": person.email})
    page = owner.get(link_in(mail.outbox[0]), follow=True)
    passwords = {"password1": "roof-tiles-22", "password2": "roof-tiles-22"}
    owner.post(page.redirect_chain[-1][0], passwords)

    assert sign_in(owner, "roof-tiles-22").status_code == 302
    assert is_in(owner)


def test_right_passwords_use_up_no_guesses(person: User) -> None:
    guess_from_many_places(99)

    for number in range(3):
        assert sign_in(Client(REMOTE_ADDR=f"198.51.100.{number}")).status_code == 302


def test_one_place_does_not_try_many_addresses(person: User) -> None:
    client = Client()
    for number in range(20):
        sign_in(client, "wrong", login=f"person{number}@example.com")

    assert LOCKED in sign_in(client).content.decode()


def test_right_passwords_use_up_no_attempts(person: User) -> None:
    for _time in range(7):
        assert sign_in(Client()).status_code == 302


def test_attempts_are_counted_in_the_database(settings: Settings) -> None:
    assert settings.CACHES["default"]["BACKEND"].endswith(".db.DatabaseCache")


def test_a_forgotten_password_is_set_by_a_link_in_a_mail(person: User) -> None:
    client = Client()

    asked = client.post("/password/", {"email": "Dana@example.com"}, HTTP_HOST="testserver")

    assert asked["Location"] == "/password/sent/"
    (message,) = mail.outbox
    assert (message.subject, message.to) == ("Set a new password for Makegood", [person.email])
    page = client.get(link_in(message), follow=True)
    address = page.redirect_chain[-1][0]
    done = client.post(address, {"password1": "roof-tiles-22", "password2": "roof-tiles-22"})
    assert done["Location"] == "/password/set/"
    assert not is_in(client)
    assert sign_in(client, "roof-tiles-22").status_code == 302
    assert "Your password was set anew" in str(mail.outbox[1].body)
    assert "This link no longer works" in Client().get(link_in(message)).content.decode()


def test_a_mail_links_to_our_address_whatever_host_was_asked(
    person: User, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]

    Client().post("/password/", {"email": person.email}, HTTP_HOST="other.example")

    assert "http://testserver/password/" in str(mail.outbox[0].body)
    assert "other.example" not in str(mail.outbox[0].body)


def test_who_has_an_account_is_not_told(person: User) -> None:
    known, unknown = (
        Client().post("/password/", {"email": email}) for email in (person.email, "no@example.com")
    )

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.subject for message in mail.outbox] == [
        "Set a new password for Makegood",
        "No account with this address",
    ]


def test_a_mail_is_in_the_readers_own_language(person: User) -> None:
    User.objects.filter(pk=person.pk).update(language="zh-hant")

    Client().post("/password/", {"email": person.email})

    assert mail.outbox[0].subject == "重新設定您的 Makegood 密碼"
    assert "連結三天內有效" in str(mail.outbox[0].body)


def test_a_code_is_asked_for_after_the_password(person: User) -> None:
    TOTP.activate(person, SECRET)
    client = Client()

    first = sign_in(client)

    assert first["Location"].startswith("/sign-in/code/")
    assert not is_in(client)
    wrong = client.post("/sign-in/code/", {"code": "000000"})
    assert "That code is not right" in wrong.content.decode()
    assert not is_in(client)
    right = client.post("/sign-in/code/", {"code": code_now()})
    assert (right.status_code, right["Location"]) == (302, "/account/")
    assert is_in(client)


def test_a_recovery_code_lets_in_once(person: User) -> None:
    TOTP.activate(person, SECRET)
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    first, second = Client(), Client()
    sign_in(first)
    sign_in(second)

    assert first.post("/sign-in/code/", {"code": code}).status_code == 302
    assert second.post("/sign-in/code/", {"code": code}).status_code == 200
    assert (is_in(first), is_in(second)) == (True, False)


def test_an_app_is_set_up_and_taken_away_again(
    person: User, django_capture_on_commit_callbacks: CommitCallbacks
) -> None:
    client = Client()
    sign_in(client)
    confirm(client)
    page = client.get("/account/security/app/")
    key = page.context["form"].secret
    assert "<svg" in page.content.decode()
    assert "data:" not in page.content.decode()
    now = next(yield_hotp_counters_from_time())

    code = format_hotp_value(hotp_value(key, now))
    with django_capture_on_commit_callbacks(execute=True):
        added = client.post("/account/security/app/", {"code": code})

    assert added["Location"] == "/account/security/recovery-codes/"
    kinds = Authenticator.objects.filter(user=person).order_by("type")
    assert list(kinds.values_list("type", flat=True)) == ["recovery_codes", "totp"]
    assert mail.outbox[0].subject == "Something changed in how you sign in"
    assert client.post("/account/security/app/remove/")["Location"] == "/account/security/"
    assert not Authenticator.objects.filter(user=person).exists()


def test_what_protects_the_account_is_changed_after_a_new_proof(
    person: User, signed_in: SignIn
) -> None:
    client = signed_in(person)

    asked = client.get("/account/security/app/")

    assert asked["Location"] == "/confirm/?next=%2Faccount%2Fsecurity%2Fapp%2F"
    wrong = client.post(asked["Location"], {"password": "wrong"})
    assert "That is not your password." in wrong.content.decode()
    confirmed = client.post(asked["Location"], {"password": PASSWORD})
    assert confirmed["Location"] == "/account/security/app/"
    assert client.get("/account/security/app/").status_code == 200


def test_a_password_is_changed_by_who_knows_the_present_one(
    person: User, signed_in: SignIn
) -> None:
    client = signed_in(person)
    form = {"oldpassword": "wrong", "password1": "roof-tiles-22", "password2": "roof-tiles-22"}

    refused = client.post("/account/password/", form)

    assert "That is not your present password." in refused.content.decode()
    changed = client.post("/account/password/", form | {"oldpassword": PASSWORD})
    assert changed["Location"] == "/account/"
    assert is_in(client)
    assert sign_in(Client(), "roof-tiles-22").status_code == 302


def test_a_password_that_is_poor_in_two_ways_is_told_each(person: User, signed_in: SignIn) -> None:
    form = {"oldpassword": PASSWORD, "password1": "qwerty", "password2": "qwerty"}

    page = signed_in(person).post("/account/password/", form).content.decode()

    field = page[page.index('id="id_password1_error"') :]
    told = re.findall(r"<li>([^<]+)</li>", field[: field.index("</ul>")])
    assert len(told) == 2


def test_somebody_elses_passkey_does_not_exist(person: User) -> None:
    key = Authenticator.objects.create(
        user=UserFactory.create(), type="webauthn", data={"name": "Phone", "credential": {}}
    )
    client = Client()
    sign_in(client)
    confirm(client)

    for step in ("rename", "remove"):
        assert client.get(f"/account/security/passkeys/{key.pk}/{step}/").status_code == 404
        assert client.post(f"/account/security/passkeys/{key.pk}/{step}/").status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


@pytest.mark.parametrize(
    "forged", ['{"id": "forged"}', "[]", "7", '{"response": {"userHandle": "fQ"}}', "", "{"]
)
def test_a_passkey_that_is_none_lets_nobody_in(forged: str) -> None:
    client = Client()
    asked = client.get("/sign-in/passkey/", HTTP_ACCEPT="application/json")
    assert asked.json()["request_options"]["publicKey"]["rpId"] == "testserver"

    answer = client.post("/sign-in/passkey/", {"credential": forged})

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert not is_in(client)


@pytest.mark.parametrize(
    ("headers", "page"),
    [
        ({"Referer": "http://testserver/leads/?status=new"}, "/leads/%3Fstatus%3Dnew"),
        ({"Referer": "https://elsewhere.example/leads/"}, "/account/"),
        ({}, "/account/"),
    ],
)
def test_who_typed_too_long_comes_back_to_the_page(headers: dict[str, str], page: str) -> None:
    answer = Client().post("/account/", {}, headers=headers)

    assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={page}")


def test_htmx_is_sent_to_the_sign_in_page_whole() -> None:
    answer = Client().get(
        "/leads/?q=a",
        HTTP_HX_REQUEST="true",
        HTTP_HX_CURRENT_URL="http://testserver/leads/?status=new",
    )

    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/sign-in/?next=/leads/%3Fstatus%3Dnew"
    assert answer.content == b""
