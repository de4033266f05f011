"""The list of what needs attention."""

from dataclasses import replace
from typing import Any, Final

from django.db.models import CharField, F, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.catalog.choices import PRODUCTS
from atomicpay.ui import html
from atomicpay.ui.columns import Cell, Column, Kind, only_what_is_read
from atomicpay.ui.filters import ChoicesFilter, Option, OptionFilter, RecordFilter, SearchFilter
from atomicpay.ui.filtersets import ListFilterSet
from atomicpay.ui.keyset import Order
from atomicpay.ui.listing import ListPage
from atomicpay.ui.own_values import own_answer, own_day, own_word
from atomicpay.ui.ranges import DayRangeFilter
from atomicpay.ui.registry import register
from customers.search_ways import Wanted, Way, found_by, people
from customers.whose import CustomerFilter

from .facts import Check
from .labels import LABELS
from .models import Finding
from .words import name_of_check, say

CHECKS: Final = [(check.value, label.name) for check, label in LABELS.items() if check is not Check.SCOPE]


def _held_by(wanted: Wanted, reads_all: bool) -> list[Way]:
    """The findings of the customers whom a text means."""
    ways = people(wanted, reads_all, "customer__")
    return [
        replace(way, ids=Finding.objects.filter(customer__in=way.ids).order_by().values("pk")) for way in ways
    ]


class FindingFilters(ListFilterSet):
    """What the list can be narrowed by."""

    q = SearchFilter(label=_("Search"), condition=lambda text: found_by(text, _held_by))
    check = ChoicesFilter(
        label=_("Check"),
        choices=CHECKS,
        condition=lambda codes: Q(check_code__in=codes),
        value_of=own_word(lambda: F("check_code"), CHECKS),
        dimension="check_code",
        is_counted=True,
    )
    product = RecordFilter(
        label=_("Product"),
        records=PRODUCTS,
        condition=lambda pk: Q(product=pk),
        value_of=own_word(lambda: F("product__name")),
    )
    found = DayRangeFilter(label=_("Found"), field_name="found_at", value_of=own_day(lambda: F("found_at")))
    dismissed = OptionFilter(
        label=_("Dismissed"),
        options=(
            Option("leave_out", _("Leave out"), lambda: Q(is_dismissed=False), _("left out"), holds=False),
            Option("include", _("Include"), words=_("included")),
            Option("only", _("Only dismissed"), lambda: Q(is_dismissed=True), _("only these"), holds=True),
        ),
        default="leave_out",
        left_out="only",
        value_of=own_answer(lambda: F("is_dismissed"), _("dismissed"), _("not dismissed")),
        dimension="is_dismissed",
        is_counted=True,
    )

    customer = CustomerFilter()

    groups = (
        (_("Customer"), ("customer",)),
        (_("Search"), ("q",)),
        (_("Check"), ("check",)),
        (_("Product"), ("product",)),
        (_("Found"), ("found",)),
        (_("Dismissed"), ("dismissed",)),
    )


def _customer(finding: Any) -> Cell:
    customer = finding.customer
    return Cell(
        customer.name or customer.email or gettext("No name"), customer.email if customer.name else ""
    )


def _found(finding: Any) -> Cell:
    """What was found; under it, whether and why it was dismissed, also of one that has come back."""
    words = say(finding.check_code, finding.evidence)
    if not finding.dismissed_at:
        return Cell(words)
    how = (
        gettext("Dismissed: %(reason)s") if finding.is_dismissed else gettext("Dismissed before: %(reason)s")
    )
    return Cell(words, how % {"reason": finding.dismiss_reason})


def _text(key: str, label: Any, expression: Any, **kwargs: Any) -> Column:
    return Column(key=key, label=label, expression=expression, **kwargs)


COLUMNS: Final = (
    _text("finding_id", _("Finding id"), "public_id", kind=Kind.ID),
    Column(
        key="customer",
        label=_("Customer"),
        expression="customer__name",
        cell=_customer,
        reads=("customer__name", "customer__email"),
        css="main",
    ),
    _text("customer_id", _("Customer id"), "customer__public_id", kind=Kind.ID),
    _text("email", _("Email"), "customer__email"),
    Column(
        key="check",
        label=_("Check"),
        kind=Kind.CHOICE,
        expression="check_code",
        cell=lambda finding: Cell(name_of_check(finding.check_code)),
        reads=("check_code",),
    ),
    Column(
        key="found",
        label=_("What was found"),
        cell=_found,
        reads=("check_code", "evidence", "is_dismissed", "dismissed_at", "dismiss_reason"),
        in_file=("evidence",),
        css="quiet",
    ),
    Column(
        key="product",
        label=_("Product"),
        expression="product__name",
        cell=lambda finding: Cell(finding.product.name),
        reads=("product__name",),
    ),
    _text("sale_id", _("Sale id"), "sale__public_id", kind=Kind.ID),
    _text("sale_reference", _("Sale"), "sale__reference"),
    _text("subscription_id", _("Subscription id"), "subscription__public_id", kind=Kind.ID),
    _text("evidence", _("Evidence"), Cast("evidence", CharField()), is_opt_in=True),
    Column(
        key="found_at",
        label=_("Found"),
        kind=Kind.DATETIME,
        expression="found_at",
        cell=lambda finding: Cell(html.moment(finding.found_at)),
        reads=("found_at",),
        order="found",
    ),
    _text("is_dismissed", _("Dismissed"), "is_dismissed", kind=Kind.BOOLEAN),
    Column(
        key="dismissed_at",
        label=_("Dismissed"),
        kind=Kind.DATETIME,
        expression="dismissed_at",
        cell=lambda finding: Cell(html.day(finding.dismissed_at)),
        reads=("dismissed_at",),
    ),
    _text("dismiss_reason", _("Why dismissed"), "dismiss_reason"),
)


@register
class FindingList(ListPage):
    """Everything that does not fit, of all customers."""

    name = "attention"
    title = _("Needs attention")
    noun, noun_plural = _("finding"), _("findings")
    model = Finding
    permission = "attention.view"
    filterset = FindingFilters
    columns = COLUMNS
    on_screen = ("customer", "check", "found", "product", "found_at")
    orders = (
        Order(
            key="found",
            expression="found_at",
            ascending=_("Sorted by when it was found, oldest first"),
            descending=_("Sorted by when it was found, newest first"),
            starts_descending=True,
        ),
    )
    default_sort = "-found"
    keeps_views = True
    empty_title = _("Nothing needs attention")
    empty_text = _("What does not fit is listed here: after each import, every few minutes, and every night.")
    list_url, record_url = "attention:list", "attention:detail"

    def all_rows(self) -> QuerySet:
        return Finding.objects.filter(closed_at=None)

    def rows_for_screen(self, queryset: QuerySet, columns: tuple[Column, ...]) -> QuerySet:
        return only_what_is_read(queryset, columns)
