"""The two real files through their mappings give the books that are known of them, to the cent."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from sales.models import CustomerSpend, ImportRun, Refund, Sale
from sales.summary import totals_of_workspace

ROOT = Path(__file__).resolve().parents[3]
FILES = ROOT.parent / "shared" / "data"
MAPPINGS = ROOT / "tests" / "data" / "mappings"

pytestmark = pytest.mark.skipif(
    not (FILES / "truth.json").is_file(),
    reason="the real files are not beside this checkout (../shared/data)",
)


def _truth(name: str) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((FILES / "truth.json").read_text())[name]
    return truth


def _import(slug: str, mapping: str, file: str) -> dict[str, Any]:
    """Import the file into a new workspace, and read that workspace's totals."""
    call_command(
        "import_sales", f"--workspace={slug}", f"--mapping={MAPPINGS / mapping}", "--create",
        str(FILES / file), stdout=StringIO(), stderr=StringIO(),
    )  # fmt: skip
    with enter(Workspace.objects.get(slug=slug).pk):
        return totals_of_workspace().as_json()


def _top(totals: dict[str, Any], currency: str) -> list[list[str]]:
    return [
        [customer["external_ids"][0], customer["net"]]
        for customer in totals["currencies"][currency]["top_customers"]
    ]


@pytest.mark.django_db
def test_cdnow_gives_its_truth() -> None:
    truth = _truth("cdnow_master")
    totals = _import("cdnow", "cdnow.json", "cdnow_master.csv.gz")
    usd = totals["currencies"]["USD"]
    assert (totals["customers"], totals["sales"]) == (truth["customers"], truth["rows"])
    assert (usd["gross"], usd["refunded"], usd["net"]) == (truth["total_spend"], "0.00", truth["total_spend"])
    assert totals["repeat_customers"] == truth["customers_with_2plus_transactions"]
    assert _top(totals, "USD") == truth["top10"]
    with enter(Workspace.objects.get(slug="cdnow").pk):
        assert Sale.objects.filter(amount_charged=0).count() == truth["zero_amount_rows"]
        assert CustomerSpend.objects.filter(net=0).count() == truth["customers_zero_lifetime_spend"]
        for year, spend in truth["spend_by_year"].items():
            cents = sum(
                Sale.objects.filter(
                    ordered_at__gte=f"{year}-01-01T00:00:00-05:00",
                    ordered_at__lt=f"{int(year) + 1}-01-01T00:00:00-05:00",
                ).values_list("amount_charged", flat=True)
            )
            assert Decimal(cents) / 100 == Decimal(spend)
        assert ImportRun.objects.get().rows_refused == 0


@pytest.mark.django_db
def test_online_retail_gives_its_truth() -> None:
    truth = _truth("online_retail_2009_2010_invoices")
    totals = _import("online-retail", "online_retail.json", "online_retail_2009_2010_invoices.csv.gz")
    gbp = totals["currencies"]["GBP"]
    assert (totals["customers"], totals["sales"]) == (truth["customers"], truth["sales"])
    assert totals["refunds"] == truth["cancellations"]
    assert (gbp["gross"], gbp["refunded"], gbp["net"]) == (
        truth["gross"],
        truth["cancelled"].removeprefix("-"),
        truth["net"],
    )
    assert totals["repeat_customers"] == truth["customers_with_2_or_more_sales"]
    assert totals["customers_with_only_refunds"] == truth["customers_with_only_cancellations"]
    assert totals["customers_with_negative_net"] == truth["customers_negative_net"]
    assert _top(totals, "GBP") == truth["top10_net"]
    with enter(Workspace.objects.get(slug="online-retail").pk):
        assert set(Refund.objects.values_list("sale_id", flat=True)) == {None}
        assert Sale.objects.filter(amount_charged=0).count() == truth["zero_sales"]
