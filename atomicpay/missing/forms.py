"""What somebody expected, as they know it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.inputs import SearchField


class ExpectedForm(forms.Form):
    """One text: which kind of key it is shows by itself."""

    expected = SearchField(
        label=_("I expected"),
        help_text=_("A name, email, phone, document, sale reference or subscription code."),
    )
