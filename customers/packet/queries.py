"""What a packet reads: a fixed number of queries, and of each kind at most so many rows, the newest."""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.db.models import CharField, Count, F, IntegerField, Q, QuerySet, Sum, Value

from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Membership
from customers.access.queries import AccessFacts, access_facts
from customers.models import (
    Customer,
    CustomerDocument,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
    Message,
    Note,
)
from sales.models import Dispute, Payment, Refund, Sale, SaleEvent
from sales.models.totals import CustomerProduct
from sales.queries import DISPUTE, REFUND, SALE, TEST_SALE, Entry
from sales.querysets import SaleQuerySet
from subscriptions.models import Subscription, SubscriptionEvent

from .choice import Choice, Part

LISTED: Final = 200
"""Of each kind so many rows are listed, the newest; the others are counted."""

NOTES: Final = 20
_NONE: Final = Value(0, output_field=IntegerField())


class Contact(NamedTuple):
    """Something the customer was known by; `detail` is a document's kind or an identity's provider."""

    kind: str
    text: str
    detail: str
    first_at: Any
    last_at: Any


@dataclass(slots=True)
class Material:
    """Everything a packet is made of, as it was read; rows that were not chosen are not read."""

    contacts: list[Contact] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    counts: dict[Part, int] = field(default_factory=dict)
    access: AccessFacts = field(default_factory=lambda: AccessFacts([], 0))
    sales: list[Any] = field(default_factory=list)
    sale_events: list[SaleEvent] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    subscription_events: list[SubscriptionEvent] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


# What the form offers -----------------------------------------------------------------------------------


def products_of(customer: Customer) -> list[tuple[str, str]]:
    """The products in scope that a customer has touched: public id and name."""
    reached = CustomerProduct.objects.filter(customer=customer).values("product_id")
    named = Product.objects.filter(pk__in=reached).order_by("name_sort", "id")
    return [(str(public_id), name) for public_id, name in named.values_list("public_id", "name")]


def latest_notes(customer: Customer) -> list[Note]:
    """The notes that can be marked."""
    return list(Note.objects.filter(customer=customer).order_by("-created_at", "-id")[:NOTES])


def reference_of_sale(customer: Customer, typed: str) -> str:
    """The reference of a customer's sale in scope as it is written, however it was typed; "" for none."""
    if not typed:
        return ""
    sales = Sale.objects.filter(customer=customer, reference__iexact=typed).order_by()
    # Where two differ by their letters alone, the very one that was typed.
    references = sorted(sales.values_list("reference", flat=True), key=lambda each: each != typed)
    return references[0] if references else ""


def names_of_members() -> list[str]:
    """What everybody who is or was a member is called."""
    return list(Membership.objects.exclude(user__name="").values_list("user__name", flat=True))


# What goes in -------------------------------------------------------------------------------------------


class _About:
    """The rows of a customer that a choice is about."""

    def __init__(self, customer: Customer, choice: Choice) -> None:
        self.customer, self.choice = customer, choice

    def when(self, rows: QuerySet[Any], column: str) -> QuerySet[Any]:
        """Those of the period."""
        if self.choice.start:
            rows = rows.filter(**{f"{column}__gte": self.choice.start})
        if self.choice.end:
            rows = rows.filter(**{f"{column}__lt": self.choice.end})
        return rows

    def sales(self) -> SaleQuerySet:
        sales: Any = self.when(self._of_sale(Sale.objects.filter(customer=self.customer), ""), "ordered_at")
        found: SaleQuerySet = sales
        return found

    def refunds(self) -> QuerySet[Any]:
        rows = self._of_sale(Refund.objects.filter(customer=self.customer), "sale__")
        return self.when(rows, "requested_at")

    def disputes(self) -> QuerySet[Any]:
        return self.when(self._of_sale(Dispute.objects.filter(customer=self.customer), "sale__"), "opened_at")

    def subscriptions(self) -> QuerySet[Any]:
        """Those that ran at some time of the period."""
        rows = Subscription.objects.filter(customer=self.customer)
        if self.choice.product:
            rows = rows.filter(product__public_id=self.choice.product)
        if self.choice.sale:
            charged = Sale.objects.filter(customer=self.customer, reference=self.choice.sale)
            rows = rows.filter(pk__in=charged.values("subscription_id"))
        if self.choice.end:
            rows = rows.filter(started_at__lt=self.choice.end)
        if self.choice.start:
            rows = rows.filter(Q(ended_at=None) | Q(ended_at__gte=self.choice.start))
        return rows

    def messages(self) -> QuerySet[Any]:
        return self.when(Message.objects.filter(customer=self.customer), "sent_at")

    def notes(self) -> QuerySet[Any]:
        return Note.objects.filter(customer=self.customer)

    def _of_sale(self, rows: QuerySet[Any], to_sale: str) -> QuerySet[Any]:
        if self.choice.product:
            rows = rows.filter(**{f"{to_sale}product__public_id": self.choice.product})
        return rows.filter(**{f"{to_sale}reference": self.choice.sale}) if self.choice.sale else rows


