"""The columns of the customer list: a cell for the screen, an expression for the file, or both."""

from typing import Any, Final

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from atomicpay.ui import html
from atomicpay.ui.columns import Cell, Column, Kind
from sales.models import Dispute, Payment, Sale
from sales.states import DisputeStatus, PaymentMethod, PaymentStatus, SaleStatus
from subscriptions.models import Subscription
from subscriptions.words import subscriber_badge

from .models import Customer, CustomerEmail

# What the cells read ----------------------------------------------------------------------------------------


def with_cells(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Only what the cells read, the small sets among it as subqueries that are run for the rows shown.

    Subquery and not Exists: the planner, which does not see that only one page of rows is wanted, would hash
    an EXISTS over all sales first (480 ms at six million).
    """
    subscriptions = Subscription.objects.filter(customer=OuterRef("pk"))
    payments = Payment.objects.filter(customer=OuterRef("pk"), status=PaymentStatus.PAID)
    disputes = Dispute.objects.filter(customer=OuterRef("pk"), status=DisputeStatus.OPEN, is_test=False)
    asked = Sale.objects.filter(customer=OuterRef("pk"), status=SaleStatus.REFUND_REQUESTED, is_test=False)
    return customers.only("public_id", "name", "email", "archived_at", "created_at").annotate(
        subscription_statuses=ArraySubquery(subscriptions.values("status").distinct()),
        methods=ArraySubquery(payments.order_by("method").values("method").distinct()),
        open_dispute=Subquery(disputes.values("pk")[:1]),
        refund_request=Subquery(asked.values("pk")[:1]),
    )


def _customer(customer: Any) -> Cell:
    return Cell(
        customer.name or customer.email or gettext("No name"), customer.email if customer.name else ""
    )


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


def _spend(customer: Any) -> Cell:
    amounts = [html.money_cell(spend.net, spend.currency) for spend in customer.spends]
    return (
        Cell(amounts[0], format_html_join(", ", "{}", ((a,) for a in amounts[1:]))) if amounts else Cell("")
    )


def _last_purchase(customer: Any) -> Cell:
    return Cell(html.day(max((s.last_paid_at for s in customer.spends if s.last_paid_at), default=None)))


def _first_purchase(customer: Any) -> Cell:
    return Cell(html.day(min((s.first_paid_at for s in customer.spends if s.first_paid_at), default=None)))


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
        **kwargs,
    )


# In the order of a file, which has one row for each customer and currency.
COLUMNS: Final = (
    Column(key="customer_id", label=_("Customer id"), expression=Cast("public_id", CharField())),
    Column(key="customer", label=_("Customer"), cell=_customer, order="name", css="main"),
    Column(key="name", label=_("Name"), expression="name"),
    Column(key="email", label=_("Email"), expression="email"),
    Column(key="all_emails", label=_("All emails"), expression=_emails()),
    Column(key="phone", label=_("Phone"), kind=Kind.PHONE, expression="phone"),
    _document("document_type", _("Document type"), "document_kind"),
    _document("document", _("Document"), "document"),
    Column(key="country", label=_("Country"), expression="country"),
    Column(key="state", label=_("State"), expression="state"),
    Column(key="city", label=_("City"), expression="city"),
    Column(
        key="first_purchase_at",
        label=_("First purchase"),
        kind=Kind.DATETIME,
        expression="spend_first_paid_at",
        cell=_first_purchase,
        order="first_purchase",
        permission="sales.view",
    ),
    Column(
        key="last_purchase_at",
        label=_("Last purchase"),
        kind=Kind.DATETIME,
        expression="spend_last_paid_at",
        cell=_last_purchase,
        order="last_purchase",
        permission="sales.view",
    ),
    Column(
        key="paid_sales",
        label=_("Purchases"),
        kind=Kind.INTEGER,
        expression="spend_paid_sales",
        cell=_purchases,
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
    _money("gross_paid", _("Gross"), "spend_gross"),
    _money("refunded", _("Refunded"), "spend_refunded"),
    _money("disputed", _("Disputed"), "spend_disputed"),
    _money(
        "lifetime_spend",
        _("Lifetime spend"),
        "spend_net",
        cell=_spend,
        order="spend",
        is_self_explaining=True,
        css="lead-figure",
    ),
    Column(
        key="active_subscriptions",
        label=_("Active subscriptions"),
        kind=Kind.INTEGER,
        expression=_active_subscriptions(),
        permission="subscriptions.view",
    ),
    Column(
        key="subscription_statuses",
        label=_("Status"),
        expression=_subscription_statuses(),
        cell=_statuses,
        is_self_explaining=True,
        permission="subscriptions.view",
    ),
    Column(
        key="payment_methods",
        label=_("Paid with"),
        expression=_payment_methods(),
        cell=_methods,
        permission="sales.view",
        css="quiet",
    ),
    Column(key="archived_at", label=_("Archived"), kind=Kind.DATETIME, expression="archived_at"),
    Column(
        key="created_at",
        label=_("Created"),
        cell=lambda customer: Cell(html.day(customer.created_at)),
        order="created",
    ),
)
