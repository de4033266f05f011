"""A form field as HTML: its label, its control, what is wrong with it and what helps.

Drawn here and not by templates: the twenty fields of a list's filters were half of the time a list took.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from django import forms
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.html import attributes, mark, safe
from atomicpay.ui.renderer import draw_input

# The two halves of a range by their suffix. Ranges of days are half-open: the end day is not included.
_PART_LABELS: Final[dict[str, str | Promise]] = {
    "min": _("From"),
    "max": _("To"),
    "after": _("From"),
    "before": _("Before"),
    "from": _("From"),
    "until": _("Before"),
}

_PERIOD: Final = _("Period")


class ControlPart(NamedTuple):
    """One input of a field that has several."""

    label: str | Promise
    id: str
    html: SafeString


def draw_fields(fields: Iterable[BoundField], heading: str | Promise = "") -> SafeString:
    """Fields one after another; under a heading, a label that says the same is left to screen readers."""
    fields = list(fields)
    is_only = len(fields) == 1
    return SafeString(
        "".join(
            draw_field(field, hide_label=bool(heading) and (is_only or field.label == heading))
            for field in fields
        )
    )


def draw_field(field: BoundField, *, hide_label: bool = False) -> SafeString:
    """A whole field."""
    kind = control_kind(field)
    if kind == "hidden":
        return SafeString(field)
    if kind == "options":
        return _fieldset(field, "options", _options(field), hide_label)
    if kind == "pair":
        return _fieldset(field, "field", _pair(field), hide_label)
    label = safe(field.label)
    if kind == "check":
        control = f'<label class="option">{field}{label}</label>'
    else:
        control = f'<label for="{field.id_for_label}"{_hidden(hide_label)}>{label}</label>{field}'
    return SafeString(f'<div class="field">{control}{draw_notes(field)}</div>')


def draw_notes(field: BoundField) -> SafeString:
    """What stands under a field, by the ids that Django names in aria-describedby."""
    notes = ""
    if errors := field.errors:
        spans = "".join(f"<span>{safe(error)}</span>" for error in errors)
        notes = f'<p class="error" id="{field.auto_id}_error">{mark("bad")}{spans}</p>'
    if field.help_text:
        notes += f'<div class="hint" id="{field.auto_id}_helptext">{safe(field.help_text)}</div>'
    return SafeString(notes)


def control_kind(field: BoundField) -> str:
    """How to draw a field: hidden, check, options, pair or control."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "options"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.MultiWidget):
        return "pair"
    return "control"


def control_parts(field: BoundField) -> list[ControlPart]:
    """The inputs of a range, each with its own label."""
    widget = field.field.widget
    parts = _described(field)["subwidgets"]
    return [
        ControlPart(
            label=_label_of(part["name"], field),
            id=part["attrs"].get("id", ""),
            html=BoundWidget(inner, part, field.form.renderer).tag(),
        )
        for inner, part in zip(widget.widgets, parts, strict=True)
    ]


def _described(field: BoundField) -> dict[str, Any]:
    """The field's widget as Django describes it to a template."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id} if field.auto_id else {})
    described: dict[str, Any] = widget.get_context(field.html_name, field.value(), attrs)["widget"]
    return described


def _fieldset(field: BoundField, css: str, controls: str, hide_label: bool) -> SafeString:
    attrs = attributes({"class": css, "aria-describedby": field.aria_describedby or None})
    legend = f"<legend{_hidden(hide_label)}>{safe(field.label)}</legend>"
    return SafeString(f"<fieldset{attrs}>{legend}{controls}{draw_notes(field)}</fieldset>")


def _options(field: BoundField) -> str:
    return "".join(
        f'<label class="option">{draw_input(option)}{safe(option["label"])}{_count(option)}</label>'
        for _name, options, _index in _described(field)["optgroups"]
        for option in options
    )


def _count(option: Mapping[str, Any]) -> str:
    """The number of rows beside a choice, or its place until it comes."""
    if "count_id" not in option:
        return ""
    number = "" if option["count"] is None else number_format(option["count"], force_grouping=True)
    return f'<span class="count" id="{option["count_id"]}">{number}</span>'


def _pair(field: BoundField) -> str:
    parts = "".join(
        f'<div><label for="{part.id}">{safe(part.label)}</label>{part.html}</div>'
        for part in control_parts(field)
    )
    return f'<div class="filter-pair">{parts}</div>'


def _hidden(is_hidden: bool) -> str:
    return ' class="vh"' if is_hidden else ""


def _label_of(name: str, field: BoundField) -> str | Promise:
    return _PERIOD if name == field.html_name else _PART_LABELS.get(name.rpartition("_")[2], field.label)
