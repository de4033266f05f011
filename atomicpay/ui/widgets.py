"""Inputs of lists."""

from typing import Any

from django import forms


class QuickSelect(forms.Select):
    """A select that is never required, and so need not read its choices to learn whether it may be."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False
