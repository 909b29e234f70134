"""A session that expired while somebody typed: they sign in, and their words are there."""

import pytest
from django.test import Client

from accounts.models import User
from leads.models import LeadSale
from refunds.models import ClaimDraft
from tests.factories.refunds import EXPLANATION
from tests.pages.browser import text_of
from tests.pages.claims.pages import HTMX, continue_with, typed, url
from tests.snapshots import everything


@pytest.mark.parametrize("step", ["details/", "save/", "files/"])
def test_words_are_there_after_signing_in(sale: LeadSale, pro: User, step: str) -> None:
    before = everything()
    client = Client()
    answer = client.post(url(sale, step), typed())
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


def test_a_save_in_the_background_leads_the_whole_page_to_sign_in(sale: LeadSale) -> None:
    answer = Client().post(url(sale, "save/"), typed(), headers=HTMX)
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/sign-in/?next=")
    assert "details/" in answer["HX-Redirect"]


def test_words_are_forgotten_once_they_are_in_the_draft(sale: LeadSale, pro: User) -> None:
    client = Client()
    client.post(url(sale, "details/"), typed())
    client.force_login(pro)
    continue_with(client, sale, explanation="Something else altogether.")
    page = text_of(client.get(url(sale, "details/")))
    assert "You were signed out" not in page
    assert "Something else altogether.</textarea>" in page
    assert ClaimDraft.objects.get().explanation == "Something else altogether."


def test_words_from_the_list_are_offered_with_their_reason(sale: LeadSale, pro: User) -> None:
    client = Client()
    client.post(url(sale), {"reason": "duplicate", "explanation": EXPLANATION})
    client.force_login(pro)
    page = text_of(client.get(url(sale, "?reason=duplicate")))
    assert f'name="explanation" value="{EXPLANATION}"' in page
    assert ClaimDraft.objects.count() == 0


def test_words_open_no_door(sale: LeadSale, other_pro: User) -> None:
    client = Client()
    client.post(url(sale, "details/"), typed())
    client.force_login(other_pro)
    assert client.get(url(sale, "details/?reason=incorrect_contact")).status_code == 404
