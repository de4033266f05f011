"""What a member writes when they archive a customer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_REASON = 500


class ArchiveForm(forms.Form):
    """A reason; where something is still open, it is needed, and so is the box."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        required=False,
        help_text=_("It stands on the customer's page and in the audit log."),
    )
    force = forms.BooleanField(
        label=_("Archive all the same"),
        required=False,
        help_text=_("What is still open goes on: archiving ends no subscription and answers no dispute."),
    )

    def __init__(self, data: Any = None, *, is_open: bool) -> None:
        super().__init__(data)
        if not is_open:
            del self.fields["force"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("force") and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why: something is still open."))
        return cleaned
