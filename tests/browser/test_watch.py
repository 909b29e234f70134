"""The watch itself: that it sees what it is there for."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.watch import PHONE, axe, axe_colours, axe_words, listen, sticks_out

Show = Callable[..., tuple[Page, list[str]]]

POLICY = {"content-security-policy": "default-src 'self'"}
HOME = "http://localhost/"
SMALL = "button { min-height: 20px; padding: 0 }"
PALE = "<p style='color: #bbb'>Pale words</p>"


@pytest.fixture
def shown(browser: Browser) -> Show:
    """Show a page on a phone; return it, and what is complained of it."""

    def show(body: str, headers: dict[str, str] | None = None) -> tuple[Page, list[str]]:
        complaints: list[str] = []
        page = browser.new_page(viewport=PHONE)
        listen(page.context, complaints)
        html = f"<!DOCTYPE html><html lang=en><title>A page</title><main>{body}</main>"
        page.route("**/*", lambda route: route.fulfill(status=404))
        page.route(
            HOME, lambda route: route.fulfill(body=html, content_type="text/html", headers=headers)
        )
        page.goto(HOME)
        return page, complaints

    return show


def test_a_good_page_is_nothing_to_complain_of(
    shown: Show,
) -> None:
    page, complaints = shown("<h1>Words</h1>", POLICY)

    assert axe(page) + sticks_out(page) + complaints == []


def test_what_the_policy_forbids_is_seen(shown: Show) -> None:
    _page, complaints = shown("<p style='color: red'>Red</p>", POLICY)

    assert "style-src-attr forbids inline " in complaints


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<script>throw new Error('oh')</script>", "oh"),
        ("<script>console.error('no')</script>", f"no ({HOME})"),
        ("<img src=/gone.png alt=Gone>", f"404 {HOME}gone.png"),
    ],
)
def test_what_breaks_is_seen(shown: Show, body: str, complaint: str) -> None:
    _page, complaints = shown(body)

    assert complaint in complaints


def test_what_sticks_out_is_seen(shown: Show) -> None:
    page, _complaints = shown(f"<style>{SMALL}</style><hr style='width: 400px'><button>Go</button>")

    small, wide = sticks_out(page)

    assert small.startswith("<button>Go</button> is 20 px")
    assert wide.endswith("px too wide")


def test_axe_sees_names_and_colours(shown: Show) -> None:
    page, _complaints = shown(f"{PALE}<input>")
    found = [sorted(rule.split(":")[0] for rule in look(page)) for look in (axe, axe_words)]

    assert found == [["color-contrast", "label"], ["label"]]
    assert [rule.split(":")[0] for rule in axe_colours(page)] == ["color-contrast"]
