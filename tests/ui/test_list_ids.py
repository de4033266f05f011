"""Lists hold what plain SQL finds, whatever filters are on, for who sees everything and who sees one product.

The SQL is written here a second time, on purpose: one condition for each filter, over tables that stand for
those of the scope. The counts beside the choices are held to the lists that these would leave.
"""

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from atomicpay.catalog.models import Product
from atomicpay.ui import selective
from atomicpay.ui.filters import OptionFilter
from atomicpay.ui.listing import ListState
from atomicpay.ui.periods import Days
from atomicpay.ui.ranges import Amounts
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership, Workspace
from sales.states import PAID
from tests.conftest import Beacon
from tests.drawn import draw_query, limited, write_books

pytestmark = pytest.mark.django_db(transaction=True)

NAMES: Final = ("attention", "customers", "sales", "subscriptions")
_Sql = Callable[[Any], str]

# Each stands for the table of its name, as far as the member sees it.
SCOPE: Final = """
WITH sale AS (SELECT * FROM public.sale s WHERE s.workspace_id = {ws} AND {product}),
 subscription AS (SELECT * FROM public.subscription s WHERE s.workspace_id = {ws} AND {product}),
 refund AS (SELECT * FROM public.refund WHERE sale_id IN (SELECT id FROM sale)),
 dispute AS (SELECT * FROM public.dispute WHERE sale_id IN (SELECT id FROM sale)),
 payment AS (SELECT * FROM public.payment WHERE sale_id IN (SELECT id FROM sale)),
 paid AS (SELECT * FROM sale WHERE NOT is_test AND status IN ({paid})),
 back AS (SELECT customer_id, currency, amount FROM refund WHERE status = 'succeeded' AND NOT is_test
   UNION ALL SELECT customer_id, currency, amount FROM dispute
              WHERE status IN ('open', 'lost') AND NOT is_test),
 finding AS (SELECT * FROM public.finding s
   WHERE s.workspace_id = {ws} AND {product} AND s.closed_at IS NULL),
 customer AS (SELECT * FROM public.customer c WHERE c.workspace_id = {ws} AND ({all} OR c.id IN
   (SELECT customer_id FROM sale UNION SELECT customer_id FROM subscription)))
SELECT r.id FROM {table} r WHERE {conditions}
"""


def _in(values: Any) -> str:
    return ", ".join("'{}'".format(str(value).replace("'", "''")) for value in values)


def _days(moment: str) -> _Sql:
    day = f"({moment} AT TIME ZONE 'America/Sao_Paulo')::date"

    def condition(days: Days) -> str:
        parts = [f"{day} >= '{days.start}'"] if days.start else []
        return " AND ".join([*parts, *([f"{day} < '{days.end}'"] if days.end else [])])

    return condition


def _has(table: str, condition: str, key: str = "customer_id") -> str:
    return f"EXISTS (SELECT FROM {table} x WHERE x.{key} = r.id AND {condition})"


def _bought(public_id: str) -> str:
    return _has("paid", f"x.product_id = (SELECT id FROM product WHERE public_id = '{public_id}')")


def _total(table: str, column: str, currency: str) -> str:
    return (
        f"coalesce((SELECT sum({column}) FROM {table} x WHERE x.customer_id = r.id"
        f" AND x.currency = '{currency}'), 0)"
    )


def _net(amounts: Amounts) -> str:
    net = (
        f"{_total('paid', 'amount_charged', amounts.currency)} - {_total('back', 'amount', amounts.currency)}"
    )
    parts = [f"{net} >= {amounts.lowest}"] if amounts.lowest is not None else []
    return " AND ".join([_spends(amounts.currency), *parts])


def _spends(currency: str) -> str:
    """A refund of a sale that never counted makes a total too, but none inside some products."""
    paid, back = (_has(table, f"x.currency = '{currency}'") for table in ("paid", "back"))
    return f"({paid} OR ({{all}} AND {back}))"


def _subscribed(statuses: list[str]) -> str:
    none = f"NOT {_has('subscription', 'true')}" if "none" in statuses else "false"
    return f"({_has('subscription', f'x.status IN ({_in(statuses)})')} OR {none})"


