"""How much may be asked for: said before it bites, refused with the numbers, never cut short (T22)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from exports.errors import CannotExport
from exports.models import Export
from exports.states import ExportState, Failure
from tests.exports.conftest import Ask, change, files_of, run
from tests.factories import SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)

FORM = {"column": ["reference"]}


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def count(workspace: Workspace) -> int:
    with enter(workspace.pk):
        return Export.objects.count()


def test_limit_of_the_day_is_said_before_it_bites(
    finance: Membership, ask: Ask, sign_in: Any, settings: Any
) -> None:
    settings.EXPORTS_A_DAY = 10
    client = sign_in(finance)
    confirm = client.at("exports/new/?list=sales")
    assert "Exports you asked for today: 0 of 10." in text_of(client.get(confirm))
    for _ in range(9):
        ask(finance)
    assert "You may ask for 1 more export today, of 10." in text_of(client.get(confirm))
    assert client.post(confirm, FORM).status_code == 302
    page = text_of(client.get(confirm))
    assert "Today you have asked for 10 exports, as many as one may in a day." in page
    assert 'type="submit" disabled>' in page
    assert client.post(confirm, FORM).status_code == 429
    assert count(finance.workspace) == 10


def test_limit_is_each_member_s_own_and_counts_whatever_became_of_them(
    finance: Membership, admin: Membership, ask: Ask, settings: Any
) -> None:
    settings.EXPORTS_A_DAY = 1
    change(ask(finance), state=ExportState.CANCELED)
    with pytest.raises(CannotExport) as refused:
        ask(finance)
    assert refused.value.failure is Failure.TOO_MANY
    ask(admin)


def test_day_is_the_workspace_s_own(finance: Membership, ask: Ask, settings: Any) -> None:
    settings.EXPORTS_A_DAY = 1
    midnight = datetime(2026, 3, 2, tzinfo=finance.workspace.zone)
    with time_machine.travel(midnight - timedelta(seconds=2), tick=False):
        ask(finance)
    with time_machine.travel(midnight - timedelta(seconds=1), tick=False), pytest.raises(CannotExport):
        ask(finance)
    with time_machine.travel(midnight, tick=False):
        ask(finance)


def test_file_of_too_many_rows_is_refused_with_the_numbers(
    aurora: Workspace, finance: Membership, sign_in: Any, settings: Any
) -> None:
    settings.EXPORT_MAX_ROWS = 1
    with enter(aurora.pk):
        SaleFactory(), SaleFactory()
    client = sign_in(finance)
    page = client.get(client.at("exports/new/?list=sales"))
    assert "It has 2 rows, and a file may have 1." in text_of(page)
    assert client.post(client.at("exports/new/?list=sales"), FORM).status_code == 400
    assert count(aurora) == 0


def test_file_that_grew_too_long_while_it_waited_fails_and_is_not_cut_short(
    aurora: Workspace, finance: Membership, ask: Ask, sign_in: Any, settings: Any
) -> None:
    settings.EXPORT_MAX_ROWS = 1
    with enter(aurora.pk):
        SaleFactory()
    export = ask(finance)
    with enter(aurora.pk):
        SaleFactory()
    export = run(export)
    assert (export.state, export.failure, files_of(export)) == (
        ExportState.FAILED,
        Failure.TOO_MANY_ROWS,
        [],
    )
    client = sign_in(finance)
    page = client.get(client.at(f"exports/{export.public_id}/"))
    assert "It has 2 rows, and a file may have 1." in text_of(page)
