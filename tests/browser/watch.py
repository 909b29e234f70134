"""What a browser complains of, what axe finds on a page, and what doesn't fit a phone."""

from pathlib import Path
from typing import TypedDict

import axe_playwright_python  # type: ignore[import-untyped] # it has no types
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]

# The browser tells a page of what its policy forbids; this tells us.
REPORT_FORBIDDEN = """
document.addEventListener("securitypolicyviolation", (event) => {
  forbidden(`${event.violatedDirective} forbids ${event.blockedURI} ${event.sample}`);
});
"""
FIND = """
async ([only, without]) => {
  const rules = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]));
  const options = { runOnly: only, rules, resultTypes: ["violations"] };
  const found = await axe.run(document, options);
  return found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target} (${node.failureSummary})`));
}
"""
# Words in a running line are exempt, as in WCAG 2.5.8; what looks like something to tap is not.
TOO_SMALL = """
() => [...document.querySelectorAll("button, .button, summary, select, input, textarea")]
  .filter((one) => !["hidden", "checkbox", "radio"].includes(one.type))
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".hidden"))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.height > 0 && Math.round(box.height) < 44)
  .map(([one, box]) => `${one.outerHTML.slice(0, 120)} is ${box.height} px high`)
"""


class Size(TypedDict):
    """A window's, as Playwright takes it."""

    width: int
    height: int


PHONE: Size = {"width": 360, "height": 740}
DESK: Size = {"width": 1280, "height": 900}


def listen(context: BrowserContext, complaints: list[str]) -> None:
    """Write down errors of scripts and consoles, what the policy forbids, and broken answers."""

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(f"{message.text} ({message.location['url']})")

    def judge(response: Response) -> None:
        # A page may say no, and so may what a script asked; a stylesheet is there or it isn't.
        may_refuse = response.request.resource_type in ("document", "xhr", "fetch")
        if response.status >= (500 if may_refuse else 400):
            complaints.append(f"{response.status} {response.url}")

    def forbid(what: str) -> None:
        complaints.append(what)  # a method of a list is none that Playwright takes

    context.expose_function("forbidden", forbid)
    context.add_init_script(REPORT_FORBIDDEN)
    context.on("console", note)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("response", judge)


def axe(page: Page) -> list[str]:
    """Return what axe finds on a page against WCAG 2.2 AA."""
    return _axe(page, TAGS, without=[])


def axe_colours(page: Page) -> list[str]:
    """Return what axe finds against the colours, which are all that another theme changes."""
    return _axe(page, COLOURS, without=[])


def axe_words(page: Page) -> list[str]:
    """Return what axe finds against all but the colours, which no language changes."""
    return _axe(page, TAGS, without=COLOURS)


def _axe(page: Page, only: list[str], *, without: list[str]) -> list[str]:
    # It comes in by the debugger's door, which the page's policy doesn't see.
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(FIND, [only, without])
    return found


def sticks_out(page: Page) -> list[str]:
    """Return what makes the page scroll sideways, and what is too small for a thumb."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    small: list[str] = page.evaluate(TOO_SMALL)
    return small + ([f"the page is {wide} px too wide"] if wide > 0 else [])
