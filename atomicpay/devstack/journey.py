"""The whole journey of a finance user through a running demo, by HTTP alone, checked against the database.

Sign in, open the sales with a filter, open a customer, ask for the file, wait for the worker, download it,
and compare its rows and its hash with the receipt and its rows with what the database counts.
"""

import csv
import hashlib
import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from atomicpay.devstack.browser import Browser, Page
from atomicpay.devstack.seeding.people import AURORA, BEACON, DEMO_PASSWORD
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from exports.models import Export
from sales.models import Sale
from sales.states import PaymentMethod

FINANCE, SUPPORT = "finance@aurora.example", "support@aurora.example"
METHOD = PaymentMethod.PIX
SALES = f"/w/{AURORA}/sales/"
CUSTOMER = re.compile(rf"/w/{AURORA}/customers/[0-9a-f-]{{36}}/$")
PATIENCE_SECONDS = 120.0

Say = Callable[[str], None]


class JourneyFailed(Exception):
    """What a step found is not what it should have."""


@dataclass(frozen=True)
class Receipt:
    """What the page of an export says of its file."""

    rows: int
    sha256: str


@dataclass
class Journey:
    """One journey to a demo at `url`; `say` is told of each step when it is done."""

    url: str
    say: Say

    def make(self) -> None:
        """Every step in turn; raises JourneyFailed at the first that fails."""
        finance = Browser(self.url)
        with self._step("signed in as finance"):
            sign_in(finance, FINANCE)
        with self._step(f"opened the sales paid by {METHOD.value}"):
            listed = _expect(finance.get(f"{SALES}?method={METHOD.value}"), 200)
        with self._step("opened the customer of one of them"):
            open_customer(finance, listed)
        with self._step("asked for these sales as a file"):
            waiting = ask_for_export(finance, listed)
        with self._step("the worker wrote it"):
            finished = wait_until_ready(finance, waiting)
        with self._step("downloaded it; rows and hash are the receipt's and the database's"):
            check_file(finance, finished)
        with self._step("another workspace answers 404, as one that does not exist"):
            check_foreign_workspace(finance)
        with self._step("support, who may not export, is answered 403"):
            check_support_may_not_export(self.url)

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.say(f"{time.monotonic() - begun:6.2f} s  {name}")


def sign_in(browser: Browser, email: str) -> Page:
    """Sign in by the form, with its CSRF token."""
    page = _expect(browser.get("/accounts/login/"), 200)
    answer = browser.send(page, page.form_with("login"), {"login": email, "password": DEMO_PASSWORD})
    if answer.status != 200 or "/accounts/login/" in answer.url:
        raise JourneyFailed(f"{email} could not sign in: {answer.status} at {answer.url}")
    return answer


def open_customer(browser: Browser, listed: Page) -> None:
    """From the first sale of a list to its sale page and on to the customer."""
    sale = next((link for link in listed.links() if re.search(rf"{SALES}[0-9a-f-]{{36}}/$", link)), None)
    if sale is None:
        raise JourneyFailed(f"{listed.url} links to no sale")
    page = _expect(browser.get(sale), 200)
    customer = next((link for link in page.links() if CUSTOMER.search(link)), None)
    if customer is None:
        raise JourneyFailed(f"{page.url} does not link to its customer")
    _expect(browser.get(customer), 200)


def ask_for_export(browser: Browser, listed: Page) -> Page:
    """By the list's own button and the confirm step."""
    button = next((link for link in listed.links() if f"/w/{AURORA}/exports/new/" in link), None)
    if button is None:
        raise JourneyFailed(f"{listed.url} offers no export")
    confirm = _expect(browser.get(button), 200)
    form = confirm.form_with("column")
    return _expect(browser.send(confirm, form), 200)


def wait_until_ready(browser: Browser, waiting: Page) -> Page:
    """Look again until the receipt stands there."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        # Asked before the page is: an export that has ended has a page that says how.
        is_open = _export_of(waiting).is_open
        page = _expect(browser.get(waiting.url), 200)
        if any(link.endswith("/download/") for link in page.links()):
            return page
        if not is_open:
            raise JourneyFailed(f"{page.url} ended without a file: {_export_of(page).failure}")
        time.sleep(0.3)
    raise JourneyFailed(f"no file after {PATIENCE_SECONDS:.0f} s; is the worker running?")


def read_receipt(page: Page) -> Receipt:
    """The rows and the hash as the receipt says them."""
    rows = re.search(r'<b class="num">([\d,]+)</b>\s*written', page.text)
    sha256 = re.search(r'title="([0-9a-f]{64})"', page.text)
    if rows is None or sha256 is None:
        raise JourneyFailed(f"{page.url} is not a receipt")
    return Receipt(int(rows[1].replace(",", "")), sha256[1])


def check_file(browser: Browser, finished: Page) -> None:
    """The file is what the receipt says and what the database counts."""
    receipt = read_receipt(finished)
    link = next(link for link in finished.links() if link.endswith("/download/"))
    file = _expect(browser.get(link), 200)
    _same("SHA-256", hashlib.sha256(file.body).hexdigest(), receipt.sha256)
    lines = list(csv.reader(io.StringIO(file.text)))
    _same("rows of the file", len(lines) - 1, receipt.rows)
    with enter(Workspace.objects.get(slug=AURORA).pk):
        counted = Sale.objects.filter(is_test=False, method=METHOD).count()
    _same("rows in the database", counted, receipt.rows)
    if not receipt.rows:
        raise JourneyFailed("the file is empty")


def check_foreign_workspace(browser: Browser) -> None:
    """A workspace of others and one that is not there give the same answer."""
    foreign, unknown = (browser.get(f"/w/{slug}/sales/") for slug in (BEACON, "no-such-workspace"))
    _same("status of another workspace", (foreign.status, unknown.status), (404, 404))
    _same("page of another workspace", foreign.text.replace(BEACON, "no-such-workspace"), unknown.text)


def check_support_may_not_export(url: str) -> None:
    """Who lacks the right is refused at the address itself, not only by a missing button."""
    support = Browser(url)
    sign_in(support, SUPPORT)
    _expect(support.get(SALES), 200)
    _expect(support.get(f"/w/{AURORA}/exports/new/?list=sales"), 403)


def _export_of(page: Page) -> Export:
    """The export whose page this is, as the database has it."""
    found = re.search(r"/exports/([0-9a-f-]{36})/", page.url)
    if found is None:
        raise JourneyFailed(f"{page.url} is not the page of an export")
    with enter(Workspace.objects.get(slug=AURORA).pk):
        return Export.objects.get(public_id=UUID(found[1]))


def _expect(page: Page, status: int) -> Page:
    if page.status != status:
        raise JourneyFailed(f"{page.url} answered {page.status} instead of {status}")
    return page


def _same(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise JourneyFailed(f"{what}: {found!r:.200} instead of {expected!r:.200}")
