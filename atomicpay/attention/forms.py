"""What a member sends to put a finding aside or to take that back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .facts import Check
from .models import LONGEST_REASON


class FindingForm(forms.Form):
    """Which finding of the customer."""

    check = forms.ChoiceField(choices=[(check.value, check.value) for check in Check])
    subject = forms.CharField(max_length=80)


class DismissForm(FindingForm):
    """And why it is put aside."""

    reason = forms.CharField(label=_("Why"), max_length=LONGEST_REASON)
