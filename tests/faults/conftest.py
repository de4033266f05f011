"""Real servers, a real worker, and what is broken of them while it works.

`make test-faults` runs all in full; the suite runs the shortened form.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from atomicpay.workspaces.models import Membership, Workspace
from exports.models import Export
from tests.exports.conftest import ask, write_customers  # noqa: F401 -- a fixture

KILLS_IN_SHORT = 2
CUSTOMERS = 30_000
COLUMNS = ["customer_id", "name", "email", "all_emails", "subscription_statuses", "payment_methods"]

AskCustomers = Callable[[], Export]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=KILLS_IN_SHORT, help="how many random kills there are")


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("kills", KILLS_IN_SHORT))


@pytest.fixture
def is_in_full(kills: int) -> bool:
    return kills > KILLS_IN_SHORT


@pytest.fixture
def crowd(aurora: Workspace) -> None:
    """Enough customers for a file that takes a second or two."""
    write_customers(aurora, CUSTOMERS)


@pytest.fixture
def ask_customers(finance: Membership, ask: Any) -> AskCustomers:  # noqa: F811 -- the fixture
    return lambda: ask(finance, page="customers", columns=COLUMNS)


@pytest.fixture
def workplace(tmp_path: Path, settings: Any) -> Path:
    """Where the processes of a test write: their files, logs, messages."""
    settings.EXPORTS_A_DAY = 10_000
    return tmp_path
