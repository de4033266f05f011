"""What the rules of access are asked about, read from the books: one query, however long the history is."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import JSONObject

from atomicpay.catalog.models import Product
from atomicpay.workspaces.compiled import compiled
from atomicpay.workspaces.planning import joined_as_written
from sales.models import AccessGrant, Dispute, Refund
from sales.querysets import given_back
from sales.states import RefundStatus
from subscriptions.models import Subscription

from .decisive import ON_ITS_WAY, decisive_grants, decisive_sales, rows_about
from .facts import ProductFacts
from .reading import grant_of, product_of, sale_of, subscription_of
from .telling import told_of_others

_LONG: Final = 5000
"""A history of so many rows takes a good part of a page's time to decide about; see decision 0013."""

_SUBSCRIPTIONS: Final = 200
"""Of one customer no more subscriptions are looked at, the last ones."""

_SALE, _SUBSCRIPTION, _GRANT = "sale", "subscription", "grant"
_PRODUCT_COLUMNS: Final = (
    *("id", "public_id", "name", "delivery", "delivery_platform", "delivery_links"),
    *("access_within_minutes", "support_email"),
)
_PLAN_COLUMNS: Final = ("payment_model", "plan_type", "interval", "interval_count", "max_charges")
_SALE_COLUMNS: Final = (
    *("id", "public_id", "subscription_id", "reference", "status", "method", "is_test", "currency"),
    *("amount_charged", "recurrence_number", "ordered_at", "approved_at"),
)
_SUBSCRIPTION_COLUMNS: Final = (
    *("id", "public_id", "status", "started_at", "trial_ends_at", "current_period_end", "next_charge_at"),
    *("cancel_at_period_end", "canceled_at", "ended_at", "canceled_by", "charges_count"),
)
_GRANT_COLUMNS: Final = (
    *("id", "sale_id", "subscription_id", "status", "is_manual", "granted_at", "expires_at"),
    *("revoked_at", "revoke_reason", "first_access_at", "created_at"),
)


class AccessRow(NamedTuple):
    """A row that can decide, with its product; both as JSON."""

    kind: str
    product: dict[str, Any]
    row: dict[str, Any]


class AccessFacts(NamedTuple):
    """The facts of each product, and how many products were left out because subscriptions decide them."""

    products: list[ProductFacts]
    withheld: int


def access_facts(
    customer_id: int, product_id: int | None = None, *, may_see_subscriptions: bool = True
) -> AccessFacts:
    """The facts of each product that a customer has anything of, or of one, inside the active scope.

    Who may not see subscriptions is not told by the answer how one stands.
    """
    given = {"customer_id": customer_id} | ({"product_id": product_id} if product_id else {})
    of_product: dict[int, list[AccessRow]] = defaultdict(list)
    with joined_as_written():
        rows = _rows(product_id is not None, **given)
    for row in rows:
        of_product[row[1]["id"]].append(AccessRow(*row))
    shown = [
        rows for rows in of_product.values() if may_see_subscriptions or not any(map(_tells_of_one, rows))
    ]
    return AccessFacts([_facts(rows) for rows in shown], len(of_product) - len(shown))


def find_product(public_id: str) -> Product | None:
    """The product of an address; None for what is none, or not in scope."""
    try:
        return Product.objects.filter(public_id=UUID(public_id)).first()
    except ValueError:
        return None


def is_long(numbers: Iterable[int]) -> bool:
    """Whether sales, refunds and disputes in these numbers are to be decided about after the page."""
    return sum(numbers) > _LONG


def _tells_of_one(row: AccessRow) -> bool:
    return row.kind == _SUBSCRIPTION or row.row.get("subscription_id") is not None


def _facts(rows: list[AccessRow]) -> ProductFacts:
    """The facts of one product from its rows."""
    of_kind: dict[str, dict[int, dict[str, Any]]] = {_SALE: {}, _SUBSCRIPTION: {}, _GRANT: {}}
    for kind, _product, row in rows:
        of_kind[kind][row["id"]] = row
        of_kind[_GRANT] |= {each["id"]: each for each in row.get("grants", ())}
    sales, subscriptions = of_kind[_SALE], of_kind[_SUBSCRIPTION]
    called = {
        "sale": {key: row["public_id"] for key, row in sales.items()},
        "subscription": {key: row["public_id"] for key, row in subscriptions.items()},
    }
    return product_of(
        rows[0].product,
        sales=[sale_of(row, called) for row in sales.values()],
        subscriptions=[subscription_of(row) for row in subscriptions.values()],
        grants=[grant_of(row, called) for row in of_kind[_GRANT].values()],
        told=next(filter(None, (row["told"] for row in sales.values())), ()),
    )


@compiled
def _rows(of_one_product: bool) -> Any:
    """The columns of AccessRow from the sales, subscriptions and reports that can decide."""
    subscriptions = rows_about(Subscription, of_one_product).order_by("-started_at", "-id")[:_SUBSCRIPTIONS]
    return _part(_SALE, decisive_sales(of_one_product), **_of_sale()).union(
        _part(_SUBSCRIPTION, subscriptions, **_columns(_SUBSCRIPTION_COLUMNS), plan=_plan()),
        _part(_GRANT, decisive_grants(of_one_product), **_columns(_GRANT_COLUMNS)),
        all=True,
    )


def _part(kind: str, rows: QuerySet[Any], **row: Any) -> QuerySet[Any, Any]:
    product = JSONObject(**{name: F(f"product__{name}") for name in _PRODUCT_COLUMNS})
    named = rows.annotate(what=Value(kind, output_field=CharField()), of=product, row=JSONObject(**row))
    return named.values_list("what", "of", "row")


def _columns(names: Iterable[str]) -> dict[str, F]:
    return {name: F(name) for name in names}


def _plan() -> JSONObject:
    return JSONObject(**{name: F(f"plan__{name}") for name in _PLAN_COLUMNS})


def _of_sale() -> dict[str, Any]:
    """A sale's own columns, and what is known of its refunds, disputes and access."""
    disputes = Dispute.objects.filter(sale=OuterRef("pk")).order_by("opened_at")
    dispute = JSONObject(status="status", kind="kind", opened_at="opened_at", closed_at="closed_at")
    grants = AccessGrant.objects.filter(sale=OuterRef("pk")).order_by("id")
    return {
        **_columns(_SALE_COLUMNS),
        "plan": _plan(),
        "refunded": given_back(),
        "refunding": _of_refunds(Sum("amount"), ON_ITS_WAY),
        "failed": _of_refunds(Max("id"), Q(status=RefundStatus.FAILED)),
        "refunded_at": _of_refunds(Max("completed_at"), Q(status=RefundStatus.SUCCEEDED)),
        "disputes": ArraySubquery(disputes.values(each=dispute)),
        "told": told_of_others(),
        "grants": ArraySubquery(grants.values(each=JSONObject(**_columns(_GRANT_COLUMNS)))[:_SUBSCRIPTIONS]),
    }


def _of_refunds(value: Any, condition: Q) -> Subquery:
    refunds = Refund.objects.filter(condition, sale=OuterRef("pk")).order_by().values("sale")
    return Subquery(refunds.annotate(value=value).values("value"))
