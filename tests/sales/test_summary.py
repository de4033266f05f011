"""A workspace in numbers: what an import is held against."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from sales.states import SaleStatus
from sales.summary import totals_of_workspace
from tests import factories
from tests.conftest import Beacon


def test_totals_of_workspace_count_people_sales_and_money(in_aurora: Workspace, beacon: Beacon) -> None:
    one = factories.CustomerFactory(name="Antônia Figueirêdo")
    factories.CustomerIdentityFactory(customer=one, external_id="07592")
    factories.SaleFactory(customer=one, amount_charged=1000)
    factories.SaleFactory(customer=one, amount_charged=500, currency="JPY")
    subscriber = factories.CustomerFactory(name="Bruno Sá")
    for number in (1, 2, 3):
        factories.SaleFactory(customer=subscriber, recurrence_number=number, amount_charged=100)
    factories.SaleFactory(status=SaleStatus.DECLINED)
    only_back = factories.CustomerFactory(name="Cecília Mourão")
    factories.RefundFactory(sale=None, customer=only_back, currency="BRL", amount=250)
    factories.SaleFactory(customer=only_back, is_test=True)
    factories.CustomerFactory(is_test=True)
    factories.CustomerFactory(merged_into=one, merged_at=timezone.now())

    totals = totals_of_workspace().as_json()

    top = totals["currencies"]["BRL"].pop("top_customers")
    assert totals == {
        "customers": 4,
        "sales": 6,
        "paid_sales": 5,
        "renewals": 2,
        "refunds": 1,
        "repeat_customers": 1,
        "repeat_customers_counting_renewals": 2,
        "customers_with_only_refunds": 1,
        "customers_with_negative_net": 1,
        "currencies": {
            "BRL": {"gross": "13.00", "refunded": "2.50", "disputed": "0.00", "net": "10.50"},
            "JPY": {
                "gross": "500",
                "refunded": "0",
                "disputed": "0",
                "net": "500",
                "top_customers": [{"external_ids": ["07592"], "name": "Antônia Figueirêdo", "net": "500"}],
            },
        },
    }
    assert top == [
        {"external_ids": ["07592"], "name": "Antônia Figueirêdo", "net": "10.00"},
        {"external_ids": [], "name": "Bruno Sá", "net": "3.00"},
        {"external_ids": [], "name": "Cecília Mourão", "net": "-2.50"},
    ]


def test_totals_of_an_empty_workspace_are_nothing(in_aurora: Workspace) -> None:
    totals = totals_of_workspace().as_json()

    assert totals.pop("currencies") == {}
    assert set(totals.values()) == {0}


@pytest.mark.django_db(transaction=True)
def test_workspace_totals_prints_for_programs_and_for_people() -> None:
    workspace = factories.WorkspaceFactory(slug="aurora-cursos")
    with enter(workspace.pk):
        factories.SaleFactory(amount_charged=123456, customer__name="Antônia Figueirêdo")
    as_json, plain = StringIO(), StringIO()
    call_command("workspace_totals", workspace="aurora-cursos", json=True, stdout=as_json)
    call_command("workspace_totals", workspace="aurora-cursos", stdout=plain)

    answer = json.loads(as_json.getvalue())
    assert (answer["workspace"], answer["currencies"]["BRL"]["net"]) == ("aurora-cursos", "1234.56")
    assert "BRL: gross 1234.56, refunded 0.00, disputed 0.00, net 1234.56" in plain.getvalue()
    assert "  1234.56 Antônia Figueirêdo" in plain.getvalue()


def test_workspace_totals_refuses_a_workspace_that_does_not_exist(db: None) -> None:
    with pytest.raises(CommandError, match="no workspace nowhere"):
        call_command("workspace_totals", workspace="nowhere")
