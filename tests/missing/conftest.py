"""The small business of the customer list, in which somebody misses somebody, and time enough to count it."""

import pytest

from atomicpay.missing import budget
from tests.customers.conftest import books  # noqa: F401 -- pytest finds a fixture by its name here


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted does not depend on how busy the machine is."""
    monkeypatch.setattr(budget, "SECONDS", 30.0)
