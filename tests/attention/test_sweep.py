"""The worker's rounds: whole, incremental, broken off, twice at once; and that they find what pages find."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from atomicpay.attention import sweep
from atomicpay.attention.checks import find
from atomicpay.attention.models import Finding, Rounds
from atomicpay.attention.queries import facts_of_customer
from atomicpay.attention.sweep import check_changed, check_everybody
from atomicpay.attention.tasks import check_all, check_all_changed
from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from sales.intake.afterwards import tell_that_an_import_ended
from sales.models import ImportRun, ImportState, Sale
from tests import factories
from tests.attention import scenes


def found() -> set[tuple[int, str]]:
    return set(Finding.objects.values_list("customer_id", "check_code"))


def test_first_time_everybody_is_checked_then_only_what_has_changed(
    aurora: Workspace, course: Product
) -> None:
    with enter(aurora.pk):
        first = scenes.pix_of_yesterday(course)
    assert check_changed(aurora.pk) == 1
    with enter(aurora.pk):
        assert found() == {(first.pk, "stale_pending")}
        until = Rounds.objects.get().checked_until
        assert until is not None
        _long_ago()
        second = scenes.boleto_of_last_week(course)
    assert check_changed(aurora.pk) == 1
    with enter(aurora.pk):
        assert found() == {(first.pk, "stale_pending"), (second.pk, "stale_pending")}
        assert Rounds.objects.get().checked_until > until


def _long_ago() -> None:
    """As if everything until now had been written a day ago."""
    then = timezone.now() - timedelta(days=1)
    Sale.objects.update(created_at=then)
    Customer.objects.update(updated_at=then)


def test_change_of_a_sale_is_seen_by_its_event(aurora: Workspace, course: Product) -> None:
    with enter(aurora.pk):
        customer = scenes.pix_of_yesterday(course)
        _long_ago()
    check_everybody(aurora.pk)
    assert check_changed(aurora.pk) == 0
    with enter(aurora.pk):
        sale = Sale.objects.get()
        Sale.objects.update(status="approved")
        factories.SaleEventFactory(sale=sale, to_status="approved")
    assert check_changed(aurora.pk) == 1
    with enter(aurora.pk):
        assert found() == set()
        assert customer.pk


@pytest.mark.parametrize(
    "scene", ["pix_of_today", "access_pending_within_usual_time", "open_until_end_of_paid_period"]
)
def test_what_runs_out_is_checked_when_it_does(
    aurora: Workspace, course: Product, scene: str, monkeypatch: Any
) -> None:
    with enter(aurora.pk):
        getattr(scenes, scene)(course)
        _long_ago()
    check_everybody(aurora.pk)
    with enter(aurora.pk):
        assert found() == set()
    later = timezone.now() + timedelta(days=1, minutes=30)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert check_changed(aurora.pk) == 1
    with enter(aurora.pk):
        assert len(found()) == 1


def test_round_that_was_broken_off_goes_on_where_it_was(
    aurora: Workspace, course: Product, monkeypatch: Any
) -> None:
    with enter(aurora.pk):
        for _number in range(5):
            scenes.pix_of_yesterday(course)
    real, calls = sweep.check_customers, []

    def breaks_at_the_third(ids: Any, **more: Any) -> int:
        calls.append(list(ids))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(ids, **more)

    monkeypatch.setattr(sweep, "check_customers", breaks_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        check_everybody(aurora.pk, batch=1)
    with enter(aurora.pk):
        assert (len(found()), Rounds.objects.get().round_done) == (2, 2)
        assert Rounds.objects.get().checked_until is None
    assert check_everybody(aurora.pk, batch=1) == 3
    with enter(aurora.pk):
        assert (len(found()), Rounds.objects.get().round_done) == (5, 5)
        assert Rounds.objects.get().round_ended_at is not None
    assert calls[2] == calls[3]


def test_nothing_is_said_to_be_checked_that_an_import_may_still_write(
    aurora: Workspace, course: Product
) -> None:
    began = timezone.now() - timedelta(hours=1)
    with enter(aurora.pk):
        scenes.pix_of_yesterday(course)
        factories.ImportRunFactory(state=ImportState.RUNNING, started_at=began)
    check_everybody(aurora.pk)
    with enter(aurora.pk):
        assert Rounds.objects.get().checked_until == began
        ImportRun.objects.update(state=ImportState.DONE)
    assert check_changed(aurora.pk) == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_write_each_finding_once(aurora: Workspace, course: Product) -> None:
    with enter(aurora.pk):
        for _number in range(6):
            scenes.pix_of_yesterday(course)

    def run() -> None:
        check_everybody(aurora.pk, batch=2)
        connections.close_all()

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with enter(aurora.pk):
        assert Finding.objects.count() == 6
    assert check_everybody(aurora.pk) == 6


@pytest.mark.django_db(transaction=True)
def test_second_run_beside_another_does_nothing(aurora: Workspace, course: Product) -> None:
    with enter(aurora.pk):
        scenes.pix_of_yesterday(course)
    seen = []

    def run() -> None:
        seen.append(check_everybody(aurora.pk))
        connections.close_all()

    with sweep._alone(aurora.pk) as is_alone:
        thread = Thread(target=run)
        thread.start()
        thread.join()
    assert (is_alone, seen) == (True, [0])


def test_tasks_ask_for_every_open_workspace(
    aurora: Workspace, beacon: Any, monkeypatch: Any, settings: Any
) -> None:
    asked = []
    for name in ("check_changed_customers", "check_every_customer"):
        monkeypatch.setattr(
            f"atomicpay.attention.tasks.{name}.delay",
            lambda workspace_id, name=name: asked.append((name, workspace_id)),
        )
    check_all_changed()
    check_all()
    tell_that_an_import_ended(aurora.pk)
    workspaces = {aurora.pk, beacon.workspace.pk}
    assert {pk for name, pk in asked if name == "check_every_customer"} == workspaces
    assert {pk for name, pk in asked if name == "check_changed_customers"} == workspaces
    assert asked[-1] == ("check_changed_customers", aurora.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_rounds_find_what_each_page_finds(
    aurora: Workspace, course: Product, limited_agent: Membership
) -> None:
    """Control of the same test over the demo: every scene, for who sees all and for who sees one product."""
    with enter(aurora.pk):
        for scene in scenes.SCENES:
            scene(course)
    check_everybody(aurora.pk)
    for products in (None, [course.pk]):
        with enter(aurora.pk, products=products):
            live = {
                each.key: each.digest
                for customer in Customer.objects.all()
                for facts in [facts_of_customer(customer)]
                for each in find(facts.suspects, facts.at)
            }
            kept = {
                (finding.customer_id, finding.check_code, finding.subject): finding.digest
                for finding in Finding.objects.filter(closed_at=None)
            }
            assert kept == live
            assert len(kept) > 20