_DISPUTES: Final = {
    **{status: f"x.status = '{status}'" for status in ("open", "lost", "won")},
    "any": "true",
}


def _disputed(key: str, real: str) -> _Sql:
    def condition(choice: str) -> str:
        if choice == "none":
            return f"NOT {_has('dispute', real, key)}"
        return _has("dispute", f"{_DISPUTES[choice]} AND {real}", key)

    return condition


_TEST: Final = {"": "NOT r.is_test", "include": "true", "only": "r.is_test"}
_ARCHIVED: Final = {"": "r.archived_at IS NULL", "include": "true", "only": "r.archived_at IS NOT NULL"}
_REFUND: Final = "x.status = 'succeeded'"
_OF_SALE: Final = {"ordered": "r.ordered_at", "approved": "r.approved_at", "completed": "r.completed_at"}
_NAMED: Final = "r.{column} = (SELECT id FROM {table} WHERE public_id = '{value}')"

_DISMISSED: Final = "(r.dismissed_digest = r.digest)"

SQL: Final[dict[str, dict[str, _Sql]]] = {
    "attention": {
        "check": lambda words: f"r.check_code IN ({_in(words)})",
        "product": lambda value: _NAMED.format(column="product_id", table="product", value=value),
        "found": _days("r.found_at"),
        "dismissed": {"": f"NOT {_DISMISSED}", "include": "true", "only": _DISMISSED}.__getitem__,
    },
    "customers": {
        "created": _days("r.created_at"),
        "first_purchase": _days("(SELECT min(ordered_at) FROM paid x WHERE x.customer_id = r.id)"),
        "last_purchase": _days("(SELECT max(ordered_at) FROM paid x WHERE x.customer_id = r.id)"),
        "spend": _net,
        "currency": _spends,
        "bought": lambda ids: " AND ".join(map(_bought, ids)),
        "not_bought": lambda ids: " AND ".join(f"NOT {_bought(each)}" for each in ids),
        "purchases": lambda choice: f"{'NOT ' if choice == 'none' else ''}{_has('paid', 'true')}",
        "subscription": _subscribed,
        "method": lambda words: _has("payment", f"x.status = 'paid' AND x.method IN ({_in(words)})"),
        "refund": lambda choice: (
            f"{'NOT ' if choice == 'no' else ''}{_has('refund', f'{_REFUND} AND NOT x.is_test')}"
        ),
        "dispute": _disputed("customer_id", "NOT x.is_test"),
        "country": lambda code: f"r.country = '{code}'",
        "tag": lambda names: _has(
            "customer_tag", f"x.tag_id IN (SELECT id FROM tag WHERE name IN ({_in(names)}))"
        ),
        "archived": lambda choice: f"NOT r.is_test AND r.merged_into_id IS NULL AND {_ARCHIVED[choice]}",
    },
    "sales": {
        "status": lambda words: f"r.status IN ({_in(words)})",
        "method": lambda words: f"r.method IN ({_in(words)})",
        "product": lambda value: _NAMED.format(column="product_id", table="product", value=value),
        "plan": lambda value: _NAMED.format(column="plan_id", table="plan", value=value),
        "payment_model": lambda words: (
            f"r.plan_id IN (SELECT id FROM plan WHERE payment_model IN ({_in(words)}))"
        ),
        "amount": lambda a: f"r.currency = '{a.currency}' AND r.amount_charged >= {a.lowest or 0}",
        "currency": lambda code: f"r.currency = '{code}'",
        "refunded": lambda choice: f"{'NOT ' if choice == 'no' else ''}{_has('refund', _REFUND, 'sale_id')}",
        "disputed": _disputed("sale_id", "true"),
        "kind": lambda choice: f"r.subscription_id IS {'NOT ' if choice == 'subscription' else ''}NULL",
        "test": _TEST.__getitem__,
    },
    "subscriptions": {
        "status": lambda words: f"r.status IN ({_in(words)})",
        "risk": {
            "late": "r.status IN ('past_due', 'unpaid')",
            "ends": "false",
            "any": "r.status IN ('past_due', 'unpaid')",
        }.__getitem__,
        "product": lambda value: _NAMED.format(column="product_id", table="product", value=value),
        "plan": lambda value: _NAMED.format(column="plan_id", table="plan", value=value),
        "started": _days("r.started_at"),
        "ended": _days("r.ended_at"),
        "next_charge": _days("r.next_charge_at"),
        "canceled_by": lambda words: f"r.canceled_by IN ({_in(words)})",
    },
}


