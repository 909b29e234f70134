"""Language and theme are switched in the middle of a form, and nothing of it is lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import world
from tests.browser.conftest import Opened
from tests.browser.steps import phone, photo
from tests.browser.world import PRO

WORDS = "You spoke with her tenant."


def write_an_appeal(page: Page) -> None:
    """Begin an appeal, with a photo."""
    page.goto(f"/requests/{world.request('H-20397', PRO).reference}/appeal/")
    page.get_by_label("What is wrong with the decision?").fill(WORDS)
    page.locator("#id_files").set_input_files(photo())
    page.locator("details.menu summary").click()


def expect_all_of_it(page: Page) -> None:
    """Look for the words and the photo."""
    expect(page.locator("#id_text")).to_have_value(WORDS)
    assert page.locator("#id_files").evaluate("field => field.files.length") == 1


def test_a_theme_is_put_on_in_place(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    write_an_appeal(page)

    dark = page.get_by_role("button", name="Dark")
    dark.click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(dark).to_have_attribute("aria-pressed", "true")
    expect_all_of_it(page)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_another_language_opens_beside_what_is_typed(scripts: bool, open_window: Opened) -> None:
    page = phone(open_window, PRO, scripts=scripts)
    write_an_appeal(page)

    with page.expect_popup() as opened:
        page.get_by_role("button", name="繁體中文").click()

    expect(opened.value.locator("html")).to_have_attribute("lang", "zh-hant")
    assert opened.value.url == page.url
    expect(opened.value.locator(".notice.info")).to_have_count(1)
    expect(page.locator("#id_text")).to_have_value(WORDS)
    if scripts:
        expect_all_of_it(page)


def test_another_language_opens_beside_a_form_that_was_refused(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    page.goto(f"/requests/{world.request('H-20397', PRO).reference}/appeal/")
    page.get_by_label("What is wrong with the decision?").fill("Wrong.")
    page.get_by_role("button", name="Send the appeal").click()
    page.locator("details.menu summary").click()

    with page.expect_popup():
        page.get_by_role("button", name="繁體中文").click()

    expect(page.locator("#id_text")).to_have_value("Wrong.")


def test_another_language_needs_no_tab_where_nothing_is_typed(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    page.goto("/requests/")
    page.locator("details.menu summary").click()

    page.get_by_role("button", name="繁體中文").click()

    expect(page.locator("html")).to_have_attribute("lang", "zh-hant")
    expect(page.locator(".notice.info")).to_have_count(0)
    assert len(page.context.pages) == 1
