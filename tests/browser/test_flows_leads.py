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


OFFLINE = "Nothing was logged: this did not get through. Tap again, or log it later"
LOST = "This did not get through, so nothing was changed."


def test_tap_without_a_connection_says_that_nothing_was_logged(
    open_window: Opened, complaints: list[str]
) -> None:
    page = phone(open_window, PRO)
    sale = world.sale("H-20418", PRO)
    before = sale.attempts.count()
    page.goto(f"/leads/{sale.uuid}/contact-log/")
    alert = page.get_by_role("alert")
    expect(alert).to_have_count(0)

    page.context.set_offline(True)
    page.get_by_role("button", name="Call: nobody answered").click()

    expect(alert).to_contain_text(OFFLINE)
    expect(alert).to_be_in_viewport()
    assert sale.attempts.count() == before
    page.context.set_offline(False)
    page.get_by_role("button", name="Call: nobody answered").click()
    expect(page.get_by_text("The attempt is in your log.")).to_be_visible()
    expect(alert).to_have_count(0)
    assert sale.attempts.count() == before + 1
    complaints.clear()  # of the connection that was not there


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, LOST),
        (404, "This could not be done any more, so nothing was changed."),
        (503, "Something went wrong on our side, and nothing was changed."),
    ],
)
def test_status_that_was_not_kept_is_put_back(
    status: int, words: str, open_window: Opened, complaints: list[str]
) -> None:
    page = phone(open_window, PRO)
    page.goto("/leads/")
    page.route(
        "**/status/**",
        lambda route: route.fulfill(status=status, body="") if status else route.abort(),
    )
    row = page.locator("tr[id^=lead-]").last
    kept = row.get_by_role("combobox").input_value()
    other = "won" if kept != "won" else "lost"

    row.get_by_role("combobox").select_option(other)
    row.get_by_role("button", name="Save").click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(words)
    expect(alert).to_be_in_viewport()
    expect(row.get_by_role("combobox")).to_have_value(kept)
    alert.get_by_role("button", name="Close").click()
    expect(alert).to_have_count(0)
    complaints.clear()  # of the answers that were made to fail


def test_filter_that_did_not_get_through_is_put_back(
    open_window: Opened, complaints: list[str]
) -> None:
    page = open_window(PRO).new_page()
    page.goto("/leads/")
    rows = page.locator("tr[id^=lead-]")
    page.select_option("#id_status", "contacted")
    page.wait_for_url("**status=contacted**")
    found = rows.count()

    page.route("**/leads/?**", lambda route: route.abort())
    page.select_option("#id_status", "lost")

    expect(page.get_by_role("alert")).to_contain_text(LOST)
    expect(page.locator("#id_status")).to_have_value("contacted")
    assert rows.count() == found
    complaints.clear()  # of the answer that was made to fail


def test_status_is_read_by_its_keys_and_kept_by_its_button(open_window: Opened) -> None:
    page = open_window(PRO).new_page()
    page.goto("/leads/?status=new")
    row = page.locator("tr[id^=lead-]").first
    choice, save = row.get_by_role("combobox"), row.get_by_role("button", name="Save")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    expect(save).to_be_hidden()
    sale = LeadSale.objects.get(uuid=(row.get_attribute("id") or "").removeprefix("lead-"))

    choice.focus()
    for _ in range(4):  # past the last of the statuses, at the way to a claim
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")

    chosen = choice.input_value()
    assert (sent, LeadSale.objects.get(pk=sale.pk).status) == ([], "new")
    assert page.url.endswith("/leads/?status=new")
    page.keyboard.press("Tab")
    expect(save).to_be_focused()
    page.keyboard.press("Enter")

    note = row.get_by_text(f"Lead {sale.lead.reference} is noted as")
    expect(note).to_be_visible()  # although the filter lets the lead through no more
    expect(choice).to_be_focused()
    expect(choice).to_have_value(chosen)
    assert LeadSale.objects.get(pk=sale.pk).status == chosen
    assert "status=new" in page.url


@BOTH
def test_a_slip_is_taken_back(scripts: bool, open_window: Opened) -> None:
    page = phone(open_window, PRO, scripts=scripts)
    sale = world.sale("H-20418", PRO)
    page.goto(f"/leads/{sale.uuid}/contact-log/")
    page.get_by_role("button", name="I reached them").click()
    expect(page.get_by_text("The attempt is in your log.")).to_be_visible()

    page.get_by_role("button", name="Take it back").first.click()

    expect(page.get_by_text("It is taken back: it counts for nothing")).to_be_visible()
    if scripts:
        expect(page.locator("#told")).to_be_focused()
    assert sale.attempts.latest("pk").taken_back_at is not None


def test_verdict_stands_above_the_button_on_a_phone(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    sale = world.sale("H-20421", PRO)
    page.goto(f"/leads/{sale.uuid}/refund/details/?reason=incorrect_contact")
    verdict = page.locator("#verdict")
    button = page.get_by_role("button", name="Continue", exact=True)

    expect(verdict).to_be_visible()
    headline = page.locator("#preview h2").first.inner_text()
    expect(verdict.get_by_role("link")).to_have_text(headline)
    above, below = verdict.bounding_box(), button.bounding_box()
    assert above and below and above["y"] < below["y"]
    page.locator("#id_explanation").fill(world.WORDS)
    expect(page.locator("#saved")).to_contain_text("Saved")
    expect(verdict.get_by_role("link")).to_have_text(page.locator("#preview h2").first.inner_text())
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(verdict).to_be_hidden()


def test_links_of_a_lead_are_high_enough_for_a_thumb(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    page.goto("/leads/")
    heights = page.locator("table.leads a:visible").evaluate_all(
        "all => all.map(one => [one.textContent, Math.round(one.getBoundingClientRect().height)])"
    )
    assert [one for one in heights if one[1] < 44] == []
