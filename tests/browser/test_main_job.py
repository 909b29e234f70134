"""The main job in a browser: a claim, a decision, the money and the mail."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.mailbox import read_mails
from accounts.models import Transfer
from refunds.models import RefundRequest
from refunds.services import outbox
from refunds.services.audit import audit
from tests.browser.conftest import SignIn

PRO = "pro@conxpros.example"
VERIFIER = "verifier@makegood.example"
MANAGER = "manager@makegood.example"
EXPLANATION = "A woman answered: she has had the number for years and knows no Harold Boone."


def balance(page: Page) -> int:
    """Read the balance at the top of the page, in cents."""
    amount = page.locator(".balance strong").inner_text()
    return int(re.sub(r"\D", "", amount))


def claim(page: Page, lead: str) -> str:
    """File a claim for a lead from *My leads*; return its reference."""
    row = page.get_by_role("row").filter(has_text=lead)
    row.get_by_role("link", name="Request a refund").click()
    page.get_by_label("The details belong to another person").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("What happened?").fill(EXPLANATION)
    expect(page.locator("#preview")).to_contain_text("$50.00")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send the request").click()
    reference = page.locator(".reference").inner_text()
    page.get_by_role("link", name="Open the request").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("In review")
    return reference


def add_finding(page: Page, reference: str, result: str) -> None:
    """Record a call with the contact on the case page."""
    page.goto("/admin/refunds/refundrequest/")
    page.get_by_role("link", name=reference).click()
    page.get_by_label("Where from").select_option(label="Call with the contact")
    page.get_by_label("What was established, and how").fill("Called the number on the lead.")
    page.get_by_role("button", name=result).click()


def letters(folder: Path) -> list[str]:
    """Send what is due, and return the texts of all mails so far."""
    outbox.send_due()
    return [mail.text for mail in read_mails(folder)]


def test_claim_finding_approval_credit_and_mail(sign_in: SignIn, mail_folder: Path) -> None:
    pro = sign_in(PRO)
    before = balance(pro)
    reference = claim(pro, "H-20418")

    verifier = sign_in(VERIFIER)
    add_finding(verifier, reference, "Supports the claim")
    verifier.get_by_role("link", name="Approve…").click()
    verifier.get_by_role("button", name="Approve and credit $50.00").click()
    expect(verifier.locator(".messagelist")).to_contain_text("$50.00")

    pro.goto("/transactions/")
    assert balance(pro) == before + 5000
    line = pro.get_by_role("row").filter(has_text=reference)
    expect(line).to_contain_text("H-20418")
    expect(line).to_contain_text("$50.00")
    receipt, letter = sorted(text for text in letters(mail_folder) if reference in text)
    assert "We have your request to refund lead H-20418" in receipt
    assert "Your request is approved: $50.00 for lead H-20418 went back to your balance" in letter
    assert audit() == []


def test_decline_appeal_and_overturn(sign_in: SignIn, mail_folder: Path) -> None:
    pro = sign_in(PRO)
    before = balance(pro)
    reference = claim(pro, "H-20418")

    verifier = sign_in(VERIFIER)
    add_finding(verifier, reference, "Contradicts the claim")
    verifier.get_by_role("link", name="Decline…").click()
    verifier.get_by_role("button", name="Decline and send the letter").click()

    pro.goto(f"/requests/{reference}/")
    expect(pro.get_by_role("heading", level=1)).to_contain_text("Declined")
    pro.get_by_role("link", name=re.compile("[Aa]ppeal")).first.click()
    pro.get_by_label("What is wrong with the decision?").fill("You spoke with her tenant.")
    pro.get_by_role("button", name=re.compile("appeal")).click()
    expect(pro.get_by_role("heading", level=1)).to_have_text("We have your appeal")
    assert balance(pro) == before

    manager = sign_in(MANAGER)
    manager.get_by_role("link", name=reference).click()
    manager.get_by_label("What the pro will read").fill("The tenant answered; you were right.")
    manager.get_by_label("I know that this is final").check()
    manager.get_by_role("button", name="Overturn and credit $50.00").click()

    pro.goto(f"/requests/{reference}/")
    expect(pro.get_by_role("heading", level=1)).to_contain_text("Approved after appeal")
    assert balance(pro) == before + 5000
    texts = letters(mail_folder)
    assert any("We decided not to refund lead H-20418" in text for text in texts)
    assert any("Your appeal is granted: $50.00 for lead H-20418" in text for text in texts)
    assert audit() == []


def test_stale_page_of_a_second_verifier_changes_nothing(
    sign_in: SignIn, complaints: list[str]
) -> None:
    reference = claim(sign_in(PRO), "H-20418")
    first, second = sign_in(VERIFIER), sign_in(VERIFIER)
    add_finding(first, reference, "Supports the claim")
    for page in (first, second):
        page.goto(f"/admin/refunds/refundrequest/{reference}/approve/")
    first.get_by_role("button", name="Approve and credit $50.00").click()

    second.get_by_role("button", name="Approve and credit $50.00").click()

    expect(second.locator("body")).to_contain_text(
        "Nothing was done. Look at it again before you go on."
    )
    request = RefundRequest.objects.get(reference=reference)
    assert request.credit is not None
    credits = Transfer.objects.filter(kind="refund_credit", note__contains=reference)
    assert credits.count() == 1
    complaints[:] = [text for text in complaints if "409" not in text]  # the refusal's own status


PAGES = {
    PRO: ("/leads/", "/requests/", "/transactions/"),
    MANAGER: ("/desk/",),
    VERIFIER: ("/admin/", "/admin/refunds/refundrequest/"),
}


@pytest.mark.parametrize("person", PAGES)
def test_pages_fit_a_phone(person: str, sign_in: SignIn) -> None:
    page = sign_in(person)
    page.set_viewport_size({"width": 360, "height": 740})

    for address in PAGES[person]:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
