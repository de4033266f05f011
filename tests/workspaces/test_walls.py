"""The four walls, and for each the hole that opens when it is taken down."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Subquery
from django.forms import modelform_factory

from atomicpay.catalog.models import Plan, Product
from atomicpay.workspaces import predicate
from atomicpay.workspaces.checks import find_holes
from atomicpay.workspaces.compiled import compiled
from atomicpay.workspaces.entry import enter_as, members_scope
from atomicpay.workspaces.errors import ForeignObject, NoActiveWorkspace, WorkspaceAlreadyActive
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import active_scope, active_workspace_id, enter, narrowed_to
from customers.models import Customer
from sales.models import CustomerSpend, Refund, Sale
from tests import factories
from tests.assertions import owned_tables
from tests.conftest import Beacon
from tests.workspaces.conftest import Owner, take_down_row_security

PlanForm = modelform_factory(Plan, fields=["product", "name"])
"""Made when this module is imported, before any workspace is entered (T07)."""

READS: dict[str, Callable[[], Any]] = {
    "list": lambda: list(Customer.objects.all()),
    "first": lambda: Customer.objects.first(),
    "get": lambda: Customer.objects.get(pk=1),
    "exists": lambda: Customer.objects.exists(),
    "count": lambda: Customer.objects.count(),
    "aggregate": lambda: Customer.objects.aggregate(n=Count("pk")),
    "values": lambda: list(Customer.objects.values("name")),
    "iterator": lambda: list(Customer.objects.iterator()),
    "in_bulk": lambda: Customer.objects.in_bulk([1]),
    "explain": lambda: Customer.objects.explain(),
    "update": lambda: Customer.objects.update(name="x"),
    "delete": lambda: Customer.objects.all().delete(),
    "base_manager": lambda: list(Customer._base_manager.all()),
    "union": lambda: list(Customer.objects.all().union(Customer.objects.all())),
    "subquery": lambda: list(Workspace.objects.annotate(n=Subquery(Customer.objects.values("pk")[:1]))),
    "exists_of": lambda: list(
        Workspace.objects.filter(Exists(Customer.objects.filter(workspace=OuterRef("pk"))))
    ),
    "get_or_create": lambda: Customer.objects.get_or_create(name="x"),
    "create": lambda: Customer.objects.create(name="x"),
    "form": lambda: PlanForm(),
    "compiled": compiled(lambda: Customer.objects.all()),
}


def test_tests_run_as_the_runtime_role(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("app_runtime", False)


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_orm_without_workspace_raises(db: None, read: Callable[[], Any]) -> None:
    with pytest.raises(NoActiveWorkspace):
        read()


def test_raw_sql_without_workspace_raises(beacon: Beacon) -> None:
    for table in owned_tables():
        with (
            pytest.raises(ProgrammingError, match="no workspace in context"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT count(*) FROM {table}")


def test_instance_of_a_left_workspace_is_not_reloaded_saved_or_deleted(aurora: Workspace) -> None:
    with enter(aurora.pk):
        customer = factories.CustomerFactory()
    for act in (customer.refresh_from_db, customer.save, customer.delete):
        with pytest.raises(NoActiveWorkspace):
            act()


def test_reads_see_only_the_active_workspace(in_aurora: Workspace, beacon: Beacon) -> None:
    mine = factories.SaleFactory()
    assert list(Sale.objects.all()) == [mine]
    assert list(Customer.objects.all()) == [mine.customer]
    assert not Customer.objects.filter(pk=beacon.customer.pk).exists()
    assert Customer.objects.in_bulk([beacon.customer.pk]) == {}


def test_form_made_before_any_workspace_offers_only_the_active_ones(
    in_aurora: Workspace, beacon: Beacon
) -> None:
    product = factories.ProductFactory()
    form = PlanForm(data={"product": beacon.product.pk, "name": "x"})
    assert list(form.fields["product"].queryset) == [product]
    assert "product" in form.errors


def test_writes_of_another_workspaces_rows_are_refused(in_aurora: Workspace, beacon: Beacon) -> None:
    foreign = beacon.customer
    for act in (
        foreign.save,
        foreign.delete,
        lambda: Customer.objects.bulk_create([Customer(workspace=beacon.workspace, name="x")]),
        lambda: Customer.objects.bulk_update([foreign], ["name"]),
        lambda: Customer.objects.create(workspace=beacon.workspace, name="x"),
    ):
        with pytest.raises(ForeignObject):
            act()
    assert Customer.objects.filter(pk=foreign.pk).update(name="x") == 0


def test_raw_insert_into_another_workspace_is_refused(in_aurora: Workspace, beacon: Beacon) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO tag (workspace_id, name) VALUES (%s, 'stolen')",
            [beacon.workspace.pk],
        )


def test_second_workspace_inside_a_first_is_refused(in_aurora: Workspace, beacon: Beacon) -> None:
    with pytest.raises(WorkspaceAlreadyActive), enter(beacon.workspace.pk):
        pass
    assert active_workspace_id() == in_aurora.pk


def test_workspace_ends_with_its_block_also_inside_a_transaction(aurora: Workspace) -> None:
    with transaction.atomic():
        with enter(aurora.pk):
            factories.CustomerFactory()
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM customer")


def test_workspace_ends_with_its_block_when_the_block_raises(aurora: Workspace) -> None:
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), enter(aurora.pk):
            raise ZeroDivisionError
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM customer")


@pytest.mark.parametrize(
    "queryset",
    [
        lambda: Sale.objects.select_related("customer", "product"),
        lambda: Customer.objects.filter(spend__currency="BRL").order_by("-spend__net"),
        lambda: Sale.objects.filter(customer__name="x"),
        lambda: Customer.objects.filter(sales__product__name="x").distinct(),
        lambda: Customer.objects.exclude(sales__status="x"),
        lambda: Sale.objects.filter(refunds__amount__gt=1),
        lambda: Customer.objects.annotate(n=F("spend__net")).order_by("n"),
    ],
)
def test_joins_carry_the_workspace(in_aurora: Workspace, queryset: Callable[[], Any]) -> None:
    sql = str(queryset().query)
    list(queryset())
    assert sql.count('"workspace_id" = ') >= sql.count("JOIN") + 1


def test_limited_member_sees_only_what_touches_their_products(
    in_aurora: Workspace, course: Product, limited_agent: Membership
) -> None:
    seen = factories.SaleFactory(product=course)
    hidden = factories.SaleFactory()
    factories.RefundFactory(sale=hidden, amount=1)
    both = factories.SaleFactory(product=course, customer=hidden.customer)
    with enter(in_aurora.pk, products=[course.pk]):
        assert set(Sale.objects.all()) == {seen, both}
        assert set(Customer.objects.all()) == {seen.customer, hidden.customer}
        assert list(Product.objects.all()) == [course]
        assert not Refund.objects.exists()
        assert not CustomerSpend.objects.exists()
        # A filter over a join must not tell of what is outside either.
        assert not Customer.objects.filter(sales__product=hidden.product).exists()
        assert not Customer.objects.filter(sales__refunds__amount=1).exists()
        assert [sale.pk for sale in hidden.customer.sales.all()] == [both.pk]
    with enter(in_aurora.pk, products=[]):
        assert not Customer.objects.exists()
        assert not Product.objects.exists()


def test_scope_is_narrowed_for_its_block_alone_and_only_inside_a_workspace(in_aurora: Workspace) -> None:
    with narrowed_to([3, 1]) as scope:
        assert (scope.workspace_id, scope.products) == (in_aurora.pk, (1, 3))
        assert active_scope() == scope
    assert active_scope().products is None
    with pytest.raises(ZeroDivisionError), narrowed_to([1]):
        raise ZeroDivisionError
    assert active_scope().products is None


def test_scope_is_not_narrowed_without_a_workspace(db: None) -> None:
    with pytest.raises(NoActiveWorkspace), narrowed_to([1]):
        pass


def test_error_inside_a_narrowed_scope_undoes_what_was_written(
    aurora: Workspace, support_agent: Membership
) -> None:
    with pytest.raises(ZeroDivisionError), members_scope(aurora, support_agent.user):
        factories.CustomerFactory()
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), enter_as(aurora.pk, support_agent.pk):
        factories.CustomerFactory()
        raise ZeroDivisionError
    with enter(aurora.pk):
        assert not Customer.objects.exists()


def test_limited_member_follows_no_key_out_of_their_products(
    in_aurora: Workspace, course: Product, limited_agent: Membership
) -> None:
    hidden = factories.SaleFactory()
    subscription = factories.SubscriptionFactory(customer=hidden.customer, product=hidden.product)
    seen = factories.SaleFactory(
        product=course, customer=hidden.customer, parent_sale=hidden, subscription=subscription
    )
    with enter(in_aurora.pk, products=[course.pk]):
        sale = Sale.objects.select_related("parent_sale", "subscription", "product", "customer").get()
        assert sale == seen
        assert (sale.parent_sale, sale.subscription) == (None, None)
        assert (sale.product, sale.customer) == (course, hidden.customer)
        assert not Sale.objects.filter(parent_sale__status=hidden.status).exists()
        assert list(Sale.objects.values_list("subscription__external_id", flat=True)) == [None]


# --- Each wall taken down -------------------------------------------------------------------------------


def test_without_the_predicate_the_orm_of_the_owner_sees_every_workspace(
    database_owner: Owner, aurora: Workspace, beacon: Beacon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wall 1 stands alone where row security does not: with that off, only the predicate holds."""
    take_down_row_security(database_owner, "customer")
    with enter(aurora.pk):
        assert Customer.objects.count() == 0
    monkeypatch.setattr(predicate.InScope, "as_sql", lambda *args: ("TRUE", []))
    with enter(aurora.pk):
        assert Customer.objects.count() == 1


