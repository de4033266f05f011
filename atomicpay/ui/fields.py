"""What templates need to know of a form field to draw it: its kind, and the parts of a range."""

from typing import Final, NamedTuple

from django import forms
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

# The two halves of a range by their suffix. Ranges of days are half-open: the end day is not included.
_PART_LABELS: Final[dict[str, str | Promise]] = {
    "min": _("From"),
    "max": _("To"),
    "after": _("From"),
    "before": _("Before"),
    "from": _("From"),
    "until": _("Before"),
}


class ControlPart(NamedTuple):
    """One input of a field that has several."""

    label: str | Promise
    id: str
    html: SafeString


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
    attrs = field.build_widget_attrs({"id": field.auto_id} if field.auto_id else {}, widget)
    parts = widget.get_context(field.html_name, field.value(), attrs)["widget"]["subwidgets"]
    return [
        ControlPart(
            label=_PART_LABELS.get(part["name"].rpartition("_")[2], field.label),
            id=part["attrs"].get("id", ""),
            html=BoundWidget(inner, part, field.form.renderer).tag(),
        )
        for inner, part in zip(widget.widgets, parts, strict=True)
    ]
