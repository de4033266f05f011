"""Whether a page can be used by everybody, as far as a machine can tell: axe, and no scrolling sideways."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
# WCAG 2.2 at level AA, and what axe calls best practice beyond it.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"type": "tag", "values": TAGS}
# The dark scheme is the same page in other colours.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
SCHEMES = {"dark": COLOURS, "light": EVERYTHING}
SIZES = ({"width": 1280, "height": 900}, {"width": 360, "height": 780})

# Once colours have stopped changing. Without preloading, axe reads no style sheet anew, as the policy has it.
_RUN = """async (rules) => {
  const still = Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  await Promise.race([still, new Promise((done) => setTimeout(done, 1000))]);
  const options = {runOnly: rules, resultTypes: ["violations"], preload: false};
  return (await axe.run(options)).violations;
}"""


def axe_violations(page: Page, rules: dict[str, Any] = EVERYTHING) -> list[str]:
    """What axe objects to, one line for each element."""
    # Evaluated from outside, the page's content security policy is not asked; no page loads this file.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(_RUN, rules)
    return [
        f"{rule['id']}: {node['html'][:160]} -- {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def is_wider_than_the_window(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"))


def assert_accessible(page: Page) -> None:
    """No violation on the page as it is shown now."""
    found = axe_violations(page)
    assert not found, "\n".join([page.url, *found])
    assert not is_wider_than_the_window(page), page.url


def assert_accessible_in_every_size_and_scheme(page: Page) -> None:
    """No violation in light and dark, on a wide screen and on a phone; leaves the page wide and light."""
    found = []
    for size in reversed(SIZES):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        if is_wider_than_the_window(page):
            found.append(f"{size['width']} px: scrolls sideways")
        for scheme, rules in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [
                f"{size['width']} px, {scheme}: {violation}" for violation in axe_violations(page, rules)
            ]
    assert not found, "\n".join([page.url, *found])
