"""The columns of the sales list: a cell for the screen, an expression for the file, or both."""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import F, Max, OuterRef, Sum, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.catalog.models import PaymentModel, Product
from atomicpay.ui import html
from atomicpay.ui.columns import Cell, Column, Kind, plain
from atomicpay.ui.sparse import SparseValue
from atomicpay.workspaces.fields import MinorUnitsField

from .models import AccessGrant, Refund, Sale
from .purchases import what_was_bought
from .querysets import given_back, paying_card
from .states import RefundStatus
from .words import access_badge, method_words, sale_badge

# The cells of the screen ------------------------------------------------------------------------------------

_BOUGHT: Final = (
    *("product__name", "product__kind", "plan__payment_model", "plan__interval", "plan__interval_count"),
    *("plan__source_frequency", "recurrence_number", "offer_type", "is_test"),
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


def _at(name: str) -> Callable[[Any], Cell]:
    """The day of a moment, with the minute under it."""

    def cell(sale: Any) -> Cell:
        moment = getattr(sale, name)
        return Cell(html.day(moment), f"{timezone.localtime(moment):%H:%M}" if moment else "")

    return cell


def _minor(name: str) -> Callable[[Any], Cell]:
    """An amount; nothing for one that is not on record."""
    return lambda sale: Cell(html.money_cell(getattr(sale, name), sale.currency))


def _email(sale: Any) -> Cell:
    return Cell(sale.buyer_email or sale.customer.email)


def _payment_model(sale: Any) -> Cell:
    return Cell(str(PaymentModel(sale.plan.payment_model).label) if sale.plan else "")


def _offer(sale: Any) -> Cell:
    return Cell(str(Sale.OfferType(sale.offer_type).label))


def _delivery(sale: Any) -> Cell:
    return Cell(str(Product.Delivery(sale.product.delivery).label) if sale.product.delivery else "")


def _access_state(sale: Any) -> Cell:
    return Cell(access_badge(sale.access) if sale.access else "")


# What files hold --------------------------------------------------------------------------------------------


_NOTHING: Final = Value(0, output_field=MinorUnitsField())


def _of_refunds(value: Any, **kwargs: Any) -> Any:
    refunds = Refund.objects.filter(sale=OuterRef("pk"), status=RefundStatus.SUCCEEDED).order_by()
    return SparseValue(refunds, refunds.values("sale").annotate(value=value).values("value"), **kwargs)


def _access() -> Any:
    grants = AccessGrant.objects.filter(sale=OuterRef("pk"))
    return SparseValue(grants, grants.order_by("-created_at", "-pk").values("status")[:1])


def _as_typed(column: str, known: str) -> Any:
    """What the buyer typed at the checkout, or what the customer is known by where nothing was kept of it."""
    return Coalesce(NullIf(column, Value(""), output_field=TextField()), F(known), output_field=TextField())


def _money(key: str, label: Any, expression: Any, **kwargs: Any) -> Column:
    settings: dict[str, Any] = {"cell": _minor(key), "reads": (key, "currency"), "css": "figure"} | kwargs
    return Column(
        key=key, label=label, kind=Kind.MONEY, currency="currency", expression=expression, **settings
    )


def _moment(key: str, label: Any, expression: Any, **kwargs: Any) -> Column:
    settings: dict[str, Any] = {"cell": _at(key), "reads": (key,)} | kwargs
    return Column(key=key, label=label, kind=Kind.DATETIME, expression=expression, **settings)


def _text(key: str, label: Any, name: str = "", **kwargs: Any) -> Column:
    """A column that shows on the screen what it has in a file."""
    name = name or key
    settings: dict[str, Any] = {"cell": plain(name), "reads": (name,), "css": "quiet"} | kwargs
    return Column(key=key, label=label, expression=name, **settings)


COLUMNS: Final = (
    Column(key="sale_id", label=_("Sale id"), kind=Kind.ID, expression="public_id"),
    Column(
        key="buyer",
        label=_("Buyer"),
        cell=_buyer,
        reads=("buyer_name", "customer__name", "customer__email", "reference"),
        in_file=("buyer_name", "reference"),
        css="main",
    ),
    _text("reference", _("Reference")),
    Column(key="customer_id", label=_("Customer id"), kind=Kind.ID, expression="customer__public_id"),
    Column(key="buyer_name", label=_("Buyer's name"), expression=_as_typed("buyer_name", "customer__name")),
    Column(
        key="buyer_email",
        label=_("Buyer's email"),
        expression=_as_typed("buyer_email", "customer__email"),
        cell=_email,
        reads=("buyer_email", "customer__email"),
    ),
    Column(key="product", label=_("Product"), expression="product__name", cell=_product, reads=_BOUGHT),
    _text("plan", _("Plan"), "plan__name"),
    _text(
        "payment_model",
        _("Payment model"),
        "plan__payment_model",
        kind=Kind.CHOICE,
        cell=_payment_model,
    ),
    _text("offer_type", _("Offer"), kind=Kind.CHOICE, cell=_offer),
    Column(
        key="status",
        label=_("Status"),
        kind=Kind.CHOICE,
        expression="status",
        cell=_status,
        reads=("status",),
        is_self_explaining=True,
    ),
    Column(
        key="payment_method",
        label=_("Paid with"),
        kind=Kind.CHOICE,
        expression="method",
        cell=_paid_with,
        reads=("method", "installments"),
        annotations={"card": paying_card()},
        css="quiet",
    ),
    _text("installments", _("Instalments"), kind=Kind.INTEGER, css="figure"),
    Column(key="currency", label=_("Currency"), kind=Kind.CHOICE, expression="currency"),
    _money("amount_list", _("List price"), "amount_list"),
    _money(
        "amount_charged",
        _("Amount"),
        "amount_charged",
        cell=_amount,
        annotations={"refunded": given_back()},
        order="amount",
        is_self_explaining=True,
        css="lead-figure",
    ),
    _money(
        "amount_refunded",
        _("Refunded"),
        _of_refunds(Sum("amount"), default=_NOTHING),
        cell=_minor("refunded"),
        reads=("currency",),
        annotations={"refunded": given_back()},
    ),
    _money("amount_fee", _("Fee"), "amount_fee"),
    _money("amount_net", _("Net of fees"), "amount_net"),
    _moment("ordered_at", _("Ordered"), "ordered_at", order="ordered"),
    _moment("approved_at", _("Approved"), "approved_at", order="approved"),
    _moment(
        "refunded_at",
        _("Refunded at"),
        _of_refunds(Max("completed_at")),
        cell=_at("given_back_at"),
        reads=(),
        annotations={"given_back_at": _of_refunds(Max("completed_at")).looked_up},
    ),
    Column(
        key="subscription_id",
        label=_("Subscription id"),
        kind=Kind.ID,
        expression="subscription__public_id",
    ),
    _text("recurrence_number", _("Charge number"), kind=Kind.INTEGER, css="figure"),
    _text("coupon", _("Coupon")),
    _text("utm_source", "utm_source"),
    _text("utm_campaign", "utm_campaign"),
    _text("delivery_method", _("Delivery"), "product__delivery", kind=Kind.CHOICE, cell=_delivery),
    Column(
        key="access_status",
        label=_("Access"),
        kind=Kind.CHOICE,
        expression=_access(),
        cell=_access_state,
        annotations={"access": _access().looked_up},
    ),
    # In a file only when asked for by name: its usual columns are what other programs were told to expect.
    _text("subscription_code", _("Subscription code"), "subscription__external_id", is_opt_in=True),
)
