"""What a page says where it can't do what was asked: signing in, a stale form, nothing there."""

from collections.abc import Callable

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import Http404
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.models import User
from accounts.views.errors import ErrorPagesWhileDebugging
from leads.models import LeadSale
from tests.factories import refunds as life
from tests.pages.browser import text_of
from tests.snapshots import everything

SignIn = Callable[[User], Client]


def test_form_from_before_the_last_sign_in_says_what_to_do(sale: LeadSale, pro: User) -> None:
    request = life.investigating(sale, pro)
    client = Client(enforce_csrf_checks=True)
    client.force_login(pro)
    before = everything()
    page = client.post(f"/requests/{request.reference}/withdraw/", {"version": request.version})
    assert page.status_code == 403
    assert "Your sign-in changed while the page was open, so nothing was done." in text_of(page)
    assert "Refund status" in text_of(page)
    assert everything() == before


def stale(client: Client, sale: LeadSale, words: str, **headers: str) -> str:
    """Send a claim's form without its token."""
    url = f"/leads/{sale.uuid}/refund/details/"
    page = client.post(url, {"explanation": words}, headers=headers)
    assert page.status_code == 403
    return text_of(page)


def test_a_stale_form_s_words_are_there_to_copy(sale: LeadSale, pro: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(pro)
    before = everything()
    page = stale(client, sale, "A <b>woman</b> answered", Referer="http://testserver/leads/x/")
    assert "readonly>A &lt;b&gt;woman&lt;/b&gt; answered</textarea>" in page
    assert '<a class="button" href="http://testserver/leads/x/">Load the page again</a>' in page
    assert everything() == before


def test_another_site_s_words_and_address_are_not_shown(sale: LeadSale, pro: User) -> None:
    client = Client(enforce_csrf_checks=True)
    elsewhere = {"Origin": "https://bad.example", "Referer": "https://bad.example/form"}
    assert "Pay here" not in stale(client, sale, "Pay here")
    client.force_login(pro)
    page = stale(client, sale, "Pay here", **elsewhere)
    assert "Pay here" not in page
    assert "bad.example" not in page


@pytest.mark.parametrize("debug", [False, True])
def test_lead_of_somebody_else_draws_our_page(
    sale: LeadSale, other_pro: User, signed_in: SignIn, settings: Settings, debug: bool
) -> None:
    settings.DEBUG = debug
    page = signed_in(other_pro).get(f"/leads/{sale.uuid}/refund/")
    assert page.status_code == 404
    assert "There is no such page" in text_of(page)
    assert "Refund status" in text_of(page)


@pytest.mark.parametrize(("raised", "status"), [(Http404(), 404), (SuspiciousOperation(), 400)])
def test_debugging_draws_our_error_pages(
    settings: Settings, rf: RequestFactory, raised: Exception, status: int
) -> None:
    pages = ErrorPagesWhileDebugging(lambda request: pytest.fail("asked again"))
    settings.DEBUG = False
    assert pages.process_exception(rf.get("/"), raised) is None
    settings.DEBUG = True
    answer = pages.process_exception(rf.get("/"), raised)
    assert answer is not None
    assert answer.status_code == status


def test_defects_stay_djangos_to_show(settings: Settings, rf: RequestFactory) -> None:
    settings.DEBUG = True
    pages = ErrorPagesWhileDebugging(lambda request: pytest.fail("asked again"))
    assert pages.process_exception(rf.get("/"), ValueError()) is None


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"login": "", "password": "x"}, "Enter your e-mail address."),
        ({"login": "dana", "password": "x"}, "Enter a whole e-mail address"),
        ({"login": "a@b.example", "password": ""}, "Enter your password."),
        ({"login": "a@b.example", "password": "x"}, "don&#x27;t belong together"),
    ],
)
@pytest.mark.django_db
def test_sign_in_says_what_is_missing(form: dict[str, str], sentence: str) -> None:
    assert sentence in text_of(Client().post("/sign-in/", form))
