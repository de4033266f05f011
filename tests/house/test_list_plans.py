"""Every filter and order of every list finds its page by an index, in books of 200,000 customers and sales.

The statements that a page runs are explained as the runtime role: no large table is read whole, the list is
not sorted whole, row security is asked once. A filter and an order without an index are planted as a control.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from django.db import connection, connections
from django.db.models import Q
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from atomicpay.catalog.models import PaymentModel
from atomicpay.devstack.measuring.filter_values import orders, single_filters
from atomicpay.devstack.measuring.pages import is_select
from atomicpay.devstack.seeding.mass.loading import bare_tables
from atomicpay.devstack.seeding.mass.progress import step
from atomicpay.devstack.seeding.mass.rows import insert
from atomicpay.devstack.seeding.mass.totals import TALLY
from atomicpay.env import read_environment
from atomicpay.ui.filters import ChoicesFilter
from atomicpay.ui.keyset import Order
from atomicpay.ui.listing import ListPage
from atomicpay.ui.registry import get_list_page, list_pages
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from customers.models import Customer, CustomerTag
from sales.models import CustomerMethod, CustomerSpend, Dispute, Refund, Sale
from subscriptions.models import Subscription
from tests import factories

ROWS: Final = 200_000
SLUG: Final = "two-hundred-thousand"
PRODUCTS: Final = 20

LARGE: Final = {"customer", "sale", "subscription", "customer_spend", "customer_method"}
"""Tables that no page may read whole."""

TABLES: Final = (
    *("customer", "subscription", "sale", "refund", "dispute"),
    *("customer_spend", "customer_method", "customer_tag", "sale_tally"),
)

_FAR: Final = (
    "a month or year of long ago, by a date that the list is not sorted by, is many rows, none of them among"
    " the first: all of them are fetched"
)
EXEMPT: Final[dict[tuple[str, str], str]] = {
    ("customers", r"(first|last)_purchase_from="): _FAR,
    ("sales", r"date_field=(approved|completed)&date_from=\d{4}-01-01"): _FAR,
    ("subscriptions", r"(ended|next_charge)_from=\d{4}-01-01"): _FAR,
}
"""(list, how the address begins): why its page needs no index."""


# The books --------------------------------------------------------------------------------------------------


def _statements() -> Iterator[str]:
    """The rows by their numbers, so that nothing is by chance, without what no list looks at."""
    number = f"generate_series(1, {ROWS}) n"
    at = "timestamptz '2026-11-01' - n * interval '7 minutes'"
    keys = {"workspace_id": "%(workspace)s", "customer_id": "%(customer0)s + n"}
    yield insert(
        Customer,
        {
            "id": "%(customer0)s + n",
            "workspace_id": "%(workspace)s",
            "public_id": "gen_random_uuid()",
            "name": "chr(97 + n %% 26) || n %% 1000",
            "country": "CASE WHEN n %% 50 = 0 THEN 'PT' ELSE 'BR' END",
            "archived_at": f"CASE WHEN n %% 60 = 0 THEN {at} END",
            "created_at": at,
            "contacts_text": "''",
        },
        number,
        at=at,
    )
    bought = keys | {"product_id": "%(product0)s + floor(20 * power(n %% 997 / 997.0, 3))::int + 1"}
    yield insert(
        Subscription,
        bought
        | {
            "id": "%(subscription0)s + n",
            "public_id": "gen_random_uuid()",
            "plan_id": "%(plan0)s + floor(20 * power(n %% 997 / 997.0, 3))::int + 1",
            "external_id": "'SUB' || n",
            "status": "(ARRAY['active', 'canceled', 'expired', 'past_due', 'active'])[1 + n %% 5]",
            "started_at": at,
            "next_charge_at": f"CASE WHEN n %% 5 IN (0, 4) THEN {at} END",
            "ended_at": f"CASE WHEN n %% 5 = 2 THEN {at} END",
            "canceled_by": "CASE WHEN n %% 5 = 1 THEN 'customer' ELSE '' END",
            "charges_count": "n %% 30",
            "amount": "1000 + n %% 7 * 1000",
            "currency": "'BRL'",
        },
        f"{number} WHERE n %% 4 = 0",
        at=at,
    )
    yield insert(
        Sale,
        bought
        | {
            "id": "%(sale0)s + n",
            "public_id": "gen_random_uuid()",
            "plan_id": "%(plan0)s + floor(20 * power(n %% 997 / 997.0, 3))::int + 1",
            "subscription_id": "CASE WHEN n %% 4 = 0 THEN %(subscription0)s + n END",
            "external_id": "'HP' || n",
            "reference": "'S' || n",
            "status": "CASE WHEN n %% 97 = 0 THEN 'refunded' WHEN n %% 11 = 0 THEN 'declined'"
            " ELSE 'approved' END",
            "method": "(ARRAY['pix', 'credit_card', 'boleto'])[1 + n %% 3]",
            "currency": "CASE WHEN n %% 50 = 0 THEN 'USD' ELSE 'BRL' END",
            "amount_charged": "990 + n * 7919 %% 50000",
            "is_test": "n %% 500 = 0",
            "ordered_at": at,
            "approved_at": f"CASE WHEN n %% 11 <> 0 THEN {at} END",
            "completed_at": f"CASE WHEN n %% 3 = 0 THEN {at} END",
        },
        number,
        at=at,
    )
    # By hand, for the triggers are off; a page asks it how many rows its filters leave.
    yield TALLY
    of_sale = keys | {"sale_id": "%(sale0)s + n", "external_id": "'R' || n"}
    of_sale |= {"currency": "'BRL'", "amount": "990"}
    done = {"status": "'succeeded'", "completed_at": at}
    yield insert(Refund, of_sale | done, f"{number} WHERE n %% 97 = 0", at=at)
    lost = {"status": "'lost'", "kind": "'card_chargeback'"}
    yield insert(Dispute, of_sale | lost, f"{number} WHERE n %% 397 = 0", at=at)
    spent = {"gross": "n %% 50000", "net": "n %% 50000", "refunded": "0", "disputed": "0", "refunds": "0"}
    times = {"first_paid_at": at, "last_paid_at": at}
    counts = {"paid_sales": "1 + n %% 9", "renewals": "0", "currency": "'BRL'"}
    yield insert(CustomerSpend, keys | spent | counts | times, f"{number} WHERE n %% 11 <> 0", at=at)
    methods = {"method": "(ARRAY['pix', 'credit_card', 'boleto'])[1 + n %% 3]"}
    yield insert(CustomerMethod, keys | methods, f"{number} WHERE n %% 11 <> 0", at=at)
    tagged = keys | {"tag_id": "%(tag)s", "added_at": at}
    yield insert(CustomerTag, tagged, f"{number} WHERE n %% 999 = 0", at=at)


@contextmanager
def _as_owner() -> Iterator[None]:
    """Django's own connection as the owner of the test database."""
    own = connections["default"]
    runtime = dict(own.settings_dict)
    owner = runtime | read_environment().owner_database | {"NAME": runtime["NAME"]}
    owner["OPTIONS"] = runtime["OPTIONS"] | {"options": ""}

    def connect(login: dict[str, Any]) -> None:
        own.close()
        own.close_pool()
        own.settings_dict.update(login)

    connect(owner)
    try:
        yield
    finally:
        connect(runtime)


