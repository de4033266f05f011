"""What members write about their views and columns."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.chosen import MAIN, read_names
from atomicpay.ui.columns import Column
from atomicpay.workspaces.models import Membership

from .errors import Problem
from .rules import SHARE

PROBLEMS: Final = {
    Problem.NAME_TAKEN: _("There is a view of this name already. Choose another name."),
    Problem.NOT_UNDERSTOOD: _("The list has a filter that cannot be read. Correct it, then save the view."),
    Problem.TOO_MANY: _("There are 20 such views of this list already. Delete one first."),
}


class NameForm(forms.Form):
    """The name of a view."""

    name = forms.CharField(label=_("Name"), max_length=60)


class ShownForm(forms.Form):
    """What a list shows: its rows and its columns, as the page wrote them into the form."""

    query = forms.CharField(required=False, widget=forms.HiddenInput)
    columns = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_columns(self) -> list[str]:
        return read_names([self.cleaned_data["columns"]])


class SaveViewForm(NameForm, ShownForm):
    """A new view; sharing is offered to who may."""

    is_shared = forms.BooleanField(
        label=_("Share with everybody who may see this list"),
        required=False,
        help_text=_("They read its name and its filters; each sees the rows they may see."),
    )
    field_order = ("name", "is_shared")

    def __init__(self, data: Any, *, member: Membership, initial: dict[str, str] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="save-view-%s")
        if not member.may(SHARE):
            del self.fields["is_shared"]


class Choice:
    """One line of the chooser."""

    def __init__(self, column: Column, *, is_shown: bool) -> None:
        self.key, self.label, self.is_shown = column.key, column.label, is_shown


class ColumnChooser:
    """The columns of a list to choose from, those that are shown first and in their order.

    The main column is not offered: it leads to the record and is always there.
    """

    def __init__(self, offered: dict[str, Column], shown: Iterable[str], at: str) -> None:
        names = [name for name in dict.fromkeys(shown) if name in offered]
        others = [name for name in offered if name not in names]
        self.at = at
        self.choices = [
            Choice(offered[name], is_shown=name in names)
            for name in (*names, *others)
            if offered[name].css != MAIN
        ]

    @classmethod
    def moved(cls, offered: dict[str, Column], data: Any) -> "ColumnChooser":
        """As it was sent, with one line a place up or down: "up phone"."""
        chooser = cls(offered, data.getlist("order"), data.get("at", ""))
        shown = set(data.getlist("column"))
        for choice in chooser.choices:
            choice.is_shown = choice.key in shown
        direction, _blank, key = data.get("move", "").partition(" ")
        keys = [choice.key for choice in chooser.choices]
        if key in keys:
            place = keys.index(key)
            choice = chooser.choices.pop(place)
            chooser.choices.insert(max(0, place - 1) if direction == "up" else place + 1, choice)
        return chooser
