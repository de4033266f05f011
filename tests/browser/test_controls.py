"""Pages that are at fault on purpose: each watch of the other tests must see what it is there for."""

import pytest
from playwright.sync_api import Page

from atomicpay.devstack.seeding.people import AURORA
from tests.browser.accessibility import SIZES, axe_violations, is_wider_than_the_window
from tests.browser.conftest import OpenPage
from tests.browser.visitor import Watch, sign_in

AT_FAULT = """<!DOCTYPE html><html lang="en"><head><title>Control</title></head><body><main><h1>Control</h1>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><p style="color: #999; background: #fff">pale</p>
<input></main></body></html>"""
TOO_WIDE = '<div style="width: 500px">wide</div>'


def test_axe_finds_what_is_planted(open_page: OpenPage) -> None:
    page = open_page()
    page.set_content(AT_FAULT)
    found = {violation.partition(":")[0] for violation in axe_violations(page)}
    assert found == {"image-alt", "color-contrast", "label"}


def test_page_that_scrolls_sideways_is_seen(open_page: OpenPage) -> None:
    page = open_page()
    page.set_content(TOO_WIDE)
    assert not is_wider_than_the_window(page)
    page.set_viewport_size(SIZES[1])  # type: ignore[arg-type]
    assert is_wider_than_the_window(page)


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        ("console.error('planted')", "console: planted"),
        ("setTimeout(() => { throw new Error('planted') })", "script: planted"),
        ("fetch('/no-such-page/')", "answer: 404"),
        ("fetch('http://127.0.0.1:9/')", "console:"),
        ("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))", "console:"),
        ("document.body.setAttribute('style', 'color: red')", "console:"),
    ],
)
def test_what_goes_wrong_in_a_page_is_heard(page: Page, watch: Watch, deed: str, told: str) -> None:
    sign_in(page, "finance@aurora.example", to=f"/w/{AURORA}/sales/")
    page.wait_for_load_state("networkidle")
    assert watch.problems == []
    page.evaluate(f"() => {{ {deed} }}")
    page.wait_for_timeout(300)
    heard, watch.problems = watch.problems, []
    assert [problem[: len(told)] for problem in heard][:1] == [told]
