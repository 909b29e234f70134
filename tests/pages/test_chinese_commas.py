"""Pages in Chinese join what they say with the commas of Chinese, whoever joins it."""

import html
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from refunds.models import RefundRequest
from tests.browser import world
from tests.browser.read_only.pages import BULK, CLAIMS, DESK, LEADS, MONEY, REQUESTS, Visit

CHINESE = "[\u3400-\u9fff\uff00-\uffef]"
ENGLISH_COMMA = re.compile(f".{{0,20}}(?:{CHINESE}, |, {CHINESE}).{{0,20}}")
# What a tag holds together is one text; markup between two texts is no comma's business.
TAG = re.compile(r"<[^>]*>")
UNSEEN = re.compile(r"<(script|style|select|textarea)\b.*?</\1>|<head>.*?</head>", re.DOTALL)
ADMIN = ("exception_list", "declared_events", "proposal_list")


@pytest.fixture
def open_page(db: None) -> Callable[[str, str], str]:
    """What somebody of the seeded world reads at an address, in Chinese."""
    world.seed()
    world.begin("H-20421", world.PRO, "incorrect_contact", world.WORDS, with_file=True)
    world.claim_by_file("H-20425", world.SECOND_PRO, "incorrect_contact", world.WORDS)
    clients: dict[str, Client] = {}

    def open_page(who: str, address: str) -> str:
        client = clients.setdefault(who, Client())
        person = world.person(who)
        person.language = "zh-hant"
        person.save()
        client.force_login(person)
        with translation.override(person.language):  # what the page activates ends with it
            response = client.get(address)
        assert response.status_code == 200, address
        return read(response.content.decode())

    return open_page


def read(page: str) -> str:
    """Return the words of a page, without its tags."""
    return " ".join(html.unescape(TAG.sub("", UNSEEN.sub("", page))).split())


def test_no_page_has_english_commas(open_page: Callable[[str, str], str]) -> None:
    pages = LEADS + CLAIMS + BULK + REQUESTS + MONEY + DESK
    visits: list[Visit] = [visit for visit in pages if visit.then is None]
    seen = [(str(visit), open_page(visit.who, visit.address)) for visit in visits]
    for name in ADMIN:
        seen.append((name, open_page(world.VERIFIER, reverse(f"admin:{name}"))))
    for reference in RefundRequest.objects.values_list("reference", flat=True):
        case = reverse("admin:refunds_refundrequest_change", args=[reference])
        seen.append((case, open_page(world.VERIFIER, case)))

    found = [(name, hit) for name, words in seen for hit in ENGLISH_COMMA.findall(words)]

    assert found == []
