"""What a member confirms before a person is anonymised, or is given what is held about them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .marks import fold

LONGEST_REASON = 500


class AnonymiseForm(forms.Form):
    """The name or email typed again, a reason that names nobody and, where something is open, a box."""

    confirmation = forms.CharField(
        label=_("Name or email of the customer"),
        max_length=320,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Type it as it stands above, so that nobody is anonymised by mistake."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        help_text=_(
            "It stays in the audit log for good, so it may not name them: “Request of 3 March, ticket 4711”."
        ),
    )
    force = forms.BooleanField(
        label=_("Anonymise all the same"),
        required=False,
        help_text=_("What is still open goes on, and nobody will know whose it is."),
    )

    def __init__(self, data: Any = None, *, expected: set[str], is_open: bool) -> None:
        super().__init__(data)
        self._expected = {fold(each).strip() for each in expected if each.strip()}
        if not is_open:
            del self.fields["force"]

    def clean_confirmation(self) -> str:
        typed: str = self.cleaned_data["confirmation"]
        if fold(typed).strip() not in self._expected:
            raise forms.ValidationError(_("This is neither the name nor the email of this customer."))
        return typed


class SubjectAccessForm(forms.Form):
    """That somebody made sure who asks."""

    is_known = forms.BooleanField(
        label=_("I have made sure that the request comes from this person, or from who may speak for them"),
        error_messages={"required": _("What is held about a person goes to nobody else.")},
    )
