"""Takes the pictures of the README's tour from a freshly seeded site.

    make run PORT=8123
    .venv/bin/python docs/tour/take_pictures.py http://127.0.0.1:8123 [FOLDER] [WIDTH]

It claims, decides and appeals as the seeded people would, so it works once on each seeded world.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

PRO, VERIFIER, MANAGER = (
    "pro@conxpros.example",
    "verifier@makegood.example",
    "manager@makegood.example",
)
CASES = "/admin/refunds/refundrequest/"


def main(site: str, folder: Path, width: int) -> None:
    """Walk through the main job and take a picture of each page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        walk(browser, site, folder, width)
        browser.close()


def walk(browser: Browser, site: str, folder: Path, width: int) -> None:
    """File, decide and appeal, each as who does it."""

    def take(page: Page, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # As tall as the page, so that what sticks to the window's edge stands at the page's.
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=folder / f"{name}.png")
        page.set_viewport_size({"width": width, "height": 800})

    pro = sign_in(browser, site, PRO, width)
    take(pro, "leads")
    reference = claim(pro, take)
    take(pro, "request-open")
    pro.goto("/requests/")
    take(pro, "status")

    verifier = sign_in(browser, site, VERIFIER, width)
    verifier.goto(CASES)
    take(verifier, "queue")
    find(verifier, reference, "Contradicts the claim", "Her tenant answered.")
    take(verifier, "case")
    verifier.get_by_role("link", name="Decline…").click()
    take(verifier, "decline")
    verifier.get_by_role("textbox", name="Note for the pro").fill("We called on Saturday at 10.")
    verifier.get_by_role("button", name="Decline and send the letter").click()

    pro.goto(f"/requests/{reference}/")
    take(pro, "request")
    appeal(pro, reference)
    take(pro, "request-appealed")
    second = other_case(verifier)
    find(verifier, second, "Supports the claim", "The number is out of service, tried twice.")
    verifier.goto(f"{CASES}{second}/approve/")
    take(verifier, "approve")
    verifier.get_by_role("button", name="Approve and credit").click()
    take(verifier, "approved")

    manager = sign_in(browser, site, MANAGER, width)
    take(manager, "appeals")
    manager.get_by_role("link", name=reference).click()
    take(manager, "appeal")
    manager.get_by_label("What the pro will read").fill("The tenant answered; you were right.")
    manager.get_by_label("I know that this is final").check()
    manager.get_by_role("button", name="Overturn and credit").click()
    pro.goto(f"/requests/{reference}/")
    take(pro, "request-final")
    pro.goto("/transactions/")
    take(pro, "transactions")


def sign_in(browser: Browser, site: str, email: str, width: int) -> Page:
    """Open a window of its own for somebody."""
    size: ViewportSize = {"width": width, "height": 800}
    page = browser.new_context(viewport=size, base_url=site).new_page()
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill("makegood")
    page.get_by_role("button", name="Sign in", exact=True).click()
    return page


def claim(page: Page, take: Callable[[Page, str], None]) -> str:
    """File the claim that the tour follows."""
    page.get_by_role("row").filter(has_text="H-20418").get_by_role("link", name="Request").click()
    take(page, "reasons")
    page.get_by_label("The details belong to another person").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("What happened?").fill(
        "A woman answered: she has had the number for years and knows no Harold Boone."
    )
    page.get_by_text("Our verification team looks into it.").wait_for()
    take(page, "claim")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send the request").click()
    return page.locator(".reference").inner_text()


def find(page: Page, reference: str, result: str, note: str) -> None:
    """Record what a call with the contact showed."""
    page.goto(f"{CASES}{reference}/change/")
    page.get_by_label("Where from").select_option(label="Call with the contact")
    page.get_by_label("What it shows").select_option(label=result)
    page.get_by_label("What was established, and how").fill(note)
    page.get_by_role("button", name="Add finding").click()


def other_case(page: Page) -> str:
    """Return the seeded case about a phone that doesn't work."""
    page.goto(CASES)
    row = page.get_by_role("row").filter(has_text="The phone number doesn't work")
    return row.get_by_role("link").first.inner_text()


def appeal(page: Page, reference: str) -> None:
    """Appeal the refusal."""
    page.goto(f"/requests/{reference}/appeal/")
    page.get_by_label("What is wrong with the decision?").fill(
        "You spoke with her tenant, who uses her phone on weekends."
    )
    page.locator("main form button[type=submit]").last.click()


if __name__ == "__main__":
    main(
        sys.argv[1],
        Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent,
        int(sys.argv[3]) if len(sys.argv) > 3 else 1280,
    )
