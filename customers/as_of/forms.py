"""The day that somebody asks for."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.ui.inputs import DayField
from atomicpay.ui.moments import format_day


class DayForm(forms.Form):
    """A day up to today; what comes later is in nobody's books."""

    date = DayField(label=_("As of the end of"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["date"].widget.attrs["max"] = today.isoformat()

    def clean_date(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["date"]
        if day > self.today:
            words = gettext("%(day)s has not come yet. The last day with books is today, %(today)s.")
            raise ValidationError(words % {"day": format_day(day), "today": format_day(self.today)})
        return day