def read_material(customer: Customer, member: Membership, choice: Choice) -> Material:
    """What a choice puts in, as far as the member may see it, and how much there is of what it leaves out."""
    about, material = _About(customer, choice), Material()
    listed = list(_sales(about))
    keys = [sale.pk for sale in listed]
    may_see_subscriptions = member.may("subscriptions.view")
    material.entries = _entries(about)
    material.counts = _counts(about, keys, with_subscriptions=may_see_subscriptions)
    if choice.has(Part.PURCHASES):
        material.sales = listed
        material.sale_events = list(_events(about, SaleEvent, "sale_id", keys))
    if choice.has(Part.PAYMENTS):
        tried = Payment.objects.filter(sale_id__in=keys).select_related("sale")
        material.payments = list(_newest(tried, "attempted_at"))
    if choice.has(Part.MONEY_BACK):
        material.refunds = list(_newest(about.refunds().select_related("sale"), "requested_at"))
        material.disputes = list(_newest(about.disputes().select_related("sale"), "opened_at"))
    if may_see_subscriptions and choice.has(Part.SUBSCRIPTIONS):
        held = about.subscriptions().select_related("product", "plan")
        material.subscriptions = list(_newest(held, "started_at"))
        of_them = [each.pk for each in material.subscriptions]
        material.subscription_events = list(_events(about, SubscriptionEvent, "subscription_id", of_them))
    if choice.has(Part.MESSAGES):
        material.messages = list(_newest(about.messages(), "sent_at"))
    if choice.has(Part.NOTES):
        marked = about.notes().filter(pk__in=choice.notes)
        material.notes = list(_newest(marked, "created_at"))
    if choice.has(Part.IDENTITY):
        material.contacts = [Contact(*row) for row in _contacts(customer)]
    if choice.has(Part.ACCESS):
        found = access_facts(customer.pk, may_see_subscriptions=may_see_subscriptions)
        sold = {str(sale.product.public_id) for sale in listed}
        material.access = _about_these(found, choice, sold)
    return material


def _newest(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    return rows.order_by(f"-{column}", "-id")[:LISTED]


def _sales(about: _About) -> QuerySet[Any]:
    return (
        about.sales()
        .as_purchases()
        .newest_first()
        .only(
            *("public_id", "reference", "status", "is_test", "method", "installments", "offer_type"),
            *("currency", "amount_charged", "ordered_at", "recurrence_number", "buyer_name", "buyer_email"),
            *("product__name", "product__kind", "product__public_id"),
            *("plan__payment_model", "plan__interval", "plan__interval_count", "plan__source_frequency"),
        )[:LISTED]
    )


def _events(about: _About, model: Any, column: str, keys: list[int]) -> QuerySet[Any]:
    rows = about.when(model.objects.filter(**{f"{column}__in": keys}), "occurred_at")
    return _newest(rows.select_related(column.removesuffix("_id")), "occurred_at")


def _about_these(found: AccessFacts, choice: Choice, sold: set[str]) -> AccessFacts:
    """The access to the one product that was chosen, or to that of the one sale."""
    if not (choice.product or choice.sale):
        return found
    wanted = sold if choice.sale else {str(choice.product)}
    return AccessFacts([facts for facts in found.products if facts.public_id in wanted], found.withheld)


def _entries(about: _About) -> list[Entry]:
    """What all of the sales, refunds and disputes add up to, also those that are not listed."""
    refunds = about.refunds().filter(is_test=False)
    disputes = about.disputes().filter(is_test=False)
    renewals = Count("id", filter=Q(recurrence_number__gt=1))
    real, tests = about.sales().filter(is_test=False), about.sales().filter(is_test=True)
    parts = [
        _sum(real, SALE, "amount_charged", renewals),
        _sum(tests, TEST_SALE, "amount_charged", renewals),
        _sum(refunds, REFUND, "amount", _NONE),
        _sum(disputes, DISPUTE, "amount", _NONE),
    ]
    return [
        Entry(about.customer.pk, kind, status, currency, None, amount, number, renewed, None, None)
        for kind, status, currency, amount, number, renewed in parts[0].union(*parts[1:], all=True)
    ]


def _sum(rows: QuerySet[Any], kind: str, amount: str, renewals: Any) -> QuerySet[Any]:
    by = ("of", "status", "currency")
    groups = rows.order_by().annotate(of=Value(kind, output_field=CharField())).values(*by)
    sums = {"sum": Sum(amount), "number": Count("id"), "renewals": renewals}
    return groups.annotate(**sums).values_list(*by, *sums)


def _counts(about: _About, sales: list[int], *, with_subscriptions: bool) -> dict[Part, int]:
    """How many rows there are of what has no sum; payments of the listed sales alone."""
    rows: dict[Part, QuerySet[Any]] = {
        Part.PAYMENTS: Payment.objects.filter(sale_id__in=sales),
        Part.MESSAGES: about.messages(),
        Part.NOTES: about.notes(),
    }
    if with_subscriptions:
        rows[Part.SUBSCRIPTIONS] = about.subscriptions()
    parts = [_count(part, each) for part, each in rows.items()]
    return {Part(part): number for part, number in parts[0].union(*parts[1:], all=True)}


def _count(part: Part, rows: QuerySet[Any]) -> QuerySet[Any]:
    named = rows.order_by().annotate(of=Value(part.value, output_field=CharField())).values("of")
    return named.annotate(number=Count("id")).values_list("of", "number")


def _contacts(customer: Customer) -> QuerySet[Any]:
    parts = [
        _known(CustomerEmail, customer, "address", Value("")),
        _known(CustomerPhone, customer, "number", Value("")),
        _known(CustomerDocument, customer, "normalised", F("kind")),
        _known(CustomerIdentity, customer, "external_id", F("provider")),
    ]
    return parts[0].union(*parts[1:], all=True)


def _known(model: Any, customer: Customer, text: str, detail: Any) -> QuerySet[Any]:
    rows = model.objects.filter(customer=customer).order_by("-last_seen_at", "-id")
    named = rows.annotate(of=Value(model.__name__, output_field=CharField()), what=F(text), detail=detail)
    return named.values_list("of", "what", "detail", "first_seen_at", "last_seen_at")[:LISTED]
