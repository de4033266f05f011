"""The plan on a terminal: every key with what is done; numbers of records, and nobody's name."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from tests import factories


def _printed(*args: str) -> str:
    out = StringIO()
    call_command("merge_customers", "--plan", *args, stdout=out, no_color=True)
    return out.getvalue()


@pytest.mark.django_db
def test_plan_names_every_key() -> None:
    printed = _printed()
    assert "sales.Sale.customer: move" in printed
    assert "customers.CustomerEmail.customer: unite" in printed
    assert "sales.CustomerSpend.customer: recompute" in printed


def test_merging_is_not_done_by_the_command(db: None) -> None:
    with pytest.raises(CommandError):
        call_command("merge_customers")


@pytest.mark.django_db(transaction=True)
def test_preview_is_told_without_names(aurora: Workspace) -> None:
    with enter(aurora.pk):
        first, second = (factories.CustomerFactory(name="Zenóbia") for _record in range(2))
        factories.SaleFactory(customer=first, amount_charged=1000)
        factories.SaleFactory(customer=second, amount_charged=2000)
    printed = _printed("--workspace", aurora.slug, str(first.public_id), str(second.public_id))
    assert "30.00" in printed
    assert "Zenóbia" not in printed
    with pytest.raises(CommandError):
        _printed("--workspace", aurora.slug, str(first.public_id))
    with pytest.raises(CommandError):
        _printed("--workspace", "no-such", str(first.public_id), str(second.public_id))
