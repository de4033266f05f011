"""The totals kept by the database are what the rows say, whoever writes and however."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import pgtrigger
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.db.models import Sum

from atomicpay.env import read_environment
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from sales.models import (
    CustomerMethod,
    CustomerProduct,
    CustomerSpend,
    DailyTotal,
    Dispute,
    Payment,
    Refund,
    Sale,
    SaleTally,
)
from sales.states import DisputeStatus, RefundStatus, SaleStatus
from sales.tasks import fold_all_daily_totals, fold_daily_totals, fold_sale_tally
from sales.verification import differences
from tests import factories
from tests.conftest import Beacon


def spend(customer: Customer) -> dict[str, tuple[int, int, int, int]]:
    """gross, refunded, disputed and net of a customer, by currency."""
    rows = CustomerSpend.objects.filter(customer=customer)
    columns = ("currency", "gross", "refunded", "disputed", "net")
    return {currency: tuple(rest) for currency, *rest in rows.values_list(*columns)}


@pytest.fixture
def customer(in_aurora: Workspace) -> Iterator[Customer]:
    """A customer whose totals are checked against the rows when the test is over."""
    yield factories.CustomerFactory()
    assert list(differences()) == []


def test_totals_follow_a_sale_through_its_life(customer: Customer) -> None:
    sale = factories.SaleFactory(customer=customer, amount_charged=9700, status=SaleStatus.PENDING)
    assert spend(customer) == {}

    sale.status = SaleStatus.APPROVED
    sale.save()
    assert spend(customer) == {"BRL": (9700, 0, 0, 9700)}

    sale.amount_charged = 8700
    sale.save()
    assert spend(customer) == {"BRL": (8700, 0, 0, 8700)}

    sale.delete()
    assert spend(customer) == {}


@pytest.mark.parametrize("status", SaleStatus.values)
def test_totals_count_a_sale_that_was_approved_at_some_time(customer: Customer, status: str) -> None:
    factories.SaleFactory(customer=customer, amount_charged=100, status=status)
    unpaid = {SaleStatus.PENDING, SaleStatus.DECLINED, SaleStatus.EXPIRED, SaleStatus.CANCELED}

    assert spend(customer) == ({} if status in unpaid else {"BRL": (100, 0, 0, 100)})


@pytest.mark.parametrize("status", RefundStatus.values)
def test_totals_subtract_only_a_succeeded_refund(customer: Customer, status: str) -> None:
    sale = factories.SaleFactory(customer=customer, amount_charged=1000)
    factories.RefundFactory(sale=sale, amount=400, status=status)
    back = 400 if status == RefundStatus.SUCCEEDED else 0

    assert spend(customer) == {"BRL": (1000, back, 0, 1000 - back)}


@pytest.mark.parametrize("status", DisputeStatus.values)
def test_totals_subtract_an_open_or_lost_dispute(customer: Customer, status: str) -> None:
    sale = factories.SaleFactory(customer=customer, amount_charged=1000)
    factories.DisputeFactory(sale=sale, amount=300, status=status)
    held = 300 if status in (DisputeStatus.OPEN, DisputeStatus.LOST) else 0

    assert spend(customer) == {"BRL": (1000, 0, held, 1000 - held)}


def test_totals_of_a_cancellation_that_names_no_sale_go_below_zero(customer: Customer) -> None:
    factories.RefundFactory(sale=None, customer=customer, currency="GBP", amount=7550)

    assert spend(customer) == {"GBP": (0, 7550, 0, -7550)}
    total = CustomerSpend.objects.get(customer=customer)
    assert (total.paid_sales, total.refunds, total.first_paid_at) == (0, 1, None)


def test_totals_keep_currencies_apart_whatever_their_decimals(customer: Customer) -> None:
    for currency, amount in (("JPY", 1200), ("KWD", 12345), ("BRL", 9700)):
        factories.SaleFactory(customer=customer, currency=currency, amount_charged=amount)

    assert spend(customer) == {
        "BRL": (9700, 0, 0, 9700),
        "JPY": (1200, 0, 0, 1200),
        "KWD": (12345, 0, 0, 12345),
    }


def test_totals_never_count_test_sales(customer: Customer) -> None:
    sale = factories.SaleFactory(customer=customer, is_test=True)
    factories.RefundFactory(sale=sale, is_test=True)
    factories.DisputeFactory(sale=sale, is_test=True)

    assert spend(customer) == {}
    Sale.objects.update(is_test=False)
    assert spend(customer) == {"BRL": (9700, 0, 0, 9700)}


def test_totals_state_renewals_apart_and_the_first_and_last_purchase(customer: Customer) -> None:
    for number in (1, 2, 3):
        factories.SaleFactory(
            customer=customer,
            recurrence_number=number,
            ordered_at=factories.NOON + timedelta(days=30 * number),
        )
    factories.SaleFactory(customer=customer, ordered_at=factories.NOON)

    total = CustomerSpend.objects.get(customer=customer)
    assert (total.paid_sales, total.renewals, total.purchases) == (4, 2, 2)
    assert total.first_paid_at == factories.NOON
    assert total.last_paid_at == factories.NOON + timedelta(days=90)


def test_totals_follow_bulk_writes(customer: Customer) -> None:
    product = factories.ProductFactory()
    sales = Sale.objects.bulk_create(
        factories.SaleFactory.build(customer=customer, product=product, amount_charged=100, reference="x")
        for _ in range(10)
    )
    assert spend(customer) == {"BRL": (1000, 0, 0, 1000)}

    Sale.objects.filter(pk__in=[sale.pk for sale in sales[:5]]).update(currency="USD")
    assert spend(customer) == {"BRL": (500, 0, 0, 500), "USD": (500, 0, 0, 500)}

    Sale.objects.filter(currency="USD").delete()
    assert spend(customer) == {"BRL": (500, 0, 0, 500)}


def test_totals_follow_raw_sql(customer: Customer) -> None:
    sale = factories.SaleFactory(customer=customer, amount_charged=1000)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sale SET amount_charged = 900 WHERE id = %s", [sale.pk])

    assert spend(customer) == {"BRL": (900, 0, 0, 900)}


def test_totals_move_with_the_rows_of_a_merge(customer: Customer) -> None:
    other = factories.CustomerFactory()
    sale = factories.SaleFactory(customer=other, amount_charged=1000)
    factories.RefundFactory(sale=sale, amount=100)
    factories.DisputeFactory(sale=sale, amount=200)
    factories.PaymentFactory(sale=sale)

    Sale.objects.filter(customer=other).update(customer=customer)

    # The refund and the dispute follow their sale by the cascade of their composite key.
    assert spend(customer) == {"BRL": (1000, 100, 200, 700)}
    assert spend(other) == {}
    assert Refund.objects.get().customer_id == Dispute.objects.get().customer_id == customer.pk


def test_reach_follows_the_products_of_sales_and_subscriptions(customer: Customer) -> None:
    sale = factories.SaleFactory(customer=customer)
    subscription = factories.SubscriptionFactory(customer=customer)
    reached = CustomerProduct.objects.filter(customer=customer)
    assert set(reached.values_list("product_id", flat=True)) == {sale.product_id, subscription.product_id}

    subscription.delete()
    assert list(reached.values_list("product_id", flat=True)) == [sale.product_id]


def test_totals_cannot_be_switched_off_by_a_session(customer: Customer) -> None:
    with pgtrigger.ignore():
        factories.SaleFactory(customer=customer, amount_charged=1000)

    assert spend(customer) == {"BRL": (1000, 0, 0, 1000)}


@pytest.mark.parametrize(
    "table", ["customer_spend", "customer_product", "customer_method", "sale_tally", "daily_total"]
)
def test_totals_cannot_be_written_by_the_runtime_role(customer: Customer, table: str) -> None:
    factories.SaleFactory(customer=customer)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM {table}")


FORGED: dict[str, str] = {
    "customer_spend": "(workspace_id, customer_id, currency, gross, refunded, disputed, net, paid_sales,"
    " renewals, refunds) VALUES (%(workspace)s, %(customer)s, 'BRL', 1, 0, 0, 1, 1, 0, 0)",
    "customer_product": "(workspace_id, customer_id, product_id)"
    " VALUES (%(workspace)s, %(customer)s, %(product)s)",
    "customer_method": "(workspace_id, customer_id, method) VALUES (%(workspace)s, %(customer)s, 'pix')",
}
"""What is kept for each customer has no keys that the database checks (`sales.models.totals`)."""


@pytest.mark.parametrize("table", FORGED)
def test_totals_cannot_be_forged(customer: Customer, beacon: Beacon, table: str) -> None:
    foreign = {"customer": beacon.customer.pk, "product": beacon.product.pk}
    for of_row in ({"customer": customer.pk, "product": factories.ProductFactory().pk}, foreign):
        values = of_row | {"workspace": customer.workspace_id}
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(f"INSERT INTO {table} {FORGED[table]}", values)

    models = {"customer_spend": CustomerSpend, "customer_product": CustomerProduct}
    assert not models.get(table, CustomerMethod).objects.exists()


def test_derived_rows_are_refused_with_the_row_that_they_are_made_of(
    customer: Customer, beacon: Beacon
) -> None:
    """They need no keys of their own: the sale's say the same, in the same transaction."""
    foreign = {"customer_id": beacon.customer.pk, "workspace_id": customer.workspace_id}
    for values in (foreign, {"customer": customer, "product_id": beacon.product.pk}):
        sale = factories.SaleFactory.build(**({"product": factories.ProductFactory()} | values))
        with (
            pytest.raises(IntegrityError, match=r"sale_(customer_live|product_same_ws)"),
            transaction.atomic(),
        ):
            sale.save()
            assert CustomerProduct.objects.exists()
            connection.check_constraints()

    assert not CustomerProduct.objects.exists()


