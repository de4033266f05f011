"""The columns of the sales list: a cell for the screen, an expression for the file, or both."""

from typing import Any, Final

from django.db.models import CharField, F, Max, OuterRef, QuerySet, Subquery, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.ui import html
from atomicpay.ui.columns import Cell, Column, Kind

from .models import AccessGrant, Refund, Sale
from .purchases import what_was_bought
from .states import RefundStatus
from .words import method_words, sale_badge

# What the cells read ----------------------------------------------------------------------------------------


def with_cells(sales: QuerySet[Sale]) -> QuerySet[Sale]:
    """Only what the cells read."""
    return (
        sales.with_refunded()  # type: ignore[attr-defined]
        .with_card()
        .select_related("customer", "product", "plan")
        .only(
            *("public_id", "reference", "status", "is_test", "method", "installments", "offer_type"),
            *("currency", "amount_charged", "ordered_at", "approved_at", "recurrence_number", "buyer_name"),
            *("customer__name", "customer__email", "product__name", "product__kind"),
            *("plan__payment_model", "plan__interval", "plan__interval_count", "plan__source_frequency"),
        )
    )


def _buyer(sale: Any) -> Cell:
    name = sale.buyer_name or sale.customer.name or sale.customer.email
    return Cell(name or gettext("No name"), sale.reference)


def _product(sale: Any) -> Cell:
    return Cell(sale.product.name, what_was_bought(sale))


def _status(sale: Any) -> Cell:
    return Cell(sale_badge(sale.status))


def _paid_with(sale: Any) -> Cell:
    return Cell(method_words(sale.method, sale.card, sale.installments))


def _amount(sale: Any) -> Cell:
    refunded = html.money_cell(-sale.refunded, sale.currency) if sale.refunded else ""
    return Cell(html.money_cell(sale.amount_charged, sale.currency), refunded)


def _ordered(sale: Any) -> Cell:
    return Cell(html.day(sale.ordered_at), f"{timezone.localtime(sale.ordered_at):%H:%M}")


# What files hold --------------------------------------------------------------------------------------------


def _of_refunds(value: Any) -> Any:
    refunds = Refund.objects.filter(sale=OuterRef("pk"), status=RefundStatus.SUCCEEDED)
    return Subquery(refunds.order_by().values("sale").annotate(value=value).values("value"))


def _access() -> Any:
    grants = AccessGrant.objects.filter(sale=OuterRef("pk")).order_by("-created_at", "-pk")
    return Subquery(grants.values("status")[:1])


def _as_typed(column: str, known: str) -> Any:
    """What the buyer typed at the checkout, or what the customer is known by where nothing was kept of it."""
    return Coalesce(NullIf(column, Value(""), output_field=TextField()), F(known), output_field=TextField())


def _public_id(path: str) -> Any:
    return Cast(path, CharField())


def _money(key: str, label: Any, expression: Any, **kwargs: Any) -> Column:
    return Column(key=key, label=label, kind=Kind.MONEY, currency="currency", expression=expression, **kwargs)


def _moment(key: str, label: Any, expression: Any, **kwargs: Any) -> Column:
    return Column(key=key, label=label, kind=Kind.DATETIME, expression=expression, **kwargs)


COLUMNS: Final = (
    Column(key="sale_id", label=_("Sale id"), expression=_public_id("public_id")),
    Column(key="buyer", label=_("Buyer"), cell=_buyer, css="main"),
    Column(key="reference", label=_("Reference"), expression="reference"),
    Column(key="customer_id", label=_("Customer id"), expression=_public_id("customer__public_id")),
    Column(key="buyer_name", label=_("Buyer's name"), expression=_as_typed("buyer_name", "customer__name")),
    Column(
        key="buyer_email", label=_("Buyer's email"), expression=_as_typed("buyer_email", "customer__email")
    ),
    Column(key="product", label=_("Product"), expression="product__name", cell=_product),
    Column(key="plan", label=_("Plan"), expression="plan__name"),
    Column(key="payment_model", label=_("Payment model"), kind=Kind.CHOICE, expression="plan__payment_model"),
    Column(key="offer_type", label=_("Offer"), kind=Kind.CHOICE, expression="offer_type"),
    Column(
        key="status",
        label=_("Status"),
        kind=Kind.CHOICE,
        expression="status",
        cell=_status,
        is_self_explaining=True,
    ),
    Column(
        key="payment_method",
        label=_("Paid with"),
        kind=Kind.CHOICE,
        expression="method",
        cell=_paid_with,
        css="quiet",
    ),
    Column(key="installments", label=_("Instalments"), kind=Kind.INTEGER, expression="installments"),
    Column(key="currency", label=_("Currency"), kind=Kind.CHOICE, expression="currency"),
    _money("amount_list", _("List price"), "amount_list"),
    _money(
        "amount_charged",
        _("Amount"),
        "amount_charged",
        cell=_amount,
        order="amount",
        is_self_explaining=True,
        css="lead-figure",
    ),
    _money("amount_refunded", _("Refunded"), Coalesce(_of_refunds(Sum("amount")), 0)),
    _money("amount_fee", _("Fee"), "amount_fee"),
    _money("amount_net", _("Net of fees"), "amount_net"),
    _moment("ordered_at", _("Ordered"), "ordered_at", cell=_ordered, order="ordered"),
    _moment(
        "approved_at",
        _("Approved"),
        "approved_at",
        cell=lambda sale: Cell(html.day(sale.approved_at)),
        order="approved",
    ),
    _moment("refunded_at", _("Refunded at"), _of_refunds(Max("completed_at"))),
    Column(
        key="subscription_id",
        label=_("Subscription id"),
        expression=_public_id("subscription__public_id"),
    ),
    Column(
        key="recurrence_number",
        label=_("Charge number"),
        kind=Kind.INTEGER,
        expression="recurrence_number",
    ),
    Column(key="coupon", label=_("Coupon"), expression="coupon"),
    Column(key="utm_source", label="utm_source", expression="utm_source"),
    Column(key="utm_campaign", label="utm_campaign", expression="utm_campaign"),
    Column(key="delivery_method", label=_("Delivery"), kind=Kind.CHOICE, expression="product__delivery"),
    Column(key="access_status", label=_("Access"), kind=Kind.CHOICE, expression=_access()),
)