def ids_by_sql(state: ListState, products: list[int] | None) -> list[int]:
    """The ids that the conditions, written by hand, give."""
    values = state.filterset.form.cleaned_data
    conditions = [
        sql(values[name])
        for name, sql in SQL[state.page.name].items()
        if name in state.filterset.filters and state.filterset.filters[name].is_on(values[name])
    ]
    if state.page.name == "sales" and values["date"]:
        conditions.append(_of_date(values["date_field"] or "ordered", values["date"]))
    known = {"all": "true" if products is None else "false", "ws": state.membership.workspace_id}
    product = "true" if products is None else f"s.product_id IN ({', '.join(map(str, products))})"
    table = state.page.model._meta.db_table
    joined = (" AND ".join(conditions) or "true").replace("{all}", known["all"])
    sql = SCOPE.format(
        **known,
        product=product,
        paid=_in(PAID),
        table=table,
        conditions=joined.replace("{all}", known["all"]),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("%", "%%"), [])
        return sorted(row[0] for row in cursor.fetchall())


def _of_date(which: str, days: Days) -> str:
    if which == "refunded":
        return _has("refund", f"{_REFUND} AND {_days('x.completed_at')(days)}", "sale_id")
    return _days(_OF_SALE[which])(days)


@pytest.fixture
def books(aurora: Workspace, beacon: Beacon, course: Product) -> None:
    write_books(aurora, course)


