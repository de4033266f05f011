"""What is looked for, here and in one's other workspaces."""

from django import forms

from atomicpay.ui.inputs import SearchField


class SearchForm(forms.Form):
    """What is looked for. Too long a text is an error; none at all is no search yet."""

    q = SearchField(required=False)

    def asked(self) -> str:
        """The text to search for; "" while there is none that can be."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""


class ElsewhereForm(forms.Form):
    """A whole key to be looked for in one's other workspaces, and the workspace that one comes from."""

    text = SearchField()
    away_from = forms.SlugField(max_length=60, required=False)
