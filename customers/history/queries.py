"""What the customer page reads: a fixed number of queries, however long the history is."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final, NamedTuple

from django.db.models import BooleanField, CharField, F, TextField, Value
from django.db.models.functions import Coalesce

from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import is_limited_to_products
from customers.models import (
    Customer,
    CustomerDocument,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
    CustomerTag,
    Note,
)
from sales.models import Sale
from sales.purchases import FIRST
from sales.queries import (
    TEST_SALE,
    Entry,
    MethodUse,
    MoneyBack,
    Spend,
    entries_of_customers,
    methods_of_customer,
    money_back,
    spend_in,
    spend_of_customers,
)
from subscriptions.models import Subscription

NOTES: Final = 20
SUBSCRIPTIONS: Final = 20
MONEY_BACK: Final = 50


class Fact(NamedTuple):
    """Something known of a customer: a contact, a tag or a note.

    `kind` is the name of its model. `detail` is a document's kind or an identity's provider; `source` is
    where a contact came from, or the name of the member who wrote it.
    """

    kind: str
    text: str
    detail: str
    is_main: bool
    first_at: datetime
    last_at: datetime
    source: str


@dataclass(slots=True)
class History:
    """Everything the page shows, as it was read. A part that the member may not see is None."""

    customer: Customer
    is_limited: bool
    facts: list[Fact]
    entries: list[Entry] = field(default_factory=list)
    spend: list[Spend] | None = None
    sales: list[Sale] | None = None
    methods: list[MethodUse] | None = None
    money_back: list[MoneyBack] | None = None
    subscriptions: list[Subscription] | None = None


def find_customer(public_id: Any) -> Customer:
    """The customer of an address; raises Customer.DoesNotExist for what is not in scope as well."""
    customers = Customer.objects.without_search_text().select_related("merged_into", "archived_by__user")
    return customers.defer(
        *("merged_into__haystack", "merged_into__contacts_text"),
        *("archived_by__user__password", "archived_by__extra_permissions"),
    ).get(public_id=public_id)


def read_history(customer: Customer, member: Membership, zone: tzinfo) -> History:
    """The parts of a customer's history that a member may see, months in the given zone."""
    history = History(customer, is_limited_to_products(), facts_of_customer(customer.pk))
    may_see_spend, may_see_sales = member.may("spend.view"), member.may("sales.view")
    if may_see_spend or may_see_sales:
        history.entries = entries_of_customers([customer.pk], zone)
    if may_see_spend:
        # The entries are read anyway; only where they are all of the customer's is there a kept total.
        history.spend = (
            spend_in(history.entries, customer.pk)
            if history.is_limited
            else spend_of_customers([customer.pk])[customer.pk]
        )
    if may_see_sales:
        has_test_sales = any(entry.kind == TEST_SALE for entry in history.entries)
        history.sales = list(sales_of_customer(customer).newest_first().as_purchases()[: FIRST + 1])
        history.methods = methods_of_customer(customer.pk, has_test_sales=has_test_sales)
        history.money_back = money_back(MONEY_BACK + 1, customer_id=customer.pk, is_test=False)
    if member.may("subscriptions.view"):
        rows = Subscription.objects.filter(customer=customer).select_related("product", "plan")
        history.subscriptions = list(rows.order_by("-started_at", "-id")[: SUBSCRIPTIONS + 1])
    return history


def sales_of_customer(customer: Customer) -> Any:
    """Every sale of a customer that is in scope."""
    return Sale.objects.filter(customer=customer)


def facts_of_customer(customer_id: int) -> list[Fact]:
    """All contacts, tags and the latest notes of a customer, in one query."""
    emails = _facts(CustomerEmail, customer_id, "address")
    others = [
        _facts(CustomerPhone, customer_id, "number"),
        _facts(CustomerDocument, customer_id, "normalised", detail=F("kind")),
        _facts(CustomerIdentity, customer_id, "external_id", detail=F("provider")),
        _words(CustomerTag, customer_id, "tag__name", "added_at", "added_by"),
        _words(Note, customer_id, "body", "created_at", "author").order_by("-created_at")[:NOTES],
    ]
    return [Fact(*row) for row in emails.union(*others, all=True).order_by("-is_main", "-last_at")]


def _facts(model: Any, customer_id: int, text: str, detail: Any = None) -> Any:
    """The columns of Fact from a table of contacts."""
    nothing = Value("", output_field=TextField())
    return _columns(
        *(model, customer_id, text, detail or nothing),
        *(F("is_primary"), F("first_seen_at"), F("last_seen_at"), F("source")),
    )


def _words(model: Any, customer_id: int, text: str, at: str, member: str) -> Any:
    """The columns of Fact from a table of what members wrote."""
    nothing, no = Value("", output_field=TextField()), Value(False, output_field=BooleanField())
    name = Coalesce(f"{member}__user__name", Value(""), output_field=CharField())
    return _columns(model, customer_id, text, nothing, no, F(at), F(at), name)


def _columns(model: Any, customer_id: int, text: str, detail: Any, is_main: Any, *rest: Any) -> Any:
    first_at, last_at, source = rest
    return (
        model.objects.filter(customer_id=customer_id)
        .order_by()
        .annotate(
            of=Value(model.__name__),
            what=F(text),
            detail=detail,
            is_main=is_main,
            first_at=first_at,
            last_at=last_at,
            by=source,
        )
        .values_list("of", "what", "detail", "is_main", "first_at", "last_at", "by")
    )
