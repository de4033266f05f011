"""What members write about an export template: its name, its columns in their order, its format."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.columns import Column
from atomicpay.ui.listing import ListPage
from atomicpay.workspaces.models import Membership

from ..asked import DOCUMENTS
from ..dialects import Dialect
from .errors import Problem
from .models import FileTemplate

PROBLEMS: Final = {
    Problem.NAME_TAKEN: _("There is a template of this name already. Choose another name."),
    Problem.COLUMNS: _("Choose at least one column, and only such as you may have."),
    Problem.TOO_MANY: _("There are 20 such templates of this list already. Delete one first."),
}


class TemplateForm(forms.Form):
    """Name and format; the columns are lines that can be moved (`choices`)."""

    name = forms.CharField(label=_("Name"), max_length=60)
    dialect = forms.ChoiceField(label=_("Format"), choices=Dialect.choices, widget=forms.RadioSelect)


class Choice:
    """One line of the chooser."""

    def __init__(self, column: Column, *, is_chosen: bool) -> None:
        self.key, self.label, self.is_chosen = column.key, column.label, is_chosen
        self.is_document = column.permission == DOCUMENTS


def choices_of(
    page: ListPage, member: Membership, first: list[str], order: list[str] | None = None
) -> list[Choice]:
    """The columns to choose from: in that order, or those that are chosen first."""
    offered = {
        column.key: column
        for column in page.export_columns
        if not column.permission or member.may(column.permission)
    }
    keys = [key for key in dict.fromkeys([*(order or first), *offered]) if key in offered]
    return [Choice(offered[key], is_chosen=key in first) for key in keys]


def moved(page: ListPage, member: Membership, data: Any) -> list[Choice]:
    """The lines as they were sent, with one a place up or down: "up phone"."""
    choices = choices_of(page, member, data.getlist("column"), data.getlist("order"))
    direction, _blank, key = data.get("move", "").partition(" ")
    keys = [choice.key for choice in choices]
    if key in keys:
        place = keys.index(key)
        choice = choices.pop(place)
        choices.insert(max(0, place - 1) if direction == "up" else place + 1, choice)
    return choices


def form_of(template: FileTemplate) -> TemplateForm:
    """The form of a template as it is kept."""
    return TemplateForm(initial={"name": template.name, "dialect": template.dialect})
