"""Verifying a file in the browser: dropped anywhere it is read there, in slices, and sent nowhere."""

import hashlib
import re

import pytest
from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.people import AURORA
from tests.browser.visitor import arrive, sign_in

SLICE = 1 << 22
"""As in static/js/verify.js."""

DROP = """([size, name]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(size).fill(97)], name));
  const dropped = new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true});
  document.querySelector("h1").dispatchEvent(dropped);
  return dropped.defaultPrevented;
}"""


@pytest.mark.parametrize("size", [0, 55, 56, 64, SLICE + 1])
def test_dropped_file_is_asked_about_and_the_page_stays(page: Page, size: int) -> None:
    """Beside the place too, where a browser would leave the page for the file."""
    sign_in(page, "finance@aurora.example", to=f"/w/{AURORA}/exports/verify/")
    arrive(page, "Verify a file")
    assert page.evaluate(DROP, [size, "Ana E-9999.changes (1).csv"])
    digest = hashlib.sha256(b"a" * size).hexdigest()
    expect(page).to_have_url(re.compile(rf"/exports/verify/\?sha256={digest}&name=E-9999.changes.csv$"))
    expect(page.get_by_role("alert")).to_contain_text("No export that you can see")


def test_what_is_dragged_and_is_no_file_is_left_alone(page: Page) -> None:
    sign_in(page, "finance@aurora.example", to=f"/w/{AURORA}/exports/verify/")
    arrive(page, "Verify a file")
    assert not page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "abc");
          const dropped = new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true});
          document.querySelector("h1").dispatchEvent(dropped);
          return dropped.defaultPrevented;
        }"""
    )
