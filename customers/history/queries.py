"""What the customer page reads: a fixed number of queries, however long the history is."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import Any, Final, NamedTuple

from django.db.models import BooleanField, CharField, Count, F, IntegerField, Max, Min, TextField, Value
from django.db.models.functions import Coalesce, Concat

from atomicpay.workspaces.fields import CodeField
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
from sales.models import Payment, Sale
from sales.purchases import FIRST
from sales.queries import (
    DISPUTE,
    REFUND,
    TEST_SALE,
    Entry,
    MoneyBack,
    Spend,
    entries_of_customers,
    money_back,
    spend_in,
    spend_of_customers,
)
from sales.querysets import SaleQuerySet
from sales.states import PaymentStatus
from subscriptions.models import Subscription

_NOTHING = Value("", output_field=TextField())
_NO = Value(False, output_field=BooleanField())
_ONE = Value(1, output_field=IntegerField())
_GROUP: Final = ("of", "what", "detail", "is_main")
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

NOTES: Final = 20
SUBSCRIPTIONS: Final = 20
MONEY_BACK: Final = 25


class Fact(NamedTuple):
    """Something known of a customer: a contact, a way they paid, a tag or a note.

    `kind` is the name of its model. `detail` is a document's kind, an identity's provider or a payment's
    card; `source` is where a contact came from, or the name of the member who wrote it; `number` is how many
    payments were made that way.
    """

    kind: str
    text: str
    detail: str
    is_main: bool
    first_at: datetime | None
    last_at: datetime | None
    source: str
    number: int


@dataclass(slots=True)
class History:
    """Everything the page shows, as it was read. A part that the member may not see is None."""

    customer: Customer
    is_limited: bool
    entries: list[Entry] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    spend: list[Spend] | None = None
    sales: list[Sale] | None = None
    money_back: list[MoneyBack] | None = None
    subscriptions: list[Subscription] | None = None


def find_customer(public_id: Any) -> Customer:
    """The customer of an address; raises Customer.DoesNotExist for what is not in scope as well."""
    customers = Customer.objects.without_search_text().select_related("archived_by__user")
    return customers.defer("archived_by__user__password").get(public_id=public_id)


def read_history(customer: Customer, member: Membership, zone: tzinfo) -> History:
    """The parts of a customer's history that a member may see, months in the given zone."""
    history = History(customer, is_limited_to_products())
    may_see_spend, may_see_sales = member.may("spend.view"), member.may("sales.view")
    if may_see_spend or may_see_sales:
        history.entries = entries_of_customers([customer.pk], zone, with_times=history.is_limited)
    if may_see_spend:
        # The entries are read anyway; only where they are all of the customer's is there a kept total.
        history.spend = (
            spend_in(history.entries, customer.pk)
            if history.is_limited
            else spend_of_customers([customer.pk])[customer.pk]
        )
    if may_see_sales:
        history.sales = list(_purchases().filter(customer=customer)[: FIRST + 1])
        history.money_back = (
            money_back(MONEY_BACK + 1, customer_id=customer.pk, is_test=False)
            if any(entry.kind in (REFUND, DISPUTE) for entry in history.entries)
            else []
        )
    if member.may("subscriptions.view"):
        history.subscriptions = list(_subscriptions().filter(customer=customer)[: SUBSCRIPTIONS + 1])
    history.facts = _facts_of_customer(customer.pk, _which_payments(history))
    return history


def sales_of_customer(customer: Customer) -> SaleQuerySet:
    """Every sale of a customer that is in scope."""
    sales: SaleQuerySet = Sale.objects.filter(customer=customer)
    return sales


# The querysets of a hot page are put together once; the scope enters them when they are run.
@cache
def _purchases() -> Any:
    return Sale.objects.newest_first().as_purchases()


@cache
def _subscriptions() -> Any:
    return Subscription.objects.select_related("product", "plan").order_by("-started_at", "-id")


def _which_payments(history: History) -> list[Any]:
    """The payments that show how the customer pays: none for who may not see sales.

    Those of test sales are left out. Where there are no test sales, one index answers without the sales.
    """
    if history.sales is None:
        return []
    if any(entry.kind == TEST_SALE for entry in history.entries):
        return [_payments().exclude(sale__is_test=True)]
    return [_payments()]


def _facts_of_customer(customer_id: int, payments: list[Any]) -> list[Fact]:
    """All that is known of a customer in one query: the main contacts first, then what was last."""
    *parts, notes = [part.filter(customer_id=customer_id) for part in [*payments, *_known()]]
    rows = parts[0].union(*parts[1:], notes[:NOTES], all=True)
    facts = [Fact(*row) for row in rows]
    return sorted(facts, key=lambda fact: (fact.is_main, fact.last_at or _LONG_AGO), reverse=True)


@cache
def _payments() -> Any:
    """The columns of Fact from paid payments, one row for each way of paying."""
    paid = Payment.objects.filter(status=PaymentStatus.PAID).order_by()
    card = Concat("card_brand", Value(" ", output_field=CodeField()), "card_last4")
    uses = paid.annotate(of=Value("Payment"), what=F("method"), detail=card, is_main=_NO).values(*_GROUP)
    sums = {"first_at": Min("paid_at"), "last_at": Max("paid_at"), "by": _NOTHING, "times": Count("id")}
    return uses.annotate(**sums).values_list(*_GROUP, *sums)


@cache
def _known() -> list[Any]:
    """The columns of Fact from contacts, tags and, last and newest first, notes."""
    return [
        _contacts(CustomerEmail, "address"),
        _contacts(CustomerPhone, "number"),
        _contacts(CustomerDocument, "normalised", detail=F("kind")),
        _contacts(CustomerIdentity, "external_id", detail=F("provider")),
        _written(CustomerTag, "tag__name", "added_at", "added_by"),
        _written(Note, "body", "created_at", "author").order_by("-created_at"),
    ]


def _contacts(model: Any, text: str, detail: Any = None) -> Any:
    """What a customer was known by."""
    since, until = F("first_seen_at"), F("last_seen_at")
    return _columns(model, text, detail or _NOTHING, F("is_primary"), since, until, F("source"))


def _written(model: Any, text: str, at: str, member: str) -> Any:
    """What members wrote, with their names."""
    name = Coalesce(f"{member}__user__name", Value(""), output_field=CharField())
    return _columns(model, text, _NOTHING, _NO, F(at), F(at), name)


def _columns(model: Any, text: str, detail: Any, is_main: Any, since: Any, until: Any, by: Any) -> Any:
    fixed = {"of": Value(model.__name__), "what": F(text), "detail": detail, "is_main": is_main}
    rest = {"first_at": since, "last_at": until, "by": by, "times": _ONE}
    return model.objects.order_by().annotate(**fixed, **rest).values_list(*_GROUP, *rest)
