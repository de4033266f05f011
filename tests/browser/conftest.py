"""Real Chromium on the demo's books; run in a process of its own, as `make test` does.

Every page that a test opens is watched: a console error, a refused or failed request, a violation of the
content security policy fails the test.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, Playwright

from atomicpay.devstack.chromium import find_or_install_chromium
from atomicpay.devstack.options import read_options
from tests.browser.accessibility import SIZES
from tests.browser.stack import Site, demo_books, directories, web_server, worker
from tests.browser.visitor import Watch

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session", autouse=True)
def orm_beside_playwright() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, in which Django would refuse the ORM."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    arguments = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    chromium = find_or_install_chromium(read_options())
    return {**browser_type_launch_args, "executable_path": chromium, "args": arguments}


@pytest.fixture(scope="session")
def site(
    django_db_setup: None,
    django_db_blocker: Any,
    orm_beside_playwright: None,
    playwright: Playwright,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """The demo, served. Its rows are committed and stay for the whole run: a test leaves its own behind."""
    directory = tmp_path_factory.mktemp("site")
    with django_db_blocker.unblock(), demo_books(), web_server() as url:
        site = Site(url, directory)
        with worker(site):
            yield site
    # Made beside Playwright's loop, which has connections of its own: nobody else would close them.
    connections.close_all()


@pytest.fixture(autouse=True)
def private_directories(site: Site, settings: Any) -> None:
    """Files lie where the worker, which is another process, looks for them."""
    for name, path in directories(site.directory).items():
        setattr(settings, name, Path(path))


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    assert watch.problems == []


@pytest.fixture
def open_page(browser: Browser, site: Site, watch: Watch) -> Iterator[OpenPage]:
    """A new browser with its own cookies: `page = open_page(java_script_enabled=False)`."""
    contexts = []

    def _open_page(**options: Any) -> Page:
        context = browser.new_context(
            base_url=site.url, viewport=SIZES[0], locale="en", reduced_motion="reduce", **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        return page

    yield _open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()