@pytest.fixture(scope="module")
def member(django_db_setup: None, django_db_blocker: Any) -> Iterator[Membership]:
    """Somebody who may see everything in large books, which are gone again afterwards."""
    with django_db_blocker.unblock():
        try:
            with _as_owner():
                owner = _write(factories.WorkspaceFactory(slug=SLUG))
            yield owner
        finally:
            with _as_owner():
                _remove()


def _write(workspace: Workspace) -> Membership:
    with enter(workspace.pk):
        user = factories.UserFactory(email=f"owner@{SLUG}.example")
        owner = factories.MembershipFactory(user=user, role=Role.OWNER, workspace=workspace)
        products = [factories.ProductFactory() for _ in range(PRODUCTS)]
        models = list(PaymentModel)
        plans = [
            factories.PlanFactory(product=product, payment_model=models[number % len(models)])
            for number, product in enumerate(products)
        ]
        tag = factories.TagFactory()
    values = {
        "workspace": workspace.pk,
        "product0": products[0].pk - 1,
        "plan0": plans[0].pk - 1,
        "tag": tag.pk,
        **{f"{table}0": 10_000_000 for table in ("customer", "sale", "subscription")},
    }
    with bare_tables(TABLES), connection.cursor() as cursor:
        for statement in _statements():
            with step(statement.split()[2]):
                cursor.execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")
    return owner


