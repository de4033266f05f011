"""What the customer page reads: a fixed number of queries, however long the history is."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, NamedTuple

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, JSONObject, Left

from atomicpay.workspaces.compiled import Given, compiled
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import is_limited_to_products
from customers.access.queries import AccessFacts, access_facts, is_long
from customers.models import (
    Customer,
    CustomerDocument,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
    CustomerTag,
    Message,
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
_CUSTOMER: Final = Given("customer_id")
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

NOTES: Final = 20
MESSAGES: Final = 5
EXCERPT: Final = 240
SUBSCRIPTIONS: Final = 20
MONEY_BACK: Final = 25

_SHOWN_OF_SUBSCRIPTION: Final = (
    *("public_id", "status", "amount", "currency", "charges_count", "unpaid_count"),
    *("started_at", "canceled_by", "cancel_reason"),
    *("trial_ends_at", "current_period_end", "next_charge_at", "cancel_at_period_end"),
    *("canceled_at", "ended_at", "product__name"),
    *("plan__payment_model", "plan__interval", "plan__interval_count", "plan__source_frequency"),
)


class Fact(NamedTuple):
    """Something known of a customer: a contact, a way they paid, a tag, a message or a note.

    `kind` is the name of its model. `detail` is a document's kind, an identity's provider or the brand of the
    card that paid; `source` is where a contact came from, the name of the member who wrote it, or the last
    four digits of the card; `number` is how many payments were made that way. The `text`
    of a message is JSON.
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
    access: AccessFacts | None = None
    is_access_later: bool = False
    sales: list[Sale] | None = None
    money_back: list[MoneyBack] | None = None
    subscriptions: list[Subscription] | None = None


def find_customer(public_id: Any) -> Customer:
    """The customer of an address; raises Customer.DoesNotExist for what is not in scope as well."""
    found: list[Customer] = _customer(public_id=public_id)
    if not found:
        raise Customer.DoesNotExist
    return found[0]


@compiled
def _customer() -> Any:
    named = Customer.objects.without_search_text().filter(public_id=Given("public_id"))
    took_in = Exists(Customer.objects.filter(merged_into=OuterRef("pk")))
    return (
        named.annotate(has_merged=took_in)
        .select_related("archived_by__user")
        .defer("archived_by__user__password")
    )


def read_history(customer: Customer, member: Membership, zone: tzinfo) -> History:
    """The parts of a customer's history that a member may see, months in the given zone."""
    history = History(customer, is_limited_to_products())
    may_see_spend, may_see_sales = member.may("spend.view"), member.may("sales.view")
    if may_see_spend or may_see_sales:
        history.entries = entries_of_customers(
            [customer.pk],
            zone,
            with_times=history.is_limited,
            with_subscriptions=may_see_spend and member.may("subscriptions.view"),
        )
    if may_see_spend:
        # The entries are read anyway; only where they are all of the customer's is there a kept total.
        history.spend = (
            spend_in(history.entries, customer.pk)
            if history.is_limited
            else spend_of_customers([customer.pk])[customer.pk]
        )
    if may_see_sales:
        history.is_access_later = is_long(entry.number for entry in history.entries)
        if not history.is_access_later:
            history.access = access_facts(customer.pk, may_see_subscriptions=member.may("subscriptions.view"))
        history.sales = _latest_purchases(customer_id=customer.pk)
        history.money_back = (
            money_back(MONEY_BACK + 1, customer_id=customer.pk, is_test=False)
            if any(entry.kind in (REFUND, DISPUTE) for entry in history.entries)
            else []
        )
    if member.may("subscriptions.view"):
        history.subscriptions = _latest_subscriptions(customer_id=customer.pk)
    history.facts = _facts_of_customer(customer.pk, history)
    return history


def sales_of_customer(customer: Customer) -> SaleQuerySet:
    """Every sale of a customer that is in scope."""
    sales: SaleQuerySet = Sale.objects.filter(customer=customer)
    return sales


@compiled
def _latest_purchases() -> Any:
    """One more than the page shows, so that it knows of older ones."""
    return Sale.objects.filter(customer_id=_CUSTOMER).newest_first().as_purchases()[: FIRST + 1]


