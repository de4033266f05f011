"""The columns of the customer list: a cell for the screen, an expression for the file, or both."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from atomicpay.ui import html
from atomicpay.ui.columns import Cell, Column, Kind, plain
from atomicpay.ui.inputs import country_words
from sales.models import Dispute, Payment, Sale
from sales.queries import spend_of_customers
from sales.states import DisputeStatus, PaymentMethod, PaymentStatus, SaleStatus
from subscriptions.models import Subscription
from subscriptions.words import subscriber_badge

from .models import CustomerEmail, CustomerTag

# What the cells read ----------------------------------------------------------------------------------------
#
# The small sets among it are subqueries that are run for the rows shown. Subquery and not Exists: the
# planner, which does not see that only one page of rows is wanted, would hash an EXISTS over all sales first
# (480 ms at six million).


def _of_customer(rows: QuerySet) -> QuerySet:
    return rows.filter(customer=OuterRef("pk"))


def _states() -> dict[str, Any]:
    disputes = Dispute.objects.filter(status=DisputeStatus.OPEN, is_test=False)
    asked = Sale.objects.filter(status=SaleStatus.REFUND_REQUESTED, is_test=False)
    return {
        "subscription_statuses": _set_of(Subscription.objects.all(), "status"),
        "open_dispute": Subquery(_of_customer(disputes).values("pk")[:1]),
        "refund_request": Subquery(_of_customer(asked).values("pk")[:1]),
    }


def _set_of(rows: QuerySet, column: str) -> ArraySubquery:
    return ArraySubquery(_of_customer(rows).order_by(column).values(column).distinct())


def _read_spends(rows: list[Any], currency: str) -> None:
    """`spends` of each customer, that in the list's currency first."""
    spends = spend_of_customers([customer.pk for customer in rows])
    for customer in rows:
        customer.spends = sorted(spends[customer.pk], key=lambda spend: spend.currency != currency)


def _customer(customer: Any) -> Cell:
    nobody = gettext("Anonymised customer") if customer.is_anonymised else gettext("No name")
    return Cell(customer.name or customer.email or nobody, customer.email if customer.name else "")


def _statuses(customer: Any) -> Cell:
    badges = [subscriber_badge(customer.subscription_statuses)]
    if customer.open_dispute:
        badges.append(html.status("bad", gettext("Open dispute")))
    if customer.refund_request:
        badges.append(html.status("wait", gettext("Refund requested")))
    if customer.archived_at:
        badges.append(html.status("off", gettext("Archived")))
    spans = format_html_join("", "{}", ((badge,) for badge in badges if badge))
    return Cell(format_html('<span class="statuses">{}</span>', spans) if spans else "")


def _purchases(customer: Any) -> Cell:
    renewals = sum(spend.renewals for spend in customer.spends)
    words = ngettext("%(number)d renewal", "%(number)d renewals", renewals) % {"number": renewals}
    return Cell(str(sum(spend.purchases for spend in customer.spends)), words if renewals else "")


def _amounts(part: str) -> Callable[[Any], Cell]:
    """What a customer spent, of which the part is so called: each currency by itself, never added up."""

    def cell(customer: Any) -> Cell:
        amounts = [html.money_cell(getattr(spend, part), spend.currency) for spend in customer.spends]
        others = format_html_join(", ", "{}", ((amount,) for amount in amounts[1:]))
        return Cell(amounts[0], others) if amounts else Cell("")

    return cell


def _purchase_day(part: str, choose: Callable[..., Any]) -> Callable[[Any], Cell]:
    """The day of the first or last purchase, in whatever currency it was."""

    def cell(customer: Any) -> Cell:
        moments = (getattr(spend, part) for spend in customer.spends)
        return Cell(html.day(choose(filter(None, moments), default=None)))

    return cell


def _country(customer: Any) -> Cell:
    return Cell(country_words(customer.country) if customer.country else "")


def _methods(customer: Any) -> Cell:
    return Cell(", ".join(str(PaymentMethod(method).label) for method in customer.methods))


# What files hold --------------------------------------------------------------------------------------------


def _joined(rows: QuerySet, column: str) -> Any:
    words = StringAgg(column, delimiter=", ", distinct=True, default=Value(""))
    return Subquery(rows.order_by().values("customer_id").annotate(words=words).values("words"))


def _emails() -> Any:
    return _joined(CustomerEmail.objects.filter(customer=OuterRef("pk")), "address")


def _subscription_statuses() -> Any:
    return _joined(Subscription.objects.filter(customer=OuterRef("pk")), "status")


def _payment_methods() -> Any:
    return _joined(Payment.objects.filter(customer=OuterRef("pk"), status=PaymentStatus.PAID), "method")


def _tags() -> Any:
    return _joined(CustomerTag.objects.filter(customer=OuterRef("pk")), "tag__name")


def _active_subscriptions() -> Any:
    active = Subscription.objects.active().filter(customer=OuterRef("pk")).order_by().values("customer_id")
    return Coalesce(Subquery(active.annotate(number=Count("pk")).values("number")), 0)


