"""What few rows have is read as a set for a long file and row by row for a short one: to the same bytes."""

import pytest

from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from exports import asked
from exports.states import ExportState
from sales.models import AccessGrant
from sales.states import AccessStatus, RefundStatus
from tests.conftest import Beacon
from tests.exports.conftest import Ask, run, table_of
from tests.factories import NOON, RefundFactory, SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = ["reference", "currency", "amount_charged", "amount_refunded", "refunded_at", "access_status"]


@pytest.fixture
def refunded(aurora: Workspace, beacon: Beacon, course: Product) -> None:
    """Sales refunded twice, once, in vain and not at all, in two currencies; one with access."""
    with enter(aurora.pk):
        twice, once, failed, _never = (
            SaleFactory(reference=name, product=course, amount_charged=8_900, currency=currency)
            for name, currency in [("twice", "BRL"), ("once", "USD"), ("failed", "BRL"), ("never", "JPY")]
        )
        for sale, amount in [(twice, 900), (twice, 1_000), (once, 8_900)]:
            RefundFactory(sale=sale, amount=amount, completed_at=NOON)
        RefundFactory(sale=failed, amount=8_900, status=RefundStatus.FAILED)
        AccessGrant.objects.create(
            customer=once.customer, product=course, sale=once, status=AccessStatus.values[0]
        )


def test_long_and_short_files_are_the_same(
    finance: Membership, refunded: None, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = run(ask(finance, columns=COLUMNS))
    monkeypatch.setattr(asked, "FEW", 0)
    long = run(ask(finance, columns=COLUMNS))
    assert (short.state, long.state) == (ExportState.READY, ExportState.READY)
    assert (short.sha256, short.sums) == (long.sha256, long.sums)
    rows = {row["reference"]: row for row in table_of(long)}
    assert {name: row["amount_refunded"] for name, row in rows.items()} == {
        "twice": "19.00",
        "once": "89.00",
        "failed": "0.00",
        "never": "0",
    }
    assert {name for name, row in rows.items() if row["refunded_at"]} == {"once", "twice"}
    assert [name for name, row in rows.items() if row["access_status"]] == ["once"]
    assert {entry["currency"]: entry["sums"]["amount_refunded"] for entry in long.sums} == {
        "BRL": 1_900,
        "USD": 8_900,
        "JPY": 0,
    }
