"""Writes large books into an empty workspace: bare tables and totals in one go, or through the triggers."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from atomicpay.catalog.models import PaymentModel, Plan as CatalogPlan, Product
from atomicpay.devstack.seeding import names
from atomicpay.devstack.seeding.mass import money, people, totals
from atomicpay.devstack.seeding.mass.loading import bare_tables, vacuum
from atomicpay.devstack.seeding.mass.plan import BARE_FROM, SIXTY_EMAIL, WHALE_EMAIL, Plan
from atomicpay.devstack.seeding.mass.progress import step
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from sales.states import DISPUTED, PAID

PRODUCTS = 50
TABLES = (
    "customer",
    "customer_email",
    "customer_phone",
    "customer_document",
    "customer_identity",
    "subscription",
    "subscription_event",
    "sale",
    "payment",
    "refund",
    "dispute",
    "sale_event",
    "access_grant",
    "customer_spend",
    "customer_product",
    "customer_method",
    "sale_tally",
    "daily_total",
    "name_word",
)
# Through the triggers a statement may not be wide; into bare tables it may.
NARROW, WIDE = 50_000, 1_000_000


def write_books(
    workspace: Workspace, customers: int, *, seed: int, as_of: datetime, is_bare: bool | None = None
) -> None:
    """Fill a workspace without customers; needs the owner. Prints its steps on stderr.

    From BARE_FROM customers on, unless `is_bare` says otherwise, into bare tables, with the totals made from
    scratch; the tables are locked until that is done. Either way they are analysed at once: to a planner that
    has not heard of a workspace every index that begins with one looks as good as the right one.
    """
    is_bare = customers >= BARE_FROM if is_bare is None else is_bare
    with bare_tables(TABLES) if is_bare else transaction.atomic():
        with enter(workspace.pk):
            plan = _shape(workspace, customers, seed, as_of)
        _write(plan, WIDE if is_bare else NARROW)
        if is_bare:
            _write_totals(plan)
    vacuum((*TABLES, "product", "plan"))


def _shape(workspace: Workspace, customers: int, seed: int, as_of: datetime) -> Plan:
    kinds = list(Product.Kind)
    products = Product.objects.bulk_create(
        Product(
            name=f"Curso {number}",
            kind=kinds[number % len(kinds)],
            delivery=Product.Delivery.ATOMIC_MEMBERS,
            external_id=f"prod-{number}",
        )
        for number in range(1, PRODUCTS + 1)
    )
    once, recurring = (
        CatalogPlan.objects.bulk_create(
            CatalogPlan(
                product=product,
                name=name,
                payment_model=model,
                interval=interval,
                amount=4990,
                currency="BRL",
                external_id=f"plan-{model}-{number}",
            )
            for number, product in enumerate(chosen, start=1)
        )
        for name, model, interval, chosen in (
            ("À vista", PaymentModel.ONE_TIME, "", products),
            ("Mensal", PaymentModel.RECURRING, "month", products[::5]),
        )
    )
    return Plan(
        workspace=workspace.pk,
        timezone=workspace.timezone,
        customers=customers,
        seed=seed,
        as_of=as_of,
        products=tuple(product.pk for product in products),
        plans=tuple(offer.pk for offer in once),
        recurring_products=tuple(offer.product_id for offer in recurring),
        recurring_plans=tuple(offer.pk for offer in recurring),
    )


def _write(plan: Plan, width: int) -> None:
    values = _values(plan)
    _run("names", people.CHANCE, values)
    _run("people", people.PEOPLE, values)
    _run("who buys when", money.DRAWN, values)
    _run("charges", money.CHARGES, values)
    # The planner knows nothing of temporary tables by itself.
    _run("statistics", "ANALYZE person; ANALYZE drawn; ANALYZE charge", values)
    _run("customers", people.customers(), values)
    for name, statement in (people.contacts() | money.subscriptions()).items():
        _run(name, statement, values)
    _run_in_parts(plan, width, "sales", money.sales(), values)
    # Bare tables have no index by which to find a part of the sales again.
    width = NARROW if width == NARROW else plan.last_sale
    for name, statement in ({"payments": money.payments()} | money.reversals()).items():
        _run_in_parts(plan, width, name, statement, values)
    for name, statement in money.details_of_outstanding().items():
        _run(name, statement, values)


def _run_in_parts(plan: Plan, width: int, name: str, statement: str, values: dict[str, Any]) -> None:
    for low in range(1, plan.last_sale + 1, width):
        high = min(low + width, plan.last_sale + 1)
        _run(f"{name} {low:,} to {high - 1:,}", statement, values | {"low": low, "high": high})


def _write_totals(plan: Plan) -> None:
    values = {
        "workspace": plan.workspace,
        "timezone": plan.timezone,
        "paid": list(PAID),
        "disputed": list(DISPUTED),
    }
    _run("lifetime spend", totals.SPEND, values)
    _run("products of customers", totals.REACH, values)
    _run("methods of customers", totals.METHODS, values)
    _run("tally of sales", totals.TALLY, values)
    _run("daily totals", totals.DAYS, values)
    _run("words of names", totals.WORDS, values)


def _values(plan: Plan) -> dict[str, Any]:
    def plain(words: tuple[str, ...]) -> list[str]:
        return [names.address_of(word, "x.example").partition("@")[0] for word in words]

    firsts, lasts = names.BRAZILIAN_FIRST, names.BRAZILIAN_LAST
    return {
        "workspace": plan.workspace,
        "customers": plan.customers,
        "sales": plan.sales,
        "seed": plan.seed,
        "start": plan.start,
        "as_of": plan.as_of,
        "gap": plan.seconds_between_sales,
        "whale": plan.whale,
        "whale_sales": plan.whale_sales,
        "sixty": plan.sixty,
        "whale_email": WHALE_EMAIL,
        "sixty_email": SIXTY_EMAIL,
        "firsts": list(firsts),
        "lasts": list(lasts),
        "plain_firsts": plain(firsts),
        "plain_lasts": plain(lasts),
        "domains": [*names.BRAZILIAN_MAIL, "post.example"],
        "products": list(plan.products),
        "plans": list(plan.plans),
        "recurring_products": list(plan.recurring_products),
        "recurring_plans": list(plan.recurring_plans),
        "customer0": _reserve("customer", plan.customers),
        "subscription0": _reserve("subscription", plan.customers // 4 + 1),
        "sale0": _reserve("sale", plan.last_sale),
    }


def _reserve(table: str, count: int) -> int:
    """Take `count` ids of a table; gives the one before the first of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(sequence, nextval(sequence) + %s) - %s - 1"
            " FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence) s",
            [count, count, table],
        )
        return int(cursor.fetchone()[0])


def _run(name: str, statement: str, values: dict[str, Any]) -> None:
    with step(name), connection.cursor() as cursor:
        cursor.execute(statement, values)
