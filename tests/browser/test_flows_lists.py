"""Lists and their filters: Back shows what the address says, and days of one's own fit a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opened
from tests.browser.steps import phone
from tests.browser.world import PRO

LISTS = [
    ("/leads/", "status", "lost"),
    ("/requests/", "when", "today"),
    ("/transactions/", "kind", "credits"),
]


@pytest.mark.parametrize(("path", "field", "choice"), LISTS)
def test_back_shows_what_the_address_says(
    path: str, field: str, choice: str, open_window: Opened
) -> None:
    page = phone(open_window, PRO)
    page.goto(path)
    for folded in page.locator("details.more > summary").all():
        folded.click()
    page.select_option(f"#id_{field}", choice)
    page.wait_for_url(f"**{field}={choice}**")
    page.goto("/rules/")

    page.go_back()
    page.wait_for_url(f"**{field}={choice}**")
    expect(page.locator(f"#id_{field}")).to_have_value(choice)
    page.go_back()
    page.wait_for_url(f"**{path}")
    expect(page.locator(f"#id_{field}")).to_have_value("")


@pytest.mark.parametrize("path", [path for path, _field, _choice in LISTS])
def test_days_of_ones_own_fit_the_narrowest_phone(path: str, open_window: Opened) -> None:
    page = phone(open_window, PRO)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{path}?when=custom")
    expect(page.locator("#id_until")).to_be_visible()

    right = page.locator("main :visible").evaluate_all(
        "all => Math.max(...all.map(one => one.getBoundingClientRect().right))"
    )
    assert right <= 320
