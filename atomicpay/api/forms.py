"""What is asked of a new token."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TokenForm(forms.Form):
    """A token's name and, if it ends, its last day."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("The program that will use it, as the log will call it.")
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: until it is revoked."),
    )

    def clean_last_day(self) -> Any:
        day = self.cleaned_data["last_day"]
        if day is not None and not timezone.localdate() <= day < timezone.localdate() + timedelta(days=3660):
            raise forms.ValidationError(_("Choose a day from today on, at most ten years away."))
        return day

    @property
    def expires_at(self) -> datetime | None:
        """When it stops, at the end of its last day in the workspace's zone."""
        day = self.cleaned_data["last_day"]
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) if day else None
