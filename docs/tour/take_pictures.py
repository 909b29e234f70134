"""Takes pictures of the pages from a freshly seeded site: each narrow and wide, in both languages.

    make run PORT=8123
    .venv/bin/python docs/tour/take_pictures.py http://127.0.0.1:8123 --out FOLDER [--tour]

It claims, decides and appeals as the seeded people would, so it works once on each seeded world.
With ``--tour`` those that the README shows come, smaller, beside this file.
"""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PRO, PRO360, VERIFIER, MANAGER = (
    "pro@conxpros.example",
    "pro@pro360.example",
    "verifier@makegood.example",
    "manager@makegood.example",
)
CASES = "/admin/refunds/refundrequest/"
WIDTHS = (1280, 360)
LANGUAGES = ("en", "zh-hant")
IN_THE_DARK = ("leads", "claim", "request", "transactions", "rules")
# What the README shows, and at which width.
TOUR = {
    "leads": 1280,
    "leads-phone": 360,
    "claim": 1280,
    "contact-log": 360,
    "request": 1280,
    "leads-chinese": 360,
    "queue": 1280,
    "case": 1280,
    "approve": 1280,
    "appeal": 1280,
}
TALLEST = 1400  # of a picture of the tour

Take = Callable[[Page, str], None]


def main() -> None:
    """Read what is wanted, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tour", action="store_true")
    wanted = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        take = partial(take_picture, wanted.out)
        walk(browser, wanted.site, take)
        stroll(browser, wanted.site, take)
        browser.close()
    if wanted.tour:
        for name, width in TOUR.items():
            show(name, width, wanted.out)


def take_picture(folder: Path, page: Page, name: str) -> None:
    """Take a page in each language and width, and leave it in English as it was."""
    for language in LANGUAGES:
        if language != "en":
            speak(page, language)
        for width in WIDTHS:
            shoot(page, folder / f"{language}-{width}" / f"{name}.png", width)
        if name in IN_THE_DARK:
            page.emulate_media(color_scheme="dark")
            shoot(page, folder / f"{language}-{WIDTHS[-1]}" / f"{name}-dark.png", WIDTHS[-1])
            page.emulate_media(color_scheme="light")
    speak(page, "en")
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})


def speak(page: Page, language: str) -> None:
    """Read the page again in another language."""
    site = urljoin(page.url, "/")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    page.reload()


def shoot(page: Page, path: Path, width: int) -> None:
    """Take one picture, as tall as the page, so that what sticks to the window's edge is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": width, "height": 800})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height})
    page.screenshot(path=path)


def show(name: str, width: int, folder: Path) -> None:
    """Put a picture beside this file: no taller than one likes to scroll, in 128 colours."""
    language, source = ("zh-hant", "leads-pro360") if name == "leads-chinese" else ("en", name)
    path = folder / f"{language}-{width}" / f"{source.removesuffix('-phone')}.png"
    with Image.open(path) as picture:
        seen = picture.convert("RGB").crop((0, 0, width, min(picture.height, TALLEST)))
        few = seen.quantize(128, dither=Image.Dither.NONE)
        few.save(Path(__file__).with_name(f"{name}.png"), optimize=True)


def stroll(browser: Browser, site: str, take: Take) -> None:
    """Look at the pages that the main job passes by."""
    pro = sign_in(browser, site, PRO)
    for name, address in (
        ("refundable", "/leads/refundable/"),
        ("many-at-once", "/requests/csv/"),
        ("status-decided", "/requests/?tab=decided"),
        ("rules", "/rules/"),
        ("account", "/account/"),
        ("security", "/account/security/"),
    ):
        pro.goto(address)
        take(pro, name)
    pro.goto("/leads/?q=pace")
    pro.get_by_role("link", name="Contact log").first.click()
    take(pro, "contact-log")
    pro.goto("/requests/?tab=needs_you")
    pro.get_by_role("row").filter(has_text="H-20350").get_by_role("link").first.click()
    take(pro, "request-asked")
    other = sign_in(browser, site, PRO360)
    for name, address in (
        ("leads-pro360", "/leads/"),
        ("transactions-pro360", "/transactions/"),
        ("rules-pro360", "/rules/"),
    ):
        other.goto(address)
        take(other, name)
    manager = sign_in(browser, site, MANAGER)
    for name in ("reversals", "exceptions"):
        manager.goto(f"/desk/{name}/")
        take(manager, f"desk-{name}")
    stranger = browser.new_context(base_url=site).new_page()
    for name, address in (("sign-in", "/sign-in/"), ("password", "/password/")):
        stranger.goto(address)
        take(stranger, name)


def walk(browser: Browser, site: str, take: Take) -> None:
    """File, decide and appeal, each as who does it."""
    pro = sign_in(browser, site, PRO)
    take(pro, "leads")
    reference = claim(pro, take)
    pro.get_by_role("link", name="Open the request").click()
    take(pro, "request-open")
    pro.goto("/requests/")
    take(pro, "status")

    verifier = sign_in(browser, site, VERIFIER)
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

    manager = sign_in(browser, site, MANAGER)
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


def sign_in(browser: Browser, site: str, email: str) -> Page:
    """Open a window of its own for somebody."""
    page = browser.new_context(base_url=site).new_page()
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill("makegood")
    page.get_by_role("button", name="Sign in", exact=True).click()
    return page


def claim(page: Page, take: Take) -> str:
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
    take(page, "check")
    page.get_by_role("button", name="Send the request").click()
    take(page, "sent")
    return page.locator(".reference").inner_text()


def find(page: Page, reference: str, result: str, note: str) -> None:
    """Record what a call with the contact showed."""
    page.goto(f"{CASES}{reference}/change/")
    page.get_by_label("Where from").select_option(label="Call with the contact")
    page.get_by_label("What was established, and how").fill(note)
    page.get_by_role("button", name=result).click()


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
    main()
