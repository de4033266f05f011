"""A person at a browser: everything that goes wrong in it is kept, and may not have happened."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, Request, Response, expect

from atomicpay.devstack.seeding.people import DEMO_PASSWORD
from tests.browser.accessibility import assert_accessible

# Told by the answer itself, or by the request that failed.
TOLD_ELSEWHERE = "Failed to load resource"
# A page that is left, or a link that turns out to be a file.
GIVEN_UP = "net::ERR_ABORTED"


@dataclass
class Watch:
    """What went wrong in the pages that are watched: console errors, scripts, requests, refusals."""

    problems: list[str] = field(default_factory=list)
    _expected: int | None = None

    def over(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("requestfailed", self._lose)
        page.on("response", self._receive)

    @contextmanager
    def expecting(self, status: int) -> Iterator[None]:
        """In this block an answer of that status is what should come."""
        self._expected = status
        yield
        self._expected = None

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(TOLD_ELSEWHERE):
            where = message.location
            self.problems.append(f"console: {message.text} ({where['url']}:{where['lineNumber']})")

    def _lose(self, request: Request) -> None:
        if request.failure != GIVEN_UP:
            self.problems.append(f"request: {request.method} {request.url} {request.failure}")

    def _receive(self, response: Response) -> None:
        if response.status >= 400 and response.status != self._expected:
            self.problems.append(f"answer: {response.status} {response.url}")


def sign_in(page: Page, email: str, password: str = DEMO_PASSWORD, to: str = "/") -> None:
    """By the form, from whatever page asks for it."""
    page.goto(to)
    fill_in_sign_in(page, email, password)


def fill_in_sign_in(page: Page, email: str, password: str = DEMO_PASSWORD) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def arrive(page: Page, heading: str | re.Pattern[str]) -> None:
    """The page with that heading is shown, and everybody can use it."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert_accessible(page)