def _remove() -> None:
    """As Django empties the tables after a test that commits."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE account, workspace, {', '.join(TABLES)} CASCADE")


# What a plan may not do -------------------------------------------------------------------------------------


def faults(page: ListPage, query: str, member: Membership) -> list[str]:
    """What is wrong with how the page at an address is found."""
    with enter_as(member.workspace_id, member.pk) as acting_member:
        state = page.parse(QueryDict(query), acting_member)
        assert state.is_valid, (query, state.filterset.form.errors)
        with connection.cursor() as cursor:
            # As the bench's server and any on solid disks is told.
            cursor.execute("SET LOCAL random_page_cost = 1.1")
        with CaptureQueriesContext(connection) as captured:
            state.read_page()
        asked = [each["sql"] for each in captured.captured_queries if is_select(each["sql"])]
        assert asked
        return [fault for sql in asked for fault in _faults(_plan(sql))]


def _is_exempt(name: str, query: str) -> bool:
    return any(name == page and re.match(pattern, query) for page, pattern in EXEMPT)


def _plan(sql: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + sql.replace("%", "%%"), [])
        (plan,) = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    root: dict[str, Any] = plan[0]["Plan"]
    return root


def _faults(plan: dict[str, Any]) -> Iterator[str]:
    nodes = list(_nodes(plan))
    tables = {node["Relation Name"] for node in nodes if "Relation Name" in node}
    for node in nodes:
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE:
            yield f"reads {node['Relation Name']} whole"
        if node["Node Type"] == "Sort" and node["Plan Rows"] > ROWS // 2:
            yield f"sorts {node['Plan Rows']} rows"
    if tables & LARGE and not any("One-Time Filter" in node for node in nodes):
        yield "asks row security more than once"


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [page.name for page in list_pages() if page.model._meta.db_table in LARGE])
def test_every_filter_and_order_has_a_plan_by_index(member: Membership, name: str) -> None:
    page = get_list_page(name)
    with enter_as(member.workspace_id, member.pk) as acting_member:
        state = page.parse(QueryDict(), acting_member)
        addresses = [*single_filters(state), *orders(state)]
    wrong = [
        (address.query, found)
        for address in addresses
        if not _is_exempt(name, address.query) and (found := faults(page, address.query, member))
    ]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.django_db
def test_filter_and_order_without_an_index_are_found(member: Membership) -> None:
    """The control: a column of sales that no index has."""
    plain = type(get_list_page("sales"))
    coupon = ChoicesFilter(
        label="Coupon", choices=[("SPRING", "Spring")], condition=lambda words: Q(coupon__in=words)
    )
    filters = type("WithCoupon", (plain.filterset,), {"coupon": coupon, "__module__": __name__})
    by_coupon = Order(key="coupon", expression="coupon", ascending="By coupon", descending="By coupon")
    planted: Any = type("Planted", (plain,), {"filterset": filters, "orders": (*plain.orders, by_coupon)})
    assert faults(planted(), "coupon=SPRING", member) == ["reads sale whole"]
    assert "reads sale whole" in faults(planted(), "sort=coupon", member)


@pytest.mark.django_db
def test_plan_without_the_literal_workspace_is_found(member: Membership) -> None:
    """The control of the third rule: without wall 1's literal, row security is asked for each row."""
    with enter(member.workspace_id):
        plan = _plan("SELECT id FROM sale ORDER BY ordered_at DESC LIMIT 51")
        assert "asks row security more than once" in set(_faults(plan))


def test_every_exemption_is_of_a_list_and_says_why() -> None:
    names = {page.name for page in list_pages()}
    assert all(name in names and reason for (name, _what), reason in EXEMPT.items())
