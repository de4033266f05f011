"""Inputs of lists."""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.forms.widgets import ChoiceWidget


class QuickSelect(forms.Select):
    """A select that is never required, and so need not read its choices to learn whether it may be."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class QuickSelectMultiple(forms.SelectMultiple):
    """The same for any number of several."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


def count_id(name: str, value: str) -> str:
    """The id of the element that shows the number beside a choice, the same on every page."""
    return f"n-{name}-{hashlib.blake2s(str(value).encode(), digest_size=6).hexdigest()}"


class _Counted(ChoiceWidget):
    """Choices with the number of rows beside each; `counts` has those that are known."""

    is_counted = False
    counts: Mapping[str, int] = MappingProxyType({})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if self.is_counted:
            option |= {"count_id": count_id(name, value), "count": self.counts.get(str(value))}
        return option


class CountedCheckboxes(_Counted, forms.CheckboxSelectMultiple):
    """Any of several, each with its number."""


class CountedRadios(_Counted, forms.RadioSelect):
    """One of several, each with its number."""
