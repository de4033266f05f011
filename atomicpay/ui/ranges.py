"""Filters of a list by ranges: days in the workspace's zone, amounts in a currency."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.forms import ChoiceField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.ui import moments, money
from atomicpay.ui.errors import CannotReadAmount
from atomicpay.ui.filters import Condition, ListFilter, Records
from atomicpay.ui.inputs import AmountRangeField, AmountTexts, CurrencyField, DayRangeField
from atomicpay.ui.keyset import Sorting
from atomicpay.ui.own_values import Own, own_day
from atomicpay.ui.periods import PAST, Days, Period
from atomicpay.ui.widgets import QuickSelect

if TYPE_CHECKING:
    from atomicpay.ui.filtersets import ListForm


class DayRangeFilter(ListFilter):
    """Days of the workspace's zone: a period, or from the first and before the last.

    `condition` gets the moments at which the range starts and ends, either of which may be None; where it is
    left out, `field_name` is compared with them. `which` names a WhichDateFilter that chooses among several.
    `order` is the key of the order by the same time, `column` what that annotates it as: the list is then
    sorted by it, and reads the range along the order's index. A period stays one in the address, so that what
    was saved moves with time.
    """

    field_class = DayRangeField

    def __init__(
        self,
        *,
        which: str = "",
        order: str = "",
        column: str = "",
        periods: Sequence[Period] = PAST,
        **kwargs: Any,
    ) -> None:
        self.which, self.periods = which, periods
        self.order, self.annotation = order, column
        super().__init__(periods=periods, **kwargs)

    @property
    def field(self) -> Any:
        with timezone.override(self.parent.zone):
            words = {"zone": moments.zone_words()}
        self.extra["help_text"] = gettext("Days in %(zone)s. The end day is not included.") % words
        return super().field

    def settle(self, form: "ListForm") -> None:
        value = form.cleaned_data.get(self.name)
        if isinstance(value, Period):
            form.cleaned_data[self.name] = value.days(self.parent.today)

    def condition_for(self, value: Days) -> Condition | None:
        start, end = value.moments(self.parent.zone)
        condition = self._chosen.condition if self._chosen else self.condition
        return condition(start, end) if condition else between(self.field_name, start, end)

    def column(self) -> str:
        return self._chosen.column if self._chosen else (self.annotation or self.field_name or "")

    def usual_order(self) -> str:
        return self._chosen.order if self._chosen else self.order

    def in_order(self, value: Days) -> Condition | None:
        return between(self.annotation, *value.moments(self.parent.zone)) if self.annotation else None

    @property
    def _chosen(self) -> "Moment | None":
        chooser = self.parent.filters.get(self.which)
        return chooser.chosen() if isinstance(chooser, WhichDateFilter) else None

    def heading(self) -> str:
        return str(self._chosen.label if self._chosen else self.label)

    def words(self, value: Days) -> str:
        if value.period and value.start and value.end:
            days = moments.format_days(value.start, value.end - timedelta(days=1))
            return gettext("%(period)s: %(days)s") % {"period": value.period.label, "days": days}
        start = moments.format_day(value.start) if value.start else ""
        end = moments.format_day(value.end) if value.end else ""
        if start and end:
            return gettext("from %(start)s, before %(end)s") % {"start": start, "end": end}
        return (
            gettext("from %(start)s") % {"start": start}
            if start
            else gettext("before %(end)s") % {"end": end}
        )

    def own(self) -> Own | None:
        if self._chosen:
            return self._chosen.value_of
        by_field = own_day(lambda: F(self.field_name)) if self.condition is None else None
        return super().own() or by_field

    def asks(self, value: Days) -> str:
        if value.start and not value.end:
            return gettext("the range starts %(day)s") % {"day": moments.format_day(value.start)}
        return gettext("the range is %(words)s") % {"words": self.words(value)}

    def other_readings(self) -> "list[Moment]":
        """The times that the same days could be meant of as well."""
        chooser = self.parent.filters.get(self.which)
        known = chooser.moments.values() if isinstance(chooser, WhichDateFilter) else ()
        return [moment for moment in known if moment != self._chosen]

    def parameters(self) -> tuple[str, ...]:
        return f"{self.name}_from", f"{self.name}_before", self.name


@dataclass(frozen=True, slots=True)
class Moment:
    """One of several times of a record; `condition` gets the moments at which a range starts and ends.

    `column` is the one of the list's rows that holds it; "" where it is elsewhere. A list of a range of it is
    sorted by it, newest first, by `order`, unless another order is asked for.
    """

    value: str
    label: str | Promise
    condition: Callable[[datetime | None, datetime | None], Condition]
    value_of: Own | None = None
    column: str = ""
    order: str = ""


class WhichDateFilter(ListFilter):
    """Which of several times the range of days beside it means: the first one, unless another is named."""

    field_class = ChoiceField

    def __init__(self, *, moments: Sequence[Moment], **kwargs: Any) -> None:
        self.moments = {moment.value: moment for moment in moments}
        self.first = moments[0]
        others = [(moment.value, moment.label) for moment in moments[1:]]
        super().__init__(choices=[("", self.first.label), *others], widget=QuickSelect, **kwargs)

    def is_on(self, value: str) -> bool:
        return False

    def chosen(self) -> Moment:
        """The one that is meant."""
        return self.moments.get(self.parent.form.cleaned_data[self.name], self.first)


def between(field: str, start: Any, end: Any) -> Q:
    """`start <= field < end`, with either end open."""
    condition = Q()
    if start is not None:
        condition &= Q(**{f"{field}__gte": start})
    if end is not None:
        condition &= Q(**{f"{field}__lt": end})
    return condition


@dataclass(frozen=True, slots=True)
class Amounts:
    """A range of amounts in minor units of one currency, both ends included."""

    currency: str
    lowest: int | None
    highest: int | None

    def condition(self, field: str) -> Q:
        """The range as a condition on a column of minor units; the currency is not part of it."""
        condition = Q()
        if self.lowest is not None:
            condition &= Q(**{f"{field}__gte": self.lowest})
        if self.highest is not None:
            condition &= Q(**{f"{field}__lte": self.highest})
        return condition


class AmountRangeFilter(ListFilter):
    """Amounts as people write them, in the currency that another filter of the list names.

    `condition` gets Amounts. Without a currency the range is an error, never a comparison across currencies.
    """

    field_class = AmountRangeField

    def __init__(self, *, currency: str = "currency", **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(**kwargs)

    def column(self) -> str:
        return self.field_name or ""

    def settle(self, form: "ListForm") -> None:
        texts: AmountTexts | None = form.cleaned_data.get(self.name)
        if not texts:
            return
        currency = form.cleaned_data.get(self.currency)
        try:
            form.cleaned_data[self.name] = _read_amounts(texts, currency)
        except ValidationError as error:
            form.add_error(self.name, error)

    def words(self, value: Amounts) -> str:
        lowest = "" if value.lowest is None else money.format_money(value.lowest, value.currency)
        highest = "" if value.highest is None else money.format_money(value.highest, value.currency)
        if lowest and highest:
            return gettext("%(lowest)s to %(highest)s") % {"lowest": lowest, "highest": highest}
        if lowest:
            return gettext("from %(lowest)s") % {"lowest": lowest}
        return gettext("up to %(highest)s") % {"highest": highest}

    def parameters(self) -> tuple[str, ...]:
        return f"{self.name}_min", f"{self.name}_max"

    def unit(self, sorting: Sorting) -> tuple[str, ...]:
        """The parameter that only says what the range is in, and goes with it; an order may need it too."""
        return () if sorting.is_in_currency else (self.currency,)


class CurrencyFilter(ListFilter):
    """A currency: of those in the books, or any other of ISO 4217. `condition` gets its code.

    Beside a range of amounts, the filter `amounts`, it only says what those are in.
    """

    field_class = CurrencyField

    def __init__(self, *, records: Records, amounts: str = "", **kwargs: Any) -> None:
        self.records, self.amounts = records, amounts
        super().__init__(widget=QuickSelect, **kwargs)

    def in_dimension(self, value: str) -> Collection[str]:
        return (value,)

    def is_on(self, value: str) -> bool:
        return bool(value) and not self.parent.form.cleaned_data.get(self.amounts)

    @property
    def field(self) -> Any:
        self.extra["choices"] = self.choices
        return super().field

    def choices(self) -> list[tuple[str, str | Promise]]:
        """The currencies of the books, the workspace's own first."""
        own = self.parent.membership.workspace.default_currency
        others = sorted(set(self.parent.known_records(self.records)) - {own})
        return [("", _("Any")), *((code, code) for code in (own, *others))]


def _read_amounts(texts: AmountTexts, currency: str | None) -> Amounts:
    if not currency:
        raise ValidationError(gettext("Choose the currency that the amounts are in."))
    try:
        lowest, highest = (money.parse_money(text, currency) if text else None for text in texts)
    except CannotReadAmount as error:
        raise ValidationError(error.problem.label) from error
    if lowest is not None and highest is not None and lowest > highest:
        raise ValidationError(gettext("The lower amount is more than the higher one."))
    return Amounts(currency, lowest, highest)
