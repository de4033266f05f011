"""Form fields of lists: search text, a range of days, a range of amounts, a currency, a country."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from babel import Locale
from babel.numbers import list_currencies
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.money import active_language
from atomicpay.ui.periods import PAST, Days, Period
from atomicpay.ui.widgets import QuickSelect

LONGEST_TEXT: Final = 200
"""More than any name, email or reference has; what is longer is refused before it reaches the database."""

_LONGEST_AMOUNT: Final = 40
# Moments outside these years would leave the range of what databases and clocks agree on.
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2999


class SearchField(forms.CharField):
    """Text to look for, with its white space reduced to single spaces."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_TEXT, widget=forms.TextInput(attrs={"type": "search"}), **kwargs)

    def clean(self, value: Any) -> str:
        return " ".join(super().clean(value).split())


class DayField(forms.DateField):
    """A day as browsers send it, 2026-03-02: in no other form is it the same day to everybody."""

    default_error_messages = {"invalid": _("This is not a day. Write it like 2026-03-02.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")


_Inputs = dict[str, forms.Widget | type[forms.Widget]]


class _PairWidget(forms.MultiWidget):
    """Inputs whose names end as the parts of the range are called."""

    def decompress(self, value: Any) -> list[Any]:
        return list(value) if value else [None] * len(self.widgets)


class DayRangeField(forms.MultiValueField):
    """A period, `<name>`, or days from one and before another: `<name>_from` and `<name>_before`."""

    def __init__(self, *, periods: Sequence[Period] = PAST, **kwargs: Any) -> None:
        choices = [("", _("Custom")), *((period.value, period.label) for period in periods)]
        inputs: _Inputs = {"": QuickSelect(choices=choices)}
        for part in ("from", "before"):
            inputs[part] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        fields = [
            forms.TypedChoiceField(choices=choices, coerce=Period, empty_value=None, required=False),
            DayField(required=False),
            DayField(required=False),
        ]
        super().__init__(fields, require_all_fields=False, widget=_PairWidget(inputs), **kwargs)

    def compress(self, data_list: list[Any]) -> Days | Period | None:
        period, start, end = data_list or (None, None, None)
        if start is None and end is None:
            return period
        if period is not None:
            raise ValidationError(_("Choose a period, or write days with Custom chosen: not both."))
        if start is not None and end is not None and start >= end:
            raise ValidationError(_("The end must be after the start: the end day is not included."))
        return Days(start, end)


class AmountTexts(NamedTuple):
    """A range of amounts as typed; what they are worth depends on the currency, which another field has."""

    lowest: str
    highest: str


class AmountRangeField(forms.MultiValueField):
    """Amounts from one up to another: `<name>_min` and `<name>_max`."""

    def __init__(self, **kwargs: Any) -> None:
        inputs: _Inputs = {part: forms.TextInput(attrs={"inputmode": "decimal"}) for part in ("min", "max")}
        fields = [forms.CharField(max_length=_LONGEST_AMOUNT, required=False) for _part in inputs]
        super().__init__(fields, require_all_fields=False, widget=_PairWidget(inputs), **kwargs)

    def compress(self, data_list: list[str | None]) -> AmountTexts | None:
        lowest, highest = data_list or ("", "")
        return AmountTexts(lowest or "", highest or "") if lowest or highest else None


class CurrencyField(forms.ChoiceField):
    """One of the currencies offered, or any other code of ISO 4217."""

    def valid_value(self, value: Any) -> bool:
        return value in list_currencies()


class CountryField(forms.CharField):
    """A country as a person writes it: "BR", "Brazil", "brasil". Gives its ISO 3166 code."""

    default_error_messages = {"invalid": _("This is not a country. Write its name, or its two letters.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_TEXT, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        code = _countries().get(text.casefold())
        if code is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return code


def country_words(code: str) -> str:
    """The country's name in the active language."""
    return str(_territories(active_language()).get(code, code))


@cache
def _countries() -> dict[str, str]:
    """What people write for a country: its code, and its name in each language of the product."""
    names: dict[str, str] = {}
    for spoken, _name in settings.LANGUAGES:
        names |= {name.casefold(): code for code, name in _territories(spoken).items()}
    return names | {code.casefold(): code for code in _territories("en")}


@cache
def _territories(language: str) -> dict[str, str]:
    territories = Locale.parse(language, sep="-").territories
    return {code: name for code, name in territories.items() if len(code) == 2 and code.isalpha()}