@compiled
def _latest_subscriptions() -> Any:
    """One more than the page shows, for the same reason."""
    subscriptions = Subscription.objects.filter(customer_id=_CUSTOMER)
    subscriptions = subscriptions.select_related("product", "plan").only(*_SHOWN_OF_SUBSCRIPTION)
    return subscriptions.order_by("-started_at", "-id")[: SUBSCRIPTIONS + 1]


def _facts_of_customer(customer_id: int, history: History) -> list[Fact]:
    """All that is known of a customer in one query: the main contacts first, then what was last.

    How they paid is not for who may not see sales.
    """
    has_test_sales = any(entry.kind == TEST_SALE for entry in history.entries)
    rows = _facts(history.sales is not None, has_test_sales, customer_id=customer_id)
    facts = [Fact(*row) for row in rows]
    return sorted(facts, key=lambda fact: (fact.is_main, fact.last_at or _LONG_AGO), reverse=True)


@compiled
def _facts(with_payments: bool, has_test_sales: bool) -> Any:
    """The columns of Fact from payments, contacts, tags, the latest messages and, last, the latest notes."""
    payments = [_payments(has_test_sales)] if with_payments else []
    parts: list[Any] = [
        *payments,
        _contacts(CustomerEmail, "address"),
        _contacts(CustomerPhone, "number"),
        _contacts(CustomerDocument, "normalised", detail=F("kind")),
        _contacts(CustomerIdentity, "external_id", detail=F("provider")),
        _written(CustomerTag, "tag__name", "added_at", "added_by"),
        _messages(),
        _written(Note, "body", "created_at", "author").order_by("-created_at")[:NOTES],
    ]
    return parts[0].union(*parts[1:], all=True)


def _payments(has_test_sales: bool) -> Any:
    """The columns of Fact from paid payments, one row for each way of paying.

    One index answers, in its own order and without the rows of the table. Those of test sales are left out
    by that customer's few test sales; where there is none the sales are not looked at.
    """
    paid = Payment.objects.filter(status=PaymentStatus.PAID, customer_id=_CUSTOMER).order_by()
    if has_test_sales:
        tests = Sale.objects.filter(customer_id=_CUSTOMER, is_test=True).order_by().values("id")
        paid = paid.exclude(sale_id__in=tests)
    fixed = {"of": Value("Payment"), "what": F("method"), "detail": F("card_brand"), "is_main": _NO}
    uses = paid.annotate(**fixed, by=F("card_last4")).values(*_GROUP, "by")
    sums = {"first_at": Min("paid_at"), "last_at": Max("paid_at"), "times": Count("*")}
    return uses.annotate(**sums).values_list(*_GROUP, "first_at", "last_at", "by", "times")


def _contacts(model: Any, text: str, detail: Any = None) -> Any:
    """What a customer was known by."""
    since, until = F("first_seen_at"), F("last_seen_at")
    return _columns(model, text, detail or _NOTHING, F("is_primary"), since, until, F("source"))


def _written(model: Any, text: str, at: str, member: str) -> Any:
    """What members wrote, with their names."""
    name = Coalesce(f"{member}__user__name", Value(""), output_field=CharField())
    return _columns(model, text, _NOTHING, _NO, F(at), F(at), name)


def _messages() -> Any:
    """The latest messages, one more than is shown; each as JSON, for it is more than one text."""
    said = JSONObject(
        **{name: name for name in ("public_id", "channel", "direction", "subject", "author_name")},
        body=Left("body", EXCERPT + 1),
        member="author__user__name",
    )
    text, at = Cast(said, TextField()), F("sent_at")
    rows = _columns(Message, text, _NOTHING, _NO, at, at, _NOTHING)
    return rows.order_by("-sent_at", "-id")[: MESSAGES + 1]


def _columns(model: Any, text: Any, detail: Any, is_main: Any, since: Any, until: Any, by: Any) -> Any:
    what = F(text) if isinstance(text, str) else text
    fixed = {"of": Value(model.__name__), "what": what, "detail": detail, "is_main": is_main}
    rest = {"first_at": since, "last_at": until, "by": by, "times": _ONE}
    rows = model.objects.filter(customer_id=_CUSTOMER).order_by()
    return rows.annotate(**fixed, **rest).values_list(*_GROUP, *rest)
