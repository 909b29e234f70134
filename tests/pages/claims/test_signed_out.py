"""A session that expired while somebody typed: they sign in, and their words are there."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from leads.models import LeadSale
from refunds.models import ClaimDraft
from refunds.views.signed_out import KEPT_AS, author_mark
from tests.factories.accounts import MembershipFactory
from tests.factories.leads import LeadSaleFactory
from tests.factories.refunds import EXPLANATION
from tests.pages.browser import text_of
from tests.pages.claims.pages import HTMX, continue_with, typed, url
from tests.snapshots import everything


@pytest.mark.parametrize("step", ["details/", "save/", "files/"])
def test_words_are_there_after_signing_in(sale: LeadSale, pro: User, step: str) -> None:
    before = everything()
    client = Client()
    answer = client.post(url(sale, step), typed(author=author_mark(pro)))
    back = url(sale, "details/?reason=incorrect_contact")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")
    assert everything() == before

    client.force_login(pro)
    page = client.get(back)

    assert "You were signed out while you typed." in text_of(page)
    assert f"{EXPLANATION}</textarea>" in text_of(page)
    assert page.context["form"].initial["detail_who_answered"] == "stranger"
    assert everything() == before


def test_the_sign_in_page_says_that_the_words_are_kept(sale: LeadSale, pro: User) -> None:
    client = Client()
    kept = client.post(url(sale, "save/"), typed(author=author_mark(pro)), headers=HTMX)
    said = "You were signed out. What you typed is kept: sign in and go on."

    assert said in text_of(client.get(kept["HX-Redirect"]))
    assert said not in text_of(client.get(kept["HX-Redirect"]))
    nobody = Client().get(url(sale, "details/"), follow=True)
    assert said not in text_of(nobody)


def test_a_save_in_the_background_leads_the_whole_page_to_sign_in(sale: LeadSale) -> None:
    answer = Client().post(url(sale, "save/"), typed(), headers=HTMX)
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/sign-in/?next=")
    assert "details/" in answer["HX-Redirect"]


def test_words_are_forgotten_once_they_are_in_the_draft(sale: LeadSale, pro: User) -> None:
    client = Client()
    client.post(url(sale, "details/"), typed(author=author_mark(pro)))
    client.force_login(pro)
    continue_with(client, sale, explanation="Something else altogether.")
    assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE
    page = text_of(client.get(url(sale, "details/")))
    assert "You were signed out while you typed" not in page
    assert "Something else altogether.</textarea>" in page
    assert ClaimDraft.objects.get().explanation == "Something else altogether."


def test_words_from_the_list_are_offered_with_their_reason(sale: LeadSale, pro: User) -> None:
    client = Client()
    words = {"reason": "duplicate", "explanation": EXPLANATION, "author": author_mark(pro)}
    client.post(url(sale), words)
    client.force_login(pro)
    page = text_of(client.get(url(sale, "?reason=duplicate")))
    assert f'name="explanation" value="{EXPLANATION}"' in page
    assert ClaimDraft.objects.count() == 0


def test_words_open_no_door(sale: LeadSale, other_pro: User) -> None:
    client = Client()
    client.post(url(sale, "details/"), typed(author=author_mark(other_pro)))
    client.force_login(other_pro)
    assert client.get(url(sale, "details/?reason=incorrect_contact")).status_code == 404


def test_every_form_that_takes_words_carries_its_readers_mark(
    sale: LeadSale, pro: User, pro_client: Client
) -> None:
    mark = f'<input type="hidden" name="author" value="{author_mark(pro)}">'
    for page in (url(sale), url(sale, "details/?reason=duplicate"), "/leads/refundable/"):
        assert text_of(pro_client.get(page)).count(mark) == 1


@pytest.mark.parametrize("author", [None, "", "1", "1:forged"])
def test_without_a_mark_of_ours_nothing_is_kept(sale: LeadSale, author: str | None) -> None:
    for step in ("", "details/", "save/", "files/"):
        answer = Client().post(url(sale, step), typed(author=author))
        assert answer["Location"].startswith("/sign-in/?next=")
    assert Session.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"explanation": "x" * 25_001},
        {"explanation": "說" * 8_400},
        {f"detail_{number}": "x" * 1000 for number in range(25)},
    ],
)
def test_more_than_a_form_takes_is_not_kept(
    sale: LeadSale, pro: User, changes: dict[str, str]
) -> None:
    client = Client()
    client.post(url(sale, "save/"), typed(author=author_mark(pro), **changes))
    assert Session.objects.count() == 0


def test_the_words_of_one_lead_are_kept_and_for_an_hour(sale: LeadSale, pro: User) -> None:
    another = LeadSaleFactory.create(pro=sale.pro)
    client = Client()
    for one in (sale, another):
        client.post(url(one, "save/"), typed(author=author_mark(pro)))
    words = {
        "reason": "incorrect_contact",
        "detail_who_answered": "stranger",
        "explanation": EXPLANATION,
    }
    kept = {"place": f"claim {another.uuid}", "author": str(pro.pk), "words": words}
    assert dict(client.session.items()) == {KEPT_AS: kept, "_session_expiry": 3600}
    assert Session.objects.count() == 1


def test_the_words_of_one_person_are_not_shown_to_another(sale: LeadSale, pro: User) -> None:
    client = Client()
    client.post(url(sale, "details/"), typed(author=author_mark(pro)))
    client.force_login(MembershipFactory.create(pro=sale.pro).user)
    for page in (url(sale, "details/?reason=incorrect_contact"), url(sale)):
        assert EXPLANATION not in text_of(client.get(page))
    assert KEPT_AS not in client.session
