"""Every page of the portal and the desk in a browser: reachable for everybody, on every screen."""

import pytest
from django.urls import get_resolver
from pytest_django import Settings

from tests.browser.conftest import Opened
from tests.browser.read_only.main_things import expect_the_main_thing
from tests.browser.read_only.pages import NO_PAGE, VISITS, Visit, arrive
from tests.browser.watch import DESK, PHONE, axe, axe_colours, axe_words, sticks_out


def test_every_address_has_an_entry() -> None:
    addresses = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

    assert {visit.name for visit in VISITS if visit.name} | set(NO_PAGE) == addresses


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_page_is_for_everybody(visit: Visit, open_window: Opened, settings: Settings) -> None:
    page = arrive(visit, open_window(visit.who, size=PHONE), settings)
    expect_the_main_thing(visit, page)

    found = sticks_out(page) + axe(page)
    page.emulate_media(color_scheme="dark")
    found += axe_colours(page)
    page.set_viewport_size(DESK)
    found += axe_colours(page)
    page.emulate_media(color_scheme="light")
    found += sticks_out(page) + axe(page)

    assert found == []


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_page_is_for_everybody_in_chinese(
    visit: Visit, open_window: Opened, settings: Settings
) -> None:
    context = open_window(visit.who, size=PHONE, language="zh-hant")
    page = arrive(visit, context, settings)

    assert page.locator("html").get_attribute("lang") == "zh-hant"
    assert sticks_out(page) + axe_words(page) == []
