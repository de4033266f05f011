"""Totals that the database keeps itself, by triggers on sales, subscriptions, refunds and disputes.

The runtime role may only read them, so nothing but the triggers can write them, and `manage.py check_totals`
can prove them right. What is kept for each customer has no keys of its own: the rows that it is made of have
the same ones in the same transaction, and checking them twice was a third of all checking of an import.
"""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from atomicpay.catalog.models import Plan, Product
from atomicpay.workspaces.constraints import RowSecurity, in_workspace, owned, same_workspace
from atomicpay.workspaces.fields import CodeField, CurrencyField, MinorUnitsField, WorkspaceForeignKey
from atomicpay.workspaces.owned import WorkspaceOwned
from atomicpay.workspaces.predicate import BY_PRODUCT, NEVER
from customers.models import Customer


class CustomerSpend(WorkspaceOwned):
    """What a customer spent in one currency. Test sales never count.

    gross is the sum of what was charged for sales that were approved at some time; refunded that of succeeded
    refunds; disputed that of open and lost disputes; net = gross - refunded - disputed. A net below zero is
    kept as it is: a cancellation may name no sale.
    """

    # It is summed over all products; a member limited to some gets sums over theirs (`sales.queries`).
    product_rule = NEVER

    customer = WorkspaceForeignKey(Customer, on_delete=models.DO_NOTHING, related_name="spend")
    currency = CurrencyField(_("currency"))
    gross = MinorUnitsField(_("gross"))
    refunded = MinorUnitsField(_("refunded"))
    disputed = MinorUnitsField(_("disputed"))
    net = MinorUnitsField(_("lifetime spend"))
    paid_sales = models.IntegerField(_("paid sales, renewals among them"))
    renewals = models.IntegerField(_("renewals"))
    refunds = models.IntegerField(_("refunds"))
    first_paid_at = models.DateTimeField(_("first purchase"), null=True)
    last_paid_at = models.DateTimeField(_("last purchase"), null=True)

    class Meta(WorkspaceOwned.Meta):
        db_table = "customer_spend"
        verbose_name = _("lifetime spend")
        verbose_name_plural = _("lifetime spend")
        constraints = [
            RowSecurity(name="customer_spend_rls"),
            UniqueConstraint(fields=["workspace", "customer", "currency"], name="customer_spend_once"),
            CheckConstraint(
                condition=Q(net=F("gross") - F("refunded") - F("disputed")), name="customer_spend_net"
            ),
        ]
        indexes = [
            Index(
                F("workspace"),
                F("currency"),
                F("net").desc(),
                F("customer").desc(),
                name="customer_spend_net_i",
            ),
            Index(fields=["workspace", "last_paid_at", "customer"], name="customer_spend_last_i"),
            Index(fields=["workspace", "first_paid_at", "customer"], name="customer_spend_first_i"),
            Index(
                F("workspace"),
                F("currency"),
                (F("paid_sales") - F("renewals")).desc(),
                F("customer").desc(),
                name="customer_spend_purchases_i",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.currency}"

    @property
    def purchases(self) -> int:
        """Paid sales without renewals."""
        return self.paid_sales - self.renewals


class CustomerProduct(WorkspaceOwned):
    """Which products a customer has touched by any sale or subscription: what a limited member may see."""

    product_rule = BY_PRODUCT

    pk = models.CompositePrimaryKey("workspace_id", "product_id", "customer_id")
    customer = WorkspaceForeignKey(Customer, on_delete=models.DO_NOTHING, related_name="reach")
    product = WorkspaceForeignKey(Product, on_delete=models.DO_NOTHING, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        db_table = "customer_product"
        constraints = [
            RowSecurity(name="customer_product_rls"),
            UniqueConstraint(fields=["workspace", "customer", "product"], name="customer_product_once"),
        ]


class CustomerMethod(WorkspaceOwned):
    """How a customer has ever paid: the methods of their paid payments, each once."""

    # It is over all products; a member limited to some is answered from the payments in scope.
    product_rule = NEVER

    pk = models.CompositePrimaryKey("workspace_id", "method", "customer_id")
    customer = WorkspaceForeignKey(Customer, on_delete=models.DO_NOTHING, related_name="methods_used")
    method = CodeField(_("method"))

    class Meta(WorkspaceOwned.Meta):
        db_table = "customer_method"
        constraints = [
            RowSecurity(name="customer_method_rls"),
            UniqueConstraint(fields=["workspace", "customer", "method"], name="customer_method_once"),
        ]


class SaleTally(WorkspaceOwned):
    """An entry in the book of how many sales there are of each kind; their number is the sum of the entries.

    Kept as the book of days is: triggers only add entries, with a plus or a minus, and a nightly task folds
    the entries of a kind into one. Six million sales are counted from a few thousand entries.
    """

    product_rule = BY_PRODUCT

    product = WorkspaceForeignKey(Product, on_delete=models.DO_NOTHING, related_name="+")
    plan = WorkspaceForeignKey(Plan, on_delete=models.DO_NOTHING, related_name="+", null=True)
    status = CodeField(_("status"))
    method = CodeField(_("payment method"))
    currency = CurrencyField(_("currency"))
    is_test = models.BooleanField(_("test"))
    is_charge = models.BooleanField(_("charge of a subscription"))
    sales = models.BigIntegerField(_("sales"))

    class Meta(WorkspaceOwned.Meta):
        db_table = "sale_tally"
        constraints = [
            *owned("sale_tally"),
            same_workspace("sale_tally", "product", "catalog.Product", actions="ON DELETE CASCADE"),
            same_workspace("sale_tally", "plan", "catalog.Plan", actions="ON DELETE CASCADE"),
        ]
        indexes = [Index(fields=["workspace", "product"], name="sale_tally_product_i")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.status}"


class DailyTotal(WorkspaceOwned):
    """An entry in the book of a workspace's days (in its time zone); a day's total is the sum of its entries.

    Triggers only add entries, with a plus or a minus, so that writers never wait for one another; a nightly
    task folds the entries of a day into one.
    """

    product_rule = NEVER

    day = models.DateField(_("day"))
    currency = CurrencyField(_("currency"))
    gross = MinorUnitsField(_("gross"))
    refunded = MinorUnitsField(_("refunded"))
    disputed = MinorUnitsField(_("disputed"))
    sales = models.BigIntegerField(_("paid sales"))
    refunds = models.BigIntegerField(_("refunds"))

    class Meta(WorkspaceOwned.Meta):
        db_table = "daily_total"
        constraints = [*owned("daily_total"), in_workspace("daily_total")]
        indexes = [Index(fields=["workspace", "day", "currency"], name="daily_total_day_i")]

    def __str__(self) -> str:
        return f"{self.day} {self.currency}"
