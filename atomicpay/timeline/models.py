"""Everything that happened around a customer as rows of one kind, read from the tables where it stands.

There is no table behind them: `timeline_entry` is a view with the reader's own rights (`security_invoker`),
so that nothing is kept twice, nothing has to be erased twice, and every row is as true as its source.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from atomicpay.catalog.models import Product
from atomicpay.workspaces.fields import CodeField, CurrencyField, MinorUnitsField, WorkspaceForeignKey
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import WorkspaceOwned
from atomicpay.workspaces.predicate import BY_CUSTOMER, BY_PRODUCT, ProductRule
from sales.models import Sale
from subscriptions.models import Subscription

# A row of a product by its product; one about the person for who may see the person; what the audit log tells
# and a refund that names no sale to nobody who is limited, as in their own tables.
OF_PRODUCT_OR_CUSTOMER = ProductRule(
    f"({BY_PRODUCT.sql} OR ({{alias}}.is_of_customer AND {BY_CUSTOMER.sql}))"
)

# The first moment there is, so that no place is negative, whatever day somebody typed.
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_BITS: Final = 64


def position_of(at: datetime, key: int) -> UUID:
    """A place in the order as the 32 digits that a page's address carries; no row has to be looked up."""
    return UUID(int=((at - _FIRST) // _MICROSECOND << _BITS) | key)


def place_at(position: UUID) -> tuple[datetime, int]:
    """The moment and key of such a place; raises OverflowError for digits that are none."""
    micros, key = divmod(position.int, 1 << _BITS)
    return _FIRST + timedelta(microseconds=micros), key


class TimelineEntry(WorkspaceOwned):
    """One thing that happened to one customer. Read only.

    `branch` is the kind of row it is read from, in the order in which equal moments are told, `record_id` its
    key there; `id` is both, so that (at, id) is a total order. `source` is a provider or, of a message, who
    wrote it; `title`, `body` and `reason` are texts as they came, and must be escaped like any other.
    """

    product_rule = OF_PRODUCT_OR_CUSTOMER

    # No relation: what refers to customers is a list that merging and erasing go through, and this is no row.
    customer_id = models.BigIntegerField(_("customer"))
    branch = models.SmallIntegerField()
    record_id = models.BigIntegerField()
    at = models.DateTimeField(_("when"))
    kind = CodeField(_("kind"))
    step = CodeField(_("what"))
    is_of_customer = models.BooleanField()
    product = WorkspaceForeignKey(
        Product, models.DO_NOTHING, related_name="+", null=True, verbose_name=_("product")
    )
    sale = WorkspaceForeignKey(Sale, models.DO_NOTHING, related_name="+", null=True, verbose_name=_("sale"))
    subscription = WorkspaceForeignKey(
        Subscription, models.DO_NOTHING, related_name="+", null=True, verbose_name=_("subscription")
    )
    member = WorkspaceForeignKey(
        Membership, models.DO_NOTHING, related_name="+", null=True, verbose_name=_("member")
    )
    source = CodeField(_("source"))
    status_before = CodeField(_("from"))
    status = CodeField(_("status"))
    method = CodeField(_("method"))
    card = CodeField()
    amount = MinorUnitsField(_("amount"), null=True)
    currency = CurrencyField(_("currency"))
    title = CodeField()
    body = CodeField()
    reason = CodeField(_("reason"))
    url = CodeField()
    is_illegal = models.BooleanField()
    is_test = models.BooleanField(_("test"))

    class Meta(WorkspaceOwned.Meta):
        managed = False
        db_table = "timeline_entry"
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline")

    def __str__(self) -> str:
        return f"{self.kind} {self.step} {self.at:%Y-%m-%d}"

    @property
    def public_id(self) -> UUID:
        """Its place in the order, by which a page begins."""
        return position_of(self.at, self.pk)
