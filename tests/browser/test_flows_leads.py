"""My leads on a phone: filters, with scripts and without, and attempts to reach somebody."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads.models import ContactAttempt, LeadSale
from refunds.models import RefundRequest
from tests.browser import world
from tests.browser.conftest import Opened
from tests.browser.steps import count_loads, phone
from tests.browser.world import PRO

ZONE = ZoneInfo("America/New_York")
BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])


@BOTH
def test_leads_are_filtered(scripts: bool, open_window: Opened) -> None:
    page = phone(open_window, PRO, scripts=scripts)
    page.goto("/leads/")
    loads = count_loads(page)

    page.locator("#id_q").fill("castellano")
    if not scripts:
        page.get_by_role("button", name="Show", exact=True).click()

    expect(page.locator("tr[id^=lead-]")).to_have_count(1)
    expect(page.locator("tr[id^=lead-]")).to_contain_text("H-20421")
    assert "q=castellano" in page.url
    assert len(loads) == (0 if scripts else 1)


@BOTH
def test_an_attempt_in_one_tap(scripts: bool, open_window: Opened) -> None:
    page = phone(open_window, PRO, scripts=scripts)
    page.goto("/leads/")
    row = page.get_by_role("row").filter(has_text="H-20418")
    row.get_by_role("link", name="Contact log").click()
    page.wait_for_url("**/contact-log/")
    loads = count_loads(page)

    page.get_by_role("button", name="Call: nobody answered").click()

    expect(page.get_by_text("The attempt is in your log.")).to_be_visible()
    attempt = ContactAttempt.objects.get(sale=world.sale("H-20418", PRO))
    assert (attempt.channel, attempt.reached) == ("call", False)
    assert len(loads) == (0 if scripts else 1)


def test_nothing_read_stays_in_the_browser(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    page.goto("/leads/")
    page.locator("#id_q").fill("castellano")
    expect(page.locator("tr[id^=lead-]")).to_have_count(1)
    assert page.evaluate("sessionStorage.getItem('htmx-history-cache')") is None

    page.go_back()

    expect(page.locator("tr[id^=lead-]").filter(has_text="H-20418")).to_be_visible()


def log(page: Page, channel: str, at: datetime) -> None:
    """Write down an earlier attempt."""
    page.get_by_text("Log an earlier attempt").click()
    page.get_by_label(channel, exact=True).check()
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Day").fill(f"{at:%Y-%m-%d}")
    page.get_by_label("Time").fill(f"{at:%H:%M}")
    page.get_by_role("button", name="Log it").click()


def test_attempts_open_a_claim(open_window: Opened) -> None:
    today = timezone.now().astimezone(ZONE)
    sold_at = (today - timedelta(days=2)).replace(hour=10, minute=0, second=0, microsecond=0)
    sale = world.sale("H-20421", PRO)
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=sold_at, contact_revealed_at=sold_at)
    page = phone(open_window, PRO)
    page.goto(f"/leads/{sale.uuid}/contact-log/")
    claim = page.get_by_role("main").get_by_role("link", name="Request a refund")

    log(page, "Call", sold_at + timedelta(minutes=3))
    log(page, "Call", sold_at + timedelta(hours=5))
    log(page, "Text", sold_at + timedelta(hours=5, minutes=5))
    log(page, "Call", sold_at + timedelta(days=1, hours=1))
    expect(claim).to_have_count(0)
    page.get_by_role("button", name="Call: nobody answered").click()
    claim.click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send the request").click()

    reference = page.locator(".reference").inner_text()
    assert RefundRequest.objects.get(reference=reference).reason == "non_contact"
    assert sale.attempts.count() == 5
