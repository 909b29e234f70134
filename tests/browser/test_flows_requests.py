"""What a pro does with a request on a phone: answer, take back, appeal, give the credit back."""

import pytest
from playwright.sync_api import Page, expect

from refunds.models import RefundEvent
from tests.browser import world
from tests.browser.conftest import Opened
from tests.browser.steps import phone, photo
from tests.browser.world import PRO, PRO360

ANSWER = "I dialled 404-555-0130 on Friday at ten, and again on Saturday."


def open_request(page: Page, lead: str, email: str = PRO) -> None:
    """Open the page of somebody's request."""
    page.goto(f"/requests/{world.request(lead, email).reference}/")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_an_answer_with_a_photo(scripts: bool, open_window: Opened) -> None:
    page = phone(open_window, PRO, scripts=scripts)
    page.goto("/requests/")
    row = page.get_by_role("row").filter(has_text="H-20350")
    row.get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text("Which number did you dial")

    page.get_by_label("Your answer").fill(ANSWER)
    page.locator("main input[type=file]").first.set_input_files(photo())
    page.get_by_role("button", name="Send the answer").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("We have your answer")
    answered = world.request("H-20350", PRO)
    assert answered.state == "investigating"
    assert answered.evidence.get().original_name == "call log.jpg"


def test_a_request_is_taken_back(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    open_request(page, "H-20351")

    page.get_by_role("link", name="Take this request back").click()
    page.locator("main form button[type=submit]").last.click()

    assert world.request("H-20351", PRO).state == "withdrawn"
    expect(page.get_by_role("heading", level=1)).to_have_text("You took this request back")


def test_an_appeal_with_new_evidence(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    open_request(page, "H-20397")
    page.get_by_role("link", name="Appeal", exact=True).click()

    page.get_by_label("What is wrong with the decision?").fill("You spoke with her tenant.")
    page.locator("main input[type=file]").first.set_input_files(photo("message.jpg"))
    page.get_by_role("button", name="Send the appeal").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("We have your appeal")
    appealed = world.request("H-20397", PRO)
    assert appealed.state == "appealed"
    assert appealed.appeal is not None
    assert appealed.appeal.text == "You spoke with her tenant."
    assert appealed.evidence.get().original_name == "message.jpg"


def test_a_credit_is_given_back(open_window: Opened) -> None:
    page = phone(open_window, PRO)
    open_request(page, "H-20377")
    page.get_by_role("link", name="They hired me after all").click()

    page.get_by_label("Why do you want to give it back?").fill("They hired us for the siding.")
    page.get_by_role("button", name="Ask to give the credit back").click()

    given = world.request("H-20377", PRO)
    wish = RefundEvent.objects.get(request=given, kind=RefundEvent.Kind.REVERSAL_ASKED)
    assert wish.data == {"text": "They hired us for the siding."}
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "You asked us to take this credit back"
    )


def test_a_request_is_taken_back_in_chinese(open_window: Opened) -> None:
    page = phone(open_window, PRO360, language="zh-hant")
    open_request(page, "T-3301", PRO360)

    page.locator("main a[href$='/withdraw/']").click()
    page.locator("main form button[type=submit]").last.click()

    assert world.request("T-3301", PRO360).state == "withdrawn"
    expect(page.get_by_role("heading", level=1)).to_have_text("您已撤回這項申請")
