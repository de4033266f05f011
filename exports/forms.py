"""The form of the confirm step."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.columns import Column


class ColumnsForm(forms.Form):
    """Which columns the file has. Those that are only had when asked for are not chosen to begin with."""

    column = forms.MultipleChoiceField(
        label=_("Columns"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one column.")},
    )

    def __init__(self, data: Any, *, columns: Iterable[Column], chosen: Iterable[str] = ()) -> None:
        columns = list(columns)
        known = [column.key for column in columns]
        usual = [column.key for column in columns if not column.is_opt_in]
        super().__init__(data, initial={"column": [key for key in chosen if key in known] or usual})
        self._order = known
        self.fields["column"].choices = [(column.key, column.label) for column in columns]  # type: ignore[attr-defined]

    def clean_column(self) -> list[str]:
        """In the order of the list, however the boxes were sent."""
        return sorted(self.cleaned_data["column"], key=self._order.index)


class MailForm(forms.Form):
    """Whether the member is told by mail. What they chose is what the next export begins with."""

    mail_when_ready = forms.BooleanField(
        label=_("Mail me when it is ready"),
        required=False,
        help_text=_("The mail holds a link to the receipt, which asks to sign in, and never the file."),
    )
