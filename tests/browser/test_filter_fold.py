"""The filters of My leads are folded away on a phone alone, whether scripts run or not."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opened
from tests.browser.steps import phone
from tests.browser.watch import DESK
from tests.browser.world import PRO


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_filters_are_folded_on_a_phone_alone(scripts: bool, open_window: Opened) -> None:
    page = phone(open_window, PRO, scripts=scripts)
    page.goto("/leads/")
    summary, status = page.locator("details.more > summary"), page.locator("#id_status")

    expect(page.locator("tr[id^=lead-]").first).to_be_in_viewport()
    expect(status).not_to_be_visible()
    summary.click()
    expect(status).to_be_visible()

    page.goto("/leads/")
    page.set_viewport_size(DESK)
    expect(status).to_be_visible()
    expect(summary).not_to_be_visible()
