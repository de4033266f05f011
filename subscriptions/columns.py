"""The columns of the subscription list: a cell for the screen, an expression for the file, or both."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from atomicpay.catalog.words import frequency
from atomicpay.ui import html
from atomicpay.ui.columns import Cell, Column, Kind, plain

from .models import CanceledBy
from .words import subscription_badge, what_comes_next, who_canceled


def _customer(subscription: Any) -> Cell:
    customer = subscription.customer
    return Cell(
        customer.name or customer.email or gettext("No name"), customer.email if customer.name else ""
    )


def _product(subscription: Any) -> Cell:
    plan = subscription.plan
    return Cell(subscription.product.name, plan.name or frequency(plan) if plan else "")


def _status(subscription: Any) -> Cell:
    return Cell(subscription_badge(subscription.status))


def _next(subscription: Any) -> Cell:
    return Cell(what_comes_next(subscription), who_canceled(subscription))


def _day(name: str) -> Callable[[Any], Cell]:
    return lambda subscription: Cell(html.day(getattr(subscription, name)))


def _canceled_by(subscription: Any) -> Cell:
    return Cell(str(CanceledBy(subscription.canceled_by).label) if subscription.canceled_by else "")


def _moment(key: str, label: Any, **kwargs: Any) -> Column:
    settings: dict[str, Any] = {"cell": _day(key), "reads": (key,)} | kwargs
    return Column(key=key, label=label, kind=Kind.DATETIME, expression=key, **settings)


def _text(key: str, label: Any, name: str = "", **kwargs: Any) -> Column:
    """A column that shows on the screen what it has in a file."""
    name = name or key
    settings: dict[str, Any] = {"cell": plain(name), "reads": (name,), "css": "quiet"} | kwargs
    return Column(key=key, label=label, expression=name, **settings)


_PLAN: Final = (
    *("plan__name", "plan__payment_model", "plan__interval", "plan__interval_count"),
    "plan__source_frequency",
)
_NEXT: Final = (
    *("status", "trial_ends_at", "current_period_end", "next_charge_at", "cancel_at_period_end"),
    *("canceled_at", "ended_at", "canceled_by"),
)

COLUMNS: Final = (
    Column(key="subscription_id", label=_("Subscription id"), kind=Kind.ID, expression="public_id"),
    Column(
        key="customer",
        label=_("Customer"),
        cell=_customer,
        reads=("customer__name", "customer__email"),
        in_file=("email",),
        css="main",
    ),
    Column(key="customer_id", label=_("Customer id"), kind=Kind.ID, expression="customer__public_id"),
    _text("email", _("Email"), "customer__email"),
    Column(
        key="product",
        label=_("Product"),
        expression="product__name",
        cell=_product,
        reads=("product__name", *_PLAN),
    ),
    _text("plan", _("Plan"), "plan__name"),
    Column(
        key="status",
        label=_("Status"),
        kind=Kind.CHOICE,
        expression="status",
        cell=_status,
        reads=("status",),
        is_self_explaining=True,
    ),
    _moment("started_at", _("Started"), order="started"),
    _moment("trial_ends_at", _("Trial ends")),
    _moment("current_period_end", _("Period ends")),
    _moment("next_charge_at", _("What comes next"), cell=_next, reads=_NEXT, order="next_charge"),
    _moment("canceled_at", pgettext_lazy("subscription", "Canceled")),
    _moment("ended_at", _("Ended"), order="ended", is_opt_in=True),
    _text("canceled_by", _("Canceled by"), kind=Kind.CHOICE, cell=_canceled_by),
    _text("cancel_reason", _("Reason")),
    _text("charges_count", _("Charges"), kind=Kind.INTEGER, css="figure", order="charges"),
    Column(
        key="amount",
        label=_("Amount"),
        kind=Kind.MONEY,
        currency="currency",
        expression="amount",
        cell=lambda row: Cell(html.money_cell(row.amount, row.currency)),
        reads=("amount", "currency"),
        order="amount",
        is_self_explaining=True,
        css="lead-figure",
    ),
    Column(key="currency", label=_("Currency"), kind=Kind.CHOICE, expression="currency"),
    # In a file only when asked for by name: its usual columns are what other programs were told to expect.
    _text("subscription_code", _("Subscription code"), "external_id", is_opt_in=True),
)
