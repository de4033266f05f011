"""The pages of scheduled exports: made, changed, run, paused and deleted there, by who may."""

from collections.abc import Callable
from typing import Any

import pytest

from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from exports.models import Export, Schedule
from exports.schedules.clock import Timing
from exports.schedules.states import Rhythm, ScheduleState
from tests.assertions import assert_unchanged
from tests.conftest import Beacon, MemberClient
from tests.exports.conftest import COLUMNS, as_it_is, exports_of

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[..., MemberClient]


def test_schedule_is_made_changed_run_paused_and_deleted_by_its_pages(
    aurora: Workspace, finance: Membership, sign_in: SignIn
) -> None:
    client = sign_in(finance)
    new = client.at("exports/schedules/new/?list=sales&currency=BRL")
    asked = {"name": "Vendas", "rhythm": "weekly", "weekday": "2", "day": "1", "hour": "7", "column": COLUMNS}
    assert client.get(new).status_code == 200
    assert client.post(new, {**asked, "column": []}).status_code == 400
    page = client.post(new, asked).headers["Location"]
    with enter(aurora.pk):
        schedule = Schedule.objects.get()
    assert (schedule.query, schedule.timing) == ("currency=BRL", Timing(Rhythm.WEEKLY, 7, 2, 1))
    assert "BRL" in client.get(page).content.decode()
    assert client.post(page, {**asked, "hour": "9"}).status_code == 302
    assert as_it_is(schedule).hour == 9
    assert client.post(f"{page}run/").status_code == 302
    assert len(exports_of(schedule)) == 1
    client.post(f"{page}pause/", {"pause": "1"})
    assert as_it_is(schedule).state == ScheduleState.PAUSED
    assert "Paused:" in client.get(page).content.decode()
    client.post(f"{page}pause/", {"resume": "1"})
    assert as_it_is(schedule).state == ScheduleState.ACTIVE
    assert "Vendas" in client.get(client.at("exports/schedules/")).content.decode()
    client.post(f"{page}delete/")
    assert client.get(page).status_code == 404


def test_what_was_ticked_in_the_confirm_step_is_what_is_scheduled(
    aurora: Workspace, finance: Membership, sign_in: SignIn
) -> None:
    client = sign_in(finance)
    confirm = client.at("exports/new/?list=sales&currency=BRL&start=usual")
    assert 'name="schedule" value="1"' in client.get(confirm).content.decode()
    ticked = {"column": ["currency", "reference"], "dialect": "excel_br", "schedule": "1"}
    step = client.post(confirm, ticked)
    assert step.status_code == 302
    page = client.get(step["Location"])
    assert page.status_code == 200
    columns = page.context["columns"]
    assert (columns["column"].value(), columns["dialect"].value()) == (["currency", "reference"], "excel_br")
    assert page.context["new"].source.query == "currency=BRL"
    with enter(aurora.pk):
        assert not Export.objects.exists()
    # What nobody may choose is passed over.
    odd = client.get(client.at("exports/schedules/new/?list=sales&dialect=odd&start=usual"))
    assert odd.context["columns"]["dialect"].value() == "standard"


def test_schedules_of_others_are_not_there_for_who_does_not_oversee(
    aurora: Workspace, finance: Membership, admin: Membership, beacon: Beacon, make: Any, sign_in: SignIn
) -> None:
    mine, others = make(finance), make(admin)
    client = sign_in(finance)
    body = client.get(client.at("exports/schedules/")).content.decode()
    assert str(mine.public_id) in body
    assert str(others.public_id) not in body
    with assert_unchanged(aurora.pk):
        for path in ("", "run/", "pause/", "delete/"):
            address = client.at(f"exports/schedules/{others.public_id}/{path}")
            assert client.post(address, {"pause": "1"}).status_code == 404


def test_schedule_says_nothing_of_its_filters_to_an_overseer(
    owner: Membership, make: Callable[..., Schedule], sign_in: SignIn
) -> None:
    schedule = make(query="q=Mariana")
    client = sign_in(owner)
    assert "Mariana" not in client.get(client.at(f"exports/schedules/{schedule.public_id}/")).content.decode()
