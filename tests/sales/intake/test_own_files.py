"""A file that this product wrote, imported somewhere else, gives back every text and every cent (T19)."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import enter
from exports import queue
from exports.attempts import place_of
from exports.models import Export
from exports.run import run_export
from exports.services import request_export
from sales.models import Sale
from sales.states import SaleStatus
from tests import factories
from tests.conftest import Beacon

TEXTS = [
    "=1+1", "+55 11", "-x", "@SUM(A1)", "\t=tab", "\rcr", "'=quoted", "''=twice", "'plain", " =space",
    "\uff1dwide", "a;b,c\"d", "line\nbreak", "\\N", "ünïcode 🎉", "",
]  # fmt: skip

COLUMNS = [
    "sale_id", "buyer_name", "buyer_email", "product", "status", "currency", "amount_charged", "coupon",
    "ordered_at",
]  # fmt: skip

MAPPING: dict[str, Any] = {
    "name": "Our own sales",
    "provider": "own",
    "written_by_us": True,
    "identity": {"columns": ["sale_id"]},
    "fields": {
        "name": {"column": "buyer_name"},
        "email": {"column": "buyer_email"},
        "product": {"column": "product"},
        "status": {"column": "status", "words": {status: status for status in SaleStatus.values}},
        "currency": {"column": "currency"},
        "amount": {"column": "amount_charged", "decimal_mark": "."},
        "coupon": {"column": "coupon"},
        "ordered_at": {"column": "ordered_at", "format": "iso"},
    },
}


def _books(workspace_id: int) -> list[tuple[Any, ...]]:
    with enter(workspace_id):
        names = ("coupon", "buyer_email", "amount_charged", "currency", "ordered_at")
        return sorted(Sale.objects.filter(buyer_email__startswith="t").values_list(*names))


# An export is a snapshot, which begins with its transaction.
@pytest.mark.django_db(transaction=True)
def test_own_file_gives_back_every_text_and_every_cent(
    finance: Membership, beacon: Beacon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_publish", lambda *ids: None)
    with enter(finance.workspace_id):
        product = factories.ProductFactory()
        for number, text in enumerate(TEXTS):
            customer = factories.CustomerFactory(name=f"Buyer {number}", email=f"t{number}@correio.example")
            factories.SaleFactory(
                customer=customer, product=product, coupon=text, amount_charged=100 + number
            )
    with enter_as(finance.workspace_id, finance.pk) as member:
        export = request_export(acting_member=member, page="sales", query="", columns=COLUMNS)
    run_export(workspace_id=export.workspace_id, export_id=export.pk)
    with enter(export.workspace_id):
        export = Export.objects.get(pk=export.pk)
        file = place_of(export).file(export.attempt)
    mapping = tmp_path / "own.json"
    mapping.write_text(json.dumps(MAPPING))
    call_command(
        "import_sales", f"--workspace={beacon.workspace.slug}", f"--mapping={mapping}", str(file),
        stdout=StringIO(), stderr=StringIO(),
    )  # fmt: skip
    assert _books(beacon.workspace.pk) == _books(finance.workspace_id)
    assert len(_books(beacon.workspace.pk)) == len(TEXTS)