@pytest.mark.parametrize(
    "function", ["customer_spend_recompute", "customer_products_recompute", "customer_methods_recompute"]
)
def test_recompute_is_planned_anew_for_each_call_and_runs_as_the_owner(db: None, function: str) -> None:
    """With a kept plan, made for one customer, a chunk of 50,000 sales took 60 s instead of 3."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig, prosecdef FROM pg_proc WHERE proname = %s", [function])
        ((config, is_definer),) = cursor.fetchall()

    assert "plan_cache_mode=force_custom_plan" in config
    assert any(setting.startswith("search_path=pg_catalog") for setting in config)
    assert is_definer


def test_totals_of_one_workspace_say_nothing_of_another(customer: Customer, beacon: Beacon) -> None:
    factories.SaleFactory(customer=customer, amount_charged=1000)
    assert list(CustomerSpend.objects.values_list("customer_id", flat=True)) == [customer.pk]
    assert list(DailyTotal.objects.values_list("currency", flat=True)) == ["BRL"]


def test_daily_totals_stand_in_the_workspaces_own_days(customer: Customer) -> None:
    """23:30 of 1 March in São Paulo is 02:30 of 2 March in UTC."""
    sale = factories.SaleFactory(
        customer=customer, amount_charged=1000, ordered_at=factories.NOON - timedelta(hours=12, minutes=30)
    )
    factories.RefundFactory(sale=sale, amount=300, completed_at=factories.NOON)
    sale.delete()

    days = DailyTotal.objects.values_list("day", "gross", "refunded")
    assert {str(day) for day, *_ in days} == {"2026-03-01", "2026-03-02"}
    assert sum(gross for _, gross, _ in days) == 0
    assert sum(refunded for *_, refunded in days) == 0


def test_fold_daily_totals_keeps_the_sums_and_may_run_twice(customer: Customer, aurora: Workspace) -> None:
    for _ in range(5):
        factories.SaleFactory(customer=customer, amount_charged=100)
    assert DailyTotal.objects.count() == 5

    assert fold_daily_totals(workspace_id=aurora.pk) == 5
    assert fold_daily_totals(workspace_id=aurora.pk) == 0
    ((gross, number),) = DailyTotal.objects.values_list("gross", "sales")
    assert (gross, number) == (500, 5)


def test_fold_all_asks_for_each_workspace(
    aurora: Workspace, beacon: Beacon, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []
    for task in (fold_daily_totals, fold_sale_tally):
        name = task.name.rpartition(".")[2]
        monkeypatch.setattr(
            task, "delay", lambda *, workspace_id, name=name: asked.append((name, workspace_id))
        )

    fold_all_daily_totals()

    assert asked == [
        (name, workspace_id)
        for workspace_id in (aurora.pk, beacon.workspace.pk)
        for name in ("fold_daily_totals", "fold_sale_tally")
    ]


def test_fold_sale_tally_keeps_the_sums_and_may_run_twice(customer: Customer, aurora: Workspace) -> None:
    sales = [factories.SaleFactory(customer=customer, product=factories.ProductFactory()) for _ in range(2)]
    sales += [factories.SaleFactory(customer=customer, product=sales[0].product) for _ in range(3)]
    sales[1].delete()
    assert SaleTally.objects.count() == 6

    assert fold_sale_tally(workspace_id=aurora.pk) == 6
    assert fold_sale_tally(workspace_id=aurora.pk) == 0
    assert list(SaleTally.objects.values_list("product", "sales")) == [(sales[0].product_id, 4)]


def test_tally_and_methods_follow_every_change(customer: Customer) -> None:
    sale = factories.SaleFactory(customer=customer, method="pix")
    payment = factories.PaymentFactory(sale=sale, method="pix", status="pending")
    assert _tally("method") == {"pix": 1}
    assert _methods(customer) == set()

    Payment.objects.filter(pk=payment.pk).update(status="paid")
    Sale.objects.filter(pk=sale.pk).update(method="boleto", status="refunded")
    assert _methods(customer) == {"pix"}
    assert (_tally("method"), _tally("status")) == ({"boleto": 1}, {"refunded": 1})

    Payment.objects.filter(pk=payment.pk).update(method="boleto")
    assert _methods(customer) == {"boleto"}
    sale.delete()
    assert (_tally("method"), _methods(customer)) == ({}, set())


def _tally(column: str) -> dict[str, int]:
    sums = SaleTally.objects.values(column).annotate(number=Sum("sales")).exclude(number=0)
    return dict(sums.values_list(column, "number"))


def _methods(customer: Customer) -> set[str]:
    return set(CustomerMethod.objects.filter(customer=customer).values_list("method", flat=True))


@contextmanager
def as_owner() -> Iterator[psycopg.Cursor[Any]]:
    """The owner of the database, whom neither row security nor a missing right stops."""
    login = read_environment().owner_database
    with psycopg.connect(
        host=login["HOST"],
        port=login["PORT"] or 5432,
        user=login["USER"],
        password=login["PASSWORD"],
        dbname=connection.settings_dict["NAME"],
    ) as raw:
        yield raw.cursor()


class TestCommitted:
    """What must be committed to be seen: commands that take a snapshot, and many writers at once."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def sold(self, transactional_db: None) -> Workspace:
        workspace = factories.WorkspaceFactory(slug="aurora-cursos")
        with enter(workspace.pk):
            sale = factories.SaleFactory(amount_charged=1000)
            factories.RefundFactory(sale=sale, amount=100)
            factories.PaymentFactory(sale=sale)
        return workspace

    def test_check_totals_finds_nothing_where_nothing_is_wrong(self, sold: Workspace) -> None:
        out = StringIO()
        call_command("check_totals", workspace=sold.slug, stdout=out)

        assert out.getvalue().splitlines() == [
            "aurora-cursos customer_spend: 0 differences",
            "aurora-cursos customer_product: 0 differences",
            "aurora-cursos customer_method: 0 differences",
            "aurora-cursos sale_tally: 0 differences",
            "aurora-cursos daily_total: 0 differences",
            "Every total is what its rows say.",
        ]

    def test_check_totals_names_each_wrong_total_and_fails(self, sold: Workspace) -> None:
        """The positive control: the owner, whom nothing stops, spoils one total of each kind."""
        with as_owner() as cursor:
            cursor.execute("UPDATE customer_spend SET gross = 1, net = 1 - refunded - disputed")
            cursor.execute("DELETE FROM customer_product")
            cursor.execute("DELETE FROM customer_method")
            cursor.execute("UPDATE sale_tally SET sales = 7")
            cursor.execute("UPDATE daily_total SET sales = 7 WHERE sales = 1")
        out = StringIO()
        with pytest.raises(CommandError, match="5 totals differ"):
            call_command("check_totals", stdout=out)

        for table in ("customer_spend", "customer_product", "customer_method", "sale_tally", "daily_total"):
            assert f"aurora-cursos {table}: 1 differences" in out.getvalue()

    @pytest.mark.parametrize("table", FORGED)
    def test_check_totals_finds_what_the_owner_forges(
        self, sold: Workspace, beacon: Beacon, table: str
    ) -> None:
        values = {"customer": beacon.customer.pk, "product": beacon.product.pk, "workspace": sold.pk}
        with as_owner() as cursor:
            cursor.execute(f"INSERT INTO {table} {FORGED[table]}", values)
        out = StringIO()
        with pytest.raises(CommandError, match="1 totals differ"):
            call_command("check_totals", workspace=sold.slug, stdout=out)
        assert f"aurora-cursos {table}: 1 differences" in out.getvalue()

    def test_check_totals_refuses_a_workspace_that_does_not_exist(self, sold: Workspace) -> None:
        with pytest.raises(CommandError, match="no workspace nowhere"):
            call_command("check_totals", workspace="nowhere")

    def test_totals_survive_many_writers_at_once(self, sold: Workspace) -> None:
        with enter(sold.pk):
            product = factories.ProductFactory()
            customers = [factories.CustomerFactory() for _ in range(8)]
        failures: list[BaseException] = []
        deadline = time.monotonic() + 3

        def write(seed: int) -> None:
            dice = random.Random(seed)
            try:
                while time.monotonic() < deadline:
                    _write_one(sold.pk, product, dice, customers)
            except (OperationalError, psycopg.Error) as error:
                failures.append(error)
            finally:
                connection.close()

        writers = [threading.Thread(target=write, args=(seed,)) for seed in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

        assert failures == []
        with enter(sold.pk):
            assert Sale.objects.count() > len(writers)
            assert list(differences()) == []


def _write_one(workspace_id: int, product: object, dice: random.Random, customers: list[Customer]) -> None:
    """One statement on some customer's money, in a transaction of its own."""
    customer = dice.choice(customers)
    with enter(workspace_id):
        act = dice.random()
        latest = Sale.objects.filter(customer=customer).order_by("-id").first()
        if act < 0.5 or latest is None:
            Sale.objects.create(
                customer=customer,
                product=product,
                external_id=str(dice.getrandbits(64)),
                reference="x",
                status=SaleStatus.APPROVED,
                currency=dice.choice(["BRL", "USD"]),
                amount_charged=dice.randrange(1, 10_000),
                ordered_at=factories.NOON,
            )
        elif act < 0.8:
            Sale.objects.filter(pk=latest.pk).update(status=dice.choice(SaleStatus.values))
        else:
            Refund.objects.create(
                sale=latest,
                customer=customer,
                currency=latest.currency,
                amount=1,
                status=RefundStatus.SUCCEEDED,
                external_id=str(dice.getrandbits(64)),
            )
