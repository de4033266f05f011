"""The columns of the subscription list: a cell for the screen, an expression for the file, or both."""

from typing import Any, Final

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from atomicpay.catalog.words import frequency
from atomicpay.ui import html
from atomicpay.ui.columns import Cell, Column, Kind

from .models import Subscription
from .words import subscription_badge, what_comes_next, who_canceled


def with_cells(subscriptions: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Only what the cells read."""
    return subscriptions.select_related("customer", "product", "plan").only(
        *("public_id", "status", "started_at", "trial_ends_at", "current_period_end", "next_charge_at"),
        *("cancel_at_period_end", "canceled_at", "ended_at", "canceled_by", "charges_count"),
        *("amount", "currency", "customer__name", "customer__email", "product__name", "plan__name"),
        *("plan__payment_model", "plan__interval", "plan__interval_count", "plan__source_frequency"),
    )


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


def _public_id(path: str) -> Any:
    return Cast(path, CharField())


def _moment(key: str, label: Any, **kwargs: Any) -> Column:
    return Column(key=key, label=label, kind=Kind.DATETIME, expression=key, **kwargs)


COLUMNS: Final = (
    Column(key="subscription_id", label=_("Subscription id"), expression=_public_id("public_id")),
    Column(key="customer", label=_("Customer"), cell=_customer, css="main"),
    Column(key="customer_id", label=_("Customer id"), expression=_public_id("customer__public_id")),
    Column(key="email", label=_("Email"), expression="customer__email"),
    Column(key="product", label=_("Product"), expression="product__name", cell=_product),
    Column(key="plan", label=_("Plan"), expression="plan__name"),
    Column(
        key="status",
        label=_("Status"),
        kind=Kind.CHOICE,
        expression="status",
        cell=_status,
        is_self_explaining=True,
    ),
    _moment("started_at", _("Started"), cell=lambda row: Cell(html.day(row.started_at)), order="started"),
    _moment("trial_ends_at", _("Trial ends")),
    _moment("current_period_end", _("Period ends")),
    _moment("next_charge_at", _("What comes next"), cell=_next, order="next_charge"),
    _moment("canceled_at", pgettext_lazy("subscription", "Canceled")),
    Column(key="ended_at", label=_("Ended"), cell=lambda row: Cell(html.day(row.ended_at)), order="ended"),
    Column(key="canceled_by", label=_("Canceled by"), kind=Kind.CHOICE, expression="canceled_by"),
    Column(key="cancel_reason", label=_("Reason"), expression="cancel_reason"),
    Column(
        key="charges_count",
        label=_("Charges"),
        kind=Kind.INTEGER,
        expression="charges_count",
        cell=lambda row: Cell(str(row.charges_count)),
        order="charges",
        css="figure",
    ),
    Column(
        key="amount",
        label=_("Amount"),
        kind=Kind.MONEY,
        currency="currency",
        expression="amount",
        cell=lambda row: Cell(html.money_cell(row.amount, row.currency)),
        order="amount",
        is_self_explaining=True,
        css="lead-figure",
    ),
    Column(key="currency", label=_("Currency"), kind=Kind.CHOICE, expression="currency"),
)