def test_without_the_composite_key_a_row_may_point_into_another_workspace(
    database_owner: Owner, aurora: Workspace, beacon: Beacon
) -> None:
    def plan_a_foreign_product() -> None:
        with enter(aurora.pk):
            factories.PlanFactory(product=beacon.product)

    with pytest.raises(IntegrityError, match="plan_product_same_ws"):
        plan_a_foreign_product()
    definition = database_owner.read(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'plan_product_same_ws'"
    )
    database_owner.change(
        "ALTER TABLE plan DROP CONSTRAINT plan_product_same_ws",
        undo=f"ALTER TABLE plan ADD CONSTRAINT plan_product_same_ws {definition}",
    )
    database_owner.undo_with("TRUNCATE plan CASCADE")
    plan_a_foreign_product()
    with enter(aurora.pk):
        assert Plan.objects.get().product_id == beacon.product.pk


def test_without_row_security_raw_sql_sees_every_workspace(
    database_owner: Owner, aurora: Workspace, beacon: Beacon
) -> None:
    def count_customers() -> int:
        with enter(aurora.pk), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM customer")
            return cursor.fetchone()[0]

    assert count_customers() == 0
    take_down_row_security(database_owner, "customer")
    assert count_customers() == 1


def test_boot_check_finds_a_table_without_row_security(database_owner: Owner) -> None:
    assert find_holes("default") == []
    take_down_row_security(database_owner, "tag")
    assert [error.msg for error in find_holes("default")] == ["tag has a workspace_id but no row security."]
