"""What an error summary links to takes the focus, and the same words stand there (WCAG 3.3.1)."""

from html.parser import HTMLParser

import pytest
from django.test import Client

from accounts.models import User
from leads.models import LeadSale
from refunds.models import RefundRequest
from tests.factories import refunds as life
from tests.pages.claims.pages import continue_with, url
from tests.snapshots import everything

NO_REASON = "Choose one of the reasons of this program."
TAKES_FOCUS = {"input", "select", "textarea"}


class Page(HTMLParser):
    """The links of a page's error summary, its fields by id, and what describes what."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, dict[str, str | None]] = {}
        self.descriptions: set[str] = set()
        self.links: list[list[str]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []
        self._is_link = self._is_summary = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("id") or ""
        if tag in TAKES_FOCUS and given.get("type") != "hidden" and name:
            self.fields[name] = given
        self.descriptions |= set((given.get("aria-describedby") or "").split())
        self._is_summary = self._is_summary or "error-summary" in (given.get("class") or "")
        self._is_link = self._is_summary and tag == "a"
        if self._is_link:
            self.links.append([(given["href"] or "").removeprefix("#"), ""])
        if tag in {"div", "p"}:
            self._open.append(name)

    def handle_endtag(self, tag: str) -> None:
        self._is_link = False
        if tag in {"div", "p"} and self._open:
            self._is_summary = self._is_summary and self._open.pop() != "problem"

    def handle_data(self, data: str) -> None:
        if self._is_link:
            self.links[-1][1] += data
        for name in filter(None, self._open):
            self.texts[name] = self.texts.get(name, "") + " " + " ".join(data.split())


def look(content: bytes, *, at: str, error: str, words: str) -> None:
    """Look at a page with one thing wrong: linked, said at its field, and wired to it."""
    page = Page(content.decode())
    assert page.links == [[at, words]]
    assert page.fields[at]["aria-invalid"] == "true"
    assert words in page.texts[error]
    assert error in page.descriptions


@pytest.mark.parametrize(
    ("form", "at", "error", "words"),
    [
        (
            {"reason": "not_authorized"},
            "id_detail_why_0",
            "id_detail_why_error",
            "Answer this: Why can't they approve it?",
        ),
        (
            {"explanation": ""},
            "id_explanation",
            "id_explanation_error",
            "Tell us what happened in at least 20 characters: what you tried, when, and what you "
            "heard.",
        ),
    ],
)
def test_a_claim_that_misses_something(
    *,
    sale: LeadSale,
    pro_client: Client,
    form: dict[str, str],
    at: str,
    error: str,
    words: str,
) -> None:
    page = continue_with(pro_client, sale, **form)
    assert page.status_code == 422
    look(page.content, at=at, error=error, words=words)


@pytest.mark.parametrize("reason", ["", "bad_mood"])
def test_a_claim_without_a_reason(sale: LeadSale, pro_client: Client, reason: str) -> None:
    before = everything()
    page = pro_client.post(url(sale), {"reason": reason})
    assert page.status_code == 422
    first = page.context["groups"][0].reasons[0].code
    look(page.content, at=f"reason-{first}", error="reason-error", words=NO_REASON)
    assert everything() == before


def test_reasons_are_right_before_one_is_missing(sale: LeadSale, pro_client: Client) -> None:
    page = Page(pro_client.get(url(sale)).content.decode())
    assert not any("aria-invalid" in field for field in page.fields.values())
    assert "reason-error" not in page.descriptions


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("channel", "Say whether you called, texted or wrote an e-mail."),
        ("reached", "Say whether you reached somebody."),
    ],
)
def test_an_attempt_that_misses_something(
    sale: LeadSale, pro_client: Client, missing: str, words: str
) -> None:
    form = {"channel": "call", "reached": "no", "made_on": "2026-03-02", "made_time": "10:05"}
    form.pop(missing)
    before = everything()
    page = pro_client.post(f"/leads/{sale.uuid}/contact-log/", form)
    look(page.content, at=f"id_{missing}_0", error=f"id_{missing}_error", words=words)
    assert everything() == before


def test_what_the_page_left_out_is_said_without_a_link(
    sale: LeadSale, pro: User, agent: User, pro_client: Client
) -> None:
    """Nobody can go to a hidden field."""
    request: RefundRequest = life.declined(sale, pro, agent)
    page = pro_client.post(
        f"/requests/{request.reference}/appeal/",
        {"text": "The tenant answered, not the contact.", "complete": "1"},
    )
    read = Page(page.content.decode())
    assert read.links == []
    assert (
        "This page is incomplete. Open it again, and send it from there." in read.texts["problem"]
    )


@pytest.mark.django_db
def test_a_wrong_password_is_said_at_the_password(client: Client, pro: User) -> None:
    page = client.post("/sign-in/", {"login": pro.email, "password": "guess"})
    words = "That e-mail address and password don't belong together. Check both and try again."
    look(page.content, at="id_password", error="id_password_error", words=words)
