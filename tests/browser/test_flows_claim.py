"""A claim on a phone: with a photo, as a draft that outlives a session, and in Chinese."""

import pytest
from playwright.sync_api import Page, Route, expect

from refunds.models import ClaimDraft, RefundRequest
from tests.browser.conftest import Opened
from tests.browser.steps import count_loads, phone, photo
from tests.browser.world import PRO, PRO360, WORDS

pytestmark = pytest.mark.covers("L1", "L2", "L3")
HALF = "A woman answered: she has had the number"


def begin(
    page: Page,
    lead: str = "H-20418",
    *,
    because: str = "The details belong to another person",
) -> None:
    """Go from *My leads* to the questions of a reason."""
    page.goto("/leads/")
    row = page.get_by_role("row").filter(has_text=lead)
    row.get_by_role("link", name="Request a refund").click()
    page.get_by_label(because).check()
    page.get_by_role("button", name="Continue").click()


def reference(page: Page) -> str:
    """Read the number of the request that was just sent."""
    return page.locator(".reference").inner_text()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_claim_with_a_photo(scripts: bool, open_window: Opened) -> None:
    page = phone(open_window, PRO, scripts=scripts)
    loads = count_loads(page)

    begin(page)
    page.get_by_label("What happened?").fill(WORDS)
    page.get_by_label("Add pictures or PDFs").set_input_files(photo())
    if scripts:
        expect(page.get_by_text("Ready")).to_be_visible()
        expect(page.locator("#preview")).to_contain_text("$50.00")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("main")).to_contain_text("call log.jpg")
    page.get_by_role("button", name="Send the request").click()

    filed = RefundRequest.objects.get(reference=reference(page))
    assert (filed.state, filed.explanation) == ("investigating", WORDS)
    assert filed.evidence.get().original_name == "call log.jpg"
    assert len(loads) <= 6, loads


