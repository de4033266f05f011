"""Which suggestion a decision is about."""

from django import forms


class SuggestionForm(forms.Form):
    """One suggestion, by its public id."""

    suggestion = forms.UUIDField()
