"""Django's own inputs, drawn without templates: a list's filters have a hundred of them, at six nodes each.

Every form of the product is drawn with this, the admin's too; what is not named here has its template.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

from atomicpay.ui.html import attributes, safe

Described = Mapping[str, Any]
"""A widget, or one of its options, as Django describes it: name, value, attrs, label, ..."""


class FormRenderer(TemplatesSetting):
    """Draws what Django's templates draw, but for white space."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = _DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def draw_input(widget: Described) -> SafeString:
    """An <input> of any type."""
    value = widget["value"]
    shown = "" if value is None else f' value="{safe(str(value))}"'
    name, attrs = safe(widget["name"]), attributes(widget["attrs"])
    return SafeString(f'<input type="{widget["type"]}" name="{name}"{shown}{attrs}>')


def _select(widget: Described) -> SafeString:
    groups = "".join(_group(name, options) for name, options, _index in widget["optgroups"])
    name, attrs = safe(widget["name"]), attributes(widget["attrs"])
    return SafeString(f'<select name="{name}"{attrs}>{groups}</select>')


def _group(name: Any, options: list[Described]) -> str:
    drawn = "".join(map(_option, options))
    return f'<optgroup label="{safe(name)}">{drawn}</optgroup>' if name else drawn


def _option(option: Described) -> str:
    value, attrs = safe(str(option["value"])), attributes(option["attrs"])
    return f'<option value="{value}"{attrs}>{safe(option["label"])}</option>'


_INPUTS = ("checkbox", "date", "email", "hidden", "number", "password", "search", "text")
_DRAWN: Final[dict[str, Callable[[Described], SafeString]]] = {
    **{f"django/forms/widgets/{name}.html": draw_input for name in _INPUTS},
    "django/forms/widgets/select.html": _select,
}