def test_what_is_done_before_the_scripts_come_counts(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    begin(page)
    held: list[Route] = []

    def hold(script: Route) -> None:
        held.append(script)

    page.route("**/claim*.js", hold)
    page.reload(wait_until="commit")
    page.get_by_label("What happened?").fill(WORDS)
    page.get_by_label("Add pictures or PDFs").set_input_files(photo())

    expect(page.get_by_text("Ready")).not_to_be_attached()
    for script in held:
        script.continue_()

    expect(page.get_by_text("Ready")).to_be_visible()
    expect(page.locator("#preview")).not_to_contain_text("Still missing")


def test_sending_twice_files_once(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    begin(page)
    page.get_by_label("What happened?").fill(WORDS)
    page.get_by_role("button", name="Continue").click()
    before = RefundRequest.objects.count()

    page.get_by_role("button", name="Send the request").dblclick()
    first = reference(page)
    page.reload()

    assert reference(page) == first
    assert RefundRequest.objects.count() == before + 1


def test_a_draft_outlives_the_session(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    begin(page)
    page.get_by_label("What happened?").press_sequentially(HALF)
    expect(page.locator("#saved")).to_contain_text("Saved")
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()

    page.get_by_label("E-mail address").fill(PRO)
    page.get_by_label("Password").fill("makegood")
    page.get_by_role("button", name="Sign in", exact=True).click()
    row = page.get_by_role("row").filter(has_text="H-20418")
    row.get_by_role("link", name="Draft saved: go on").click()
    words = page.get_by_label("What happened?")
    expect(words).to_have_value(HALF)
    words.fill(WORDS)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send the request").click()

    assert RefundRequest.objects.get(reference=reference(page)).explanation == WORDS
    assert not ClaimDraft.objects.exists()


def test_words_outlive_a_session_that_ends_while_typing(open_window: Opened) -> None:
    page = phone(open_window, PRO, scripts=False)
    begin(page)
    page.get_by_label("What happened?").fill(WORDS)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Continue").click()

    page.get_by_label("E-mail address").fill(PRO)
    page.get_by_label("Password").fill("makegood")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_label("What happened?")).to_have_value(WORDS)


def kept() -> str:
    """Return the words of the one draft, as they are stored."""
    return ClaimDraft.objects.get().explanation


def test_words_of_the_last_moment_outlive_leaving_the_page(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    begin(page)
    page.get_by_label("What happened?").press_sequentially(HALF)
    page.goto("/rules/")
    for _ in range(20):  # what outlives a page may arrive after the next one is there
        if kept() == HALF:
            break
        page.reload()
    assert kept() == HALF


def test_words_are_kept_while_somebody_goes_on_typing(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    begin(page)
    page.clock.install()
    words = page.get_by_label("What happened?")
    with page.expect_response("**/refund/save/"):
        for letters in ("A wo", "man ", "answ", "ered"):
            words.press_sequentially(letters)
            page.clock.run_for(900)
    assert kept() == "A woman answered"


def test_signing_in_again_in_another_tab_loses_nothing(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    begin(page)
    page.get_by_label("What happened?").fill(WORDS)
    expect(page.locator("#saved")).to_contain_text("Saved")
    other = page.context.new_page()
    other.context.clear_cookies(name="sessionid")
    other.goto("/sign-in/")
    other.get_by_label("E-mail address").fill(PRO)
    other.get_by_label("Password").fill("makegood")
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url("**/leads/")

    with page.expect_response("**/refund/save/") as saved:
        page.get_by_label("What happened?").press_sequentially(" More.")
    assert saved.value.status == 200
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")


def test_what_is_missing_is_said_at_its_field(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    begin(page)
    page.get_by_label("What happened?").fill("Bad.")

    page.get_by_role("button", name="Continue").click()

    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    complaint = summary.get_by_role("link")
    expect(summary).to_be_focused()
    expect(page.locator("#id_explanation_error")).to_contain_text(complaint.inner_text())
    complaint.click()
    expect(page.get_by_label("What happened?")).to_be_focused()
    expect(page.get_by_label("What happened?")).to_have_value("Bad.")
    assert page.title().startswith("Error:")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_missing_choice_leads_to_the_first_of_its_buttons(
    scripts: bool, open_window: Opened
) -> None:
    page = phone(open_window, PRO, scripts=scripts)
    begin(page, because="They may not approve the project")
    page.get_by_label("What happened?").fill(WORDS)

    page.get_by_role("button", name="Continue").click()

    complaint = page.locator("#problem").get_by_role("link")
    expect(page.locator("#id_detail_why_error")).to_contain_text(complaint.inner_text())
    complaint.click()
    expect(page.locator("input[name=detail_why]").first).to_be_focused()


def test_who_chose_no_reason_is_led_to_the_first(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    page.goto("/leads/")
    row = page.get_by_role("row").filter(has_text="H-20418")
    row.get_by_role("link", name="Request a refund").click()

    page.get_by_role("button", name="Continue").click()

    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("input[name=reason]").first).to_be_focused()
    expect(page.locator("#reason-error")).to_contain_text("Choose one of the reasons")


def test_a_claim_in_chinese(open_window: Opened) -> None:
    page = phone(open_window, PRO360, language="zh-hant")
    page.goto("/leads/")
    row = page.get_by_role("row").filter(has_text="T-3309")
    row.get_by_role("link", name="申請退費").click()
    page.locator("input[name=reason][value=recruitment]").check()
    page.locator("#reasons .actions button").click()
    page.locator("textarea[name=explanation]").fill(
        "對方在找鋼琴老師到教室上班，並不是要學琴，請協助確認。"
    )
    page.locator("#claim .actions button").first.click()
    page.get_by_role("main").locator("form button[type=submit]").last.click()

    expect(page.locator("html")).to_have_attribute("lang", "zh-hant")
    assert RefundRequest.objects.get(reference=reference(page)).reason == "recruitment"