EXAMPLES = settings(
    deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("is_limited", [False, True], ids=["all products", "one product"])
@pytest.mark.parametrize("name", NAMES)
@EXAMPLES
@given(data=st.data())
def test_list_holds_what_plain_sql_finds(
    name: str, is_limited: bool, finance: Membership, course: Product, books: None, data: st.DataObject
) -> None:
    products = [course] if is_limited else None
    with limited(finance, products), enter_as(finance.workspace_id, finance.pk) as member:
        query = QueryDict(mutable=True)
        query.update(QueryDict(draw_query(data, get_list_page(name).parse(QueryDict(), member))))
        query.pop("sort")
        query.pop("q", None)
        state = get_list_page(name).parse(query, member)
        assume(state.is_valid)
        expected = ids_by_sql(state, [course.pk] if is_limited else None)
        assert sorted(state.queryset().values_list("pk", flat=True)) == expected
        assert state.count() == len(expected)
        assert state.page.count_for_export(state) == state.export_queryset().order_by().count()


_FETCHED: Final = f"LIMIT {2**62}"
WAYS: Final = {
    "as far as the near rows": (("OFFSET 1",), ""),
    "as far as two rows": (("OFFSET 2",), ""),
    "how far a stretch goes": (("COUNT(", "MIN("), ""),
    "what is left of a stretch": ((_FETCHED, "BETWEEN"), ""),
    "all that is left": ((_FETCHED,), "BETWEEN"),
}
"""The ways to the pages of large lists: what each has in its SQL, and what not."""


@pytest.fixture
def low_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Books of a few rows are read as a million are: near, farther off, then what the filters leave."""
    bounds = {"FEW": 0, "NEAR": 1, "_MARGIN": 1, "_WALK": 2, "_FAR": 3, "_MANY": 8}
    for name, rows in bounds.items():
        monkeypatch.setattr(selective, name, rows)
    for list_name in NAMES:
        monkeypatch.setattr(type(get_list_page(list_name)), "page_size", 2)


def ids_of_pages(name: str, query: str, member: Membership) -> tuple[list[int], list[int]]:
    """The ids on the pages of a list, from the first to the last, and the same on the way back."""
    forth, back = list[int](), list[int]()
    page = get_list_page(name).parse(QueryDict(query), member).read_page()
    while True:
        forth += [row.pk for row in page.rows]
        if page.next is None:
            break
        page = get_list_page(name).parse(QueryDict(f"{query}&after={page.next}"), member).read_page()
    while True:
        back[:0] = [row.pk for row in page.rows]
        if page.previous is None:
            return forth, back
        page = get_list_page(name).parse(QueryDict(f"{query}&before={page.previous}"), member).read_page()
        if page.previous is None and len(back) + len(page.rows) > len(forth):
            # The first page is always full, also where the pages were counted from the last one.
            page.rows[:] = [row for row in page.rows if row.pk not in back]


@pytest.mark.parametrize("is_limited", [False, True], ids=["all products", "one product"])
@pytest.mark.parametrize("name", NAMES)
@EXAMPLES
@given(data=st.data())
def test_pages_are_the_list_by_whatever_way_they_are_found(
    name: str,
    is_limited: bool,
    finance: Membership,
    course: Product,
    books: None,
    low_bounds: None,
    data: st.DataObject,
) -> None:
    products = [course] if is_limited else None
    with limited(finance, products), enter_as(finance.workspace_id, finance.pk) as member:
        query = draw_query(data, get_list_page(name).parse(QueryDict(), member))
        state = get_list_page(name).parse(QueryDict(query), member)
        assume(state.is_valid)
        expected = list(state.queryset().values_list("pk", flat=True))
        assert ids_of_pages(name, query, member) == (expected, expected)


def test_low_bounds_send_pages_each_way(finance: Membership, books: None, low_bounds: None) -> None:
    """Controls the property: no way is left untried."""
    addresses = ("purchases=any", "purchases=any&currency=BRL", "purchases=any&country=PT&refund=yes")
    seen = set[str]()
    with enter_as(finance.workspace_id, finance.pk) as member:
        for query in addresses:
            state = get_list_page("customers").parse(QueryDict(query), member)
            with CaptureQueriesContext(connection) as captured:
                state.read_page()
            seen |= {way for each in captured.captured_queries for way in WAYS if _goes(way, each["sql"])}
    assert seen == set(WAYS)


def _goes(way: str, sql: str) -> bool:
    signs, missing = WAYS[way]
    return all(sign in sql for sign in signs) and not (missing and missing in sql)


@pytest.mark.parametrize("is_limited", [False, True], ids=["all products", "one product"])
@pytest.mark.parametrize("name", NAMES)
@EXAMPLES
@given(data=st.data())
def test_number_beside_a_choice_is_what_it_would_leave(
    name: str, is_limited: bool, finance: Membership, course: Product, books: None, data: st.DataObject
) -> None:
    """The facets: each choice with all the other filters on, its own filter's answer replaced (T03)."""
    products = [course] if is_limited else None
    with limited(finance, products), enter_as(finance.workspace_id, finance.pk) as member:
        query = draw_query(data, get_list_page(name).parse(QueryDict(), member))
        state = get_list_page(name).parse(QueryDict(query), member)
        assume(state.is_valid)
        counts = state.count_choices()
        counted = {name for name, filter_ in state.filterset.filters.items() if filter_.is_counted}
        assert set(counts) == counted
        for filter_name, choices in counts.items():
            filter_ = state.filterset.filters[filter_name]
            form_values = [str(value) for value, _label in state.filterset.form.fields[filter_name].choices]
            is_option = isinstance(filter_, OptionFilter) and not filter_.default
            assert set(choices) == set(form_values) - ({""} if is_option else set())
            for choice, number in choices.items():
                asked = state.changed({filter_name: choice or None})
                assert number == asked.queryset().count(), (filter_name, choice)


def test_books_have_something_for_each_number(finance: Membership, course: Product, books: None) -> None:
    """Controls the property: most choices leave something, and less inside one product."""
    numbers = {}
    for products in (None, [course]):
        with limited(finance, products), enter_as(finance.workspace_id, finance.pk) as member:
            for name in NAMES:
                counts = get_list_page(name).parse(QueryDict(), member).count_choices()
                numbers[name, products is None] = sum(sum(choices.values()) for choices in counts.values())
                assert sum(any(choices.values()) for choices in counts.values()) >= len(counts) - 1
    for name in NAMES:
        assert 0 < numbers[name, False] < numbers[name, True]