def _document(key: str, label: Any, expression: str) -> Column:
    return Column(
        key=key, label=label, expression=expression, permission="customers.view_pii", is_opt_in=True
    )


def _money(key: str, label: Any, expression: str, **kwargs: Any) -> Column:
    return Column(
        key=key,
        label=label,
        kind=Kind.MONEY,
        expression=expression,
        currency="spend_currency",
        permission="spend.view",
        beside=_read_spends,
        css=kwargs.pop("css", "figure"),
        **kwargs,
    )


def _place(key: str, label: Any, cell: Callable[[Any], Cell] | None = None) -> Column:
    return Column(key=key, label=label, expression=key, cell=cell or plain(key), reads=(key,))


def _moment(key: str, label: Any, **kwargs: Any) -> Column:
    def cell(customer: Any) -> Cell:
        return Cell(html.day(getattr(customer, key)))

    return Column(key=key, label=label, kind=Kind.DATETIME, expression=key, cell=cell, reads=(key,), **kwargs)


# In the order of a file, which has one row for each customer and currency.
COLUMNS: Final = (
    Column(key="customer_id", label=_("Customer id"), kind=Kind.ID, expression="public_id"),
    Column(
        key="customer",
        label=_("Customer"),
        cell=_customer,
        reads=("name", "email", "anonymised_at"),
        in_file=("name", "email"),
        order="name",
        css="main",
    ),
    Column(key="name", label=_("Name"), expression="name"),
    Column(key="email", label=_("Email"), expression="email"),
    Column(
        key="all_emails",
        label=_("All emails"),
        expression=_emails(),
        cell=lambda customer: Cell(", ".join(customer.addresses)),
        annotations={"addresses": _set_of(CustomerEmail.objects.all(), "address")},
    ),
    Column(
        key="phone",
        label=_("Phone"),
        kind=Kind.PHONE,
        expression="phone",
        cell=plain("phone"),
        reads=("phone",),
        css="quiet",
    ),
    _document("document_type", _("Document type"), "document_kind"),
    _document("document", _("Document"), "document"),
    _place("country", _("Country"), _country),
    _place("state", _("State")),
    _place("city", _("City")),
    Column(
        key="first_purchase_at",
        label=_("First paid"),
        kind=Kind.DATETIME,
        expression="spend_first_paid_at",
        cell=_purchase_day("first_paid_at", min),
        beside=_read_spends,
        order="first_purchase",
        permission="sales.view",
    ),
    Column(
        key="last_purchase_at",
        label=_("Last paid"),
        kind=Kind.DATETIME,
        expression="spend_last_paid_at",
        cell=_purchase_day("last_paid_at", max),
        beside=_read_spends,
        order="last_purchase",
        permission="sales.view",
    ),
    Column(
        key="paid_sales",
        label=_("Purchases"),
        kind=Kind.INTEGER,
        expression="spend_paid_sales",
        cell=_purchases,
        beside=_read_spends,
        order="purchases",
        permission="sales.view",
        css="figure",
    ),
    Column(
        key="currency",
        label=_("Currency"),
        kind=Kind.CHOICE,
        expression="spend_currency",
        permission="spend.view",
    ),
    _money("gross_paid", _("Gross"), "spend_gross", cell=_amounts("gross")),
    _money("refunded", _("Refunded"), "spend_refunded", cell=_amounts("refunded")),
    _money("disputed", _("Disputed"), "spend_disputed", cell=_amounts("disputed")),
    _money(
        "lifetime_spend",
        _("Lifetime spend"),
        "spend_net",
        cell=_amounts("net"),
        order="spend",
        is_self_explaining=True,
        css="lead-figure",
    ),
    Column(
        key="active_subscriptions",
        label=_("Active subscriptions"),
        kind=Kind.INTEGER,
        expression=_active_subscriptions(),
        cell=lambda customer: Cell(str(customer.active_subscriptions)),
        annotations={"active_subscriptions": _active_subscriptions()},
        css="figure",
        permission="subscriptions.view",
    ),
    Column(
        key="subscription_statuses",
        label=_("Status"),
        expression=_subscription_statuses(),
        cell=_statuses,
        reads=("archived_at",),
        annotations=_states(),
        is_self_explaining=True,
        permission="subscriptions.view",
    ),
    Column(
        key="payment_methods",
        label=_("Paid with"),
        expression=_payment_methods(),
        cell=_methods,
        annotations={"methods": _set_of(Payment.objects.filter(status=PaymentStatus.PAID), "method")},
        permission="sales.view",
        css="quiet",
    ),
    _moment("archived_at", _("Archived")),
    # In a file only when asked for by name: its usual columns are what other programs were told to expect.
    _moment("created_at", _("Created"), order="created", is_opt_in=True),
    Column(
        key="tags",
        label=_("Tags"),
        expression=_tags(),
        cell=lambda customer: Cell(", ".join(customer.tag_names)),
        annotations={"tag_names": _set_of(CustomerTag.objects.all(), "tag__name")},
        is_opt_in=True,
    ),
)
