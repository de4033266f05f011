"""What is asked of who sets the limit."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

_MOST: Final = 1_000_000_000


class LimitForm(forms.Form):
    """From how many rows on an export is told of; empty for never."""

    rows_above = forms.IntegerField(
        label=_("More rows than"),
        min_value=0,
        max_value=_MOST,
        required=False,
        help_text=_("Empty: nobody is told."),
    )
