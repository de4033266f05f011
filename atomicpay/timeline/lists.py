"""The timeline of one customer as a list page: filters, count, order and file are the kit's.

Only its pages are read in a way of their own (`reading`), and shown by a template of their own.
"""

from datetime import datetime
from typing import Final

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.ui import html
from atomicpay.ui.columns import Cell, Column, Kind as CellKind, plain
from atomicpay.ui.filtersets import filtered
from atomicpay.ui.keyset import Cursor, CursorIsGone, Order, Page
from atomicpay.ui.listing import ListPage, ListState
from atomicpay.ui.opened import OpenView
from atomicpay.ui.registry import register
from atomicpay.workspaces.fields import CodeField
from atomicpay.workspaces.models import Membership
from customers.models import Customer

from .filters import CUSTOMER, TimelineFilters
from .kinds import ACT, KIND_OF_ACT, PERMISSIONS_OF_KINDS, Kind, kind_of, visible_to
from .models import TimelineEntry
from .reading import parts_of, read_entries

EXPORTS: Final = 84
"""The branch of the view that tells of files of a timeline."""


def _kind_of_row() -> Case:
    """The kind of a row, that of an act by its action."""
    acts = [When(kind=ACT, step=action, then=Value(kind.value)) for action, kind in KIND_OF_ACT.items()]
    other = When(kind=ACT, then=Value(Kind.RECORD.value))
    return Case(*acts, other, default=F("kind"), output_field=CodeField())


def _text(name: str) -> Coalesce:
    """A text of a joined row, or nothing."""
    return Coalesce(name, Value(""), output_field=CodeField())


class TimelineState(ListState):
    """An address of a timeline. Its pages begin at places that stand in the address themselves."""

    @property
    def customer(self) -> Customer | None:
        """Whose timeline it is; None where the address names nobody."""
        customer: Customer | None = self.value(CUSTOMER)
        return customer

    def read_page(self) -> Page:
        try:
            return self._read(self.cursor, self.page.page_size)
        except CursorIsGone:
            self.notices.append(gettext("The page in the address is not known. This is the first one."))
            return self._read(None, self.page.page_size)

    def latest(self, number: int) -> Page:
        """The first few entries, wherever the address stands."""
        return self._read(None, number)

    def _read(self, cursor: Cursor | None, size: int) -> Page:
        customer = self.customer
        if customer is None:
            return Page([], 1, None, None)
        conditions = self.filterset.conditions(reads_all=False)
        others = [condition for name, condition in conditions.items() if name != CUSTOMER]
        rows = filtered(self.page.all_rows(), [visible_to(self.membership), *others])
        return read_entries(
            rows.filter(customer_id=customer.pk),
            parts_of(customer.pk, rows, self.value("kind")),
            cursor,
            size,
            newest_first=self.sorting.is_descending,
        )


@register
class TimelineList(ListPage):
    """Everything that happened around one customer."""

    name = "timeline"
    title = _("Timeline")
    noun, noun_plural = _("entry"), _("entries")
    model = TimelineEntry
    permission = "customers.view"
    row_permissions = tuple(sorted({*PERMISSIONS_OF_KINDS.values()}))
    filterset = TimelineFilters
    row_key = ()
    columns = (
        Column(
            key="at",
            label=_("When"),
            kind=CellKind.DATETIME,
            expression="at",
            cell=lambda entry: Cell(html.moment(entry.at)),
            order="at",
            css="main",
        ),
        Column(
            key="kind",
            label=_("Kind"),
            kind=CellKind.CHOICE,
            expression=_kind_of_row(),
            cell=lambda entry: Cell(str(kind_of(entry.kind, entry.step).label)),
        ),
        Column(key="step", label=_("What"), kind=CellKind.CHOICE, expression="step", cell=plain("step")),
        Column(
            key="status_before", label=_("Status before"), kind=CellKind.CHOICE, expression="status_before"
        ),
        Column(
            key="status", label=_("Status"), kind=CellKind.CHOICE, expression="status", cell=plain("status")
        ),
        Column(
            key="product", label=_("Product"), expression=_text("product__name"), cell=plain("product__name")
        ),
        Column(key="sale", label=_("Sale"), expression=_text("sale__reference"), permission="sales.view"),
        Column(
            key="subscription",
            label=_("Subscription"),
            expression=_text("subscription__external_id"),
            permission="subscriptions.view",
        ),
        Column(key="currency", label=_("Currency"), kind=CellKind.CHOICE, expression="currency"),
        Column(
            key="amount",
            label=_("Amount"),
            kind=CellKind.MONEY,
            expression="amount",
            currency="currency",
            permission="sales.view",
            # A sale, its payment and its refund tell of the same money.
            adds_up=False,
        ),
        Column(key="method", label=_("Method or channel"), kind=CellKind.CHOICE, expression="method"),
        Column(key="card", label=_("Card"), expression="card", permission="sales.view"),
        Column(key="who", label=_("Who"), expression=_text("member__user__name")),
        Column(key="source", label=_("Source"), expression="source"),
        Column(key="why", label=_("Why"), expression="reason"),
        Column(key="title", label=_("Subject"), expression="title"),
        Column(key="body", label=_("Text"), expression="body"),
        Column(key="url", label=_("In the helpdesk"), expression="url"),
        Column(key="test", label=_("Test"), kind=CellKind.BOOLEAN, expression="is_test"),
    )
    on_screen = ("at", "kind", "step", "status", "product")
    orders = (
        Order(
            key="at",
            expression="at",
            ascending=_("Oldest first"),
            descending=_("Newest first"),
            starts_descending=True,
        ),
    )
    default_sort = "-at"
    empty_title = _("Nothing on record")
    empty_text = _("What is bought, paid, said and done about this customer appears here by itself.")
    list_url, record_url = "timeline:any", "timeline:of_customer"

    def row_of_export(self, export_id: int) -> Q:
        return Q(branch=EXPORTS, record_id=export_id)

    def parse(
        self,
        query: QueryDict,
        membership: Membership,
        view: OpenView | None = None,
        bare: str = "",
        *,
        at: datetime | None = None,
    ) -> TimelineState:
        return TimelineState(self, query, membership, view, bare, at)
