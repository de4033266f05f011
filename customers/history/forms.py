"""What a member may write on a customer's page."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_NOTE = 5000
LONGEST_TAG = 60


class NoteForm(forms.Form):
    """A note for the team."""

    body = forms.CharField(
        label=_("Note"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3, "data-key": "n"})
    )


class TagForm(forms.Form):
    """One tag, by its name."""

    name = forms.CharField(label=_("Tag"), max_length=LONGEST_TAG)
