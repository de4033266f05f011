"""The template vocabulary: icons, states, money, times, masks, the menu, and blocks that draw components.

A component is a partial in templates/ui/ that sees only what it is given:

    {% ui "panel" id="spend" title=_("Spend") hint=_("Every figure opens the sales behind it") %}
      {% part "actions" %}<a href="...">...</a>{% endpart %}
      the body
    {% endui %}
"""

import re
from typing import Any

from django import template
from django.template import Engine
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from atomicpay.ui import fields, html, masks, moments, money
from atomicpay.ui.addresses import as_left
from atomicpay.ui.navigation import DESTINATIONS

register = template.Library()

register.simple_tag(html.icon)
register.simple_tag(html.mark)
register.simple_tag(html.status)
register.simple_tag(html.table_rows)
register.simple_tag(fields.draw_field)
register.simple_tag(fields.draw_fields)
register.simple_tag(fields.draw_notes)
register.filter("day", html.day)
register.filter("moment", html.moment)
register.filter("masked", masks.mask_document)


@register.filter(name="money")
def money_filter(minor: int | None, currency: str) -> str:
    """`{{ sale.amount|money:sale.currency }}`: "R$ 4,329.00". Nothing for None: unknown is not zero."""
    return "" if minor is None else money.format_money(minor, currency)


@register.filter
def amount(minor: int | None, currency: str) -> str:
    """The amount without its currency, for a column or row that names it."""
    return "" if minor is None else money.format_amount(minor, currency)


@register.simple_tag
def zone() -> str:
    """The active zone: "São Paulo, UTC−3"."""
    return moments.zone_words()


@register.simple_tag
def clock() -> SafeString:
    """The present moment, as the page's own date."""
    return html.moment(timezone.now())


@register.simple_tag
def outside(url_name: str, *args: str) -> str:
    """The address of a page that belongs to no workspace, from inside one as well."""
    prefix = get_script_prefix()
    return re.sub(r"w/[^/]+/$", "", prefix) + reverse(url_name, args=args).removeprefix(prefix)


@register.simple_tag(takes_context=True)
def list_address(context: Context, url_name: str) -> str:
    """The address of a list, with its filters and page where the reader comes from it."""
    return as_left(context["request"], reverse(url_name))


@register.inclusion_tag("ui/nav.html", takes_context=True)
def nav(context: Context) -> dict[str, Any]:
    """The main menu, with what the member may open and where they are."""
    request = context.get("request")
    here = request.path if request else ""
    member = context.get("member")
    items = [
        {
            "label": place.label,
            "url": (url := reverse(place.url_name)),
            "key": place.key,
            # What lies below a place is in it, whichever room shows it.
            "is_here": here.startswith(url),
        }
        for place in DESTINATIONS
        if member and member.may(place.permission)
    ]
    return {"items": items, "workspace": context.get("workspace")}


class PartNode(Node):
    """A named piece of a component's content, handed over beside its body."""

    def __init__(self, name: FilterExpression, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        context["ui_parts"][self.name.resolve(context)] = self.nodelist.render(context)
        return SafeString("")


class ComponentNode(Node):
    """A component drawn by its partial, which sees its own values and nothing of the page."""

    def __init__(
        self, name: FilterExpression, values: dict[str, FilterExpression], nodelist: NodeList
    ) -> None:
        self.name = name
        self.values = values
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        values = {key: value.resolve(context) for key, value in self.values.items()}
        with context.push(ui_parts={}):
            body = self.nodelist.render(context)
            parts = context["ui_parts"]
        partial = Engine.get_default().get_template(f"ui/{self.name.resolve(context)}.html")
        return partial.render(context.new({"body": body, **parts, **values}))


@register.tag("part")
def do_part(parser: Parser, token: Token) -> PartNode:
    """`{% part "name" %}...{% endpart %}` inside `{% ui %}`."""
    _, name = token.split_contents()
    nodelist = parser.parse(("endpart",))
    parser.delete_first_token()
    return PartNode(parser.compile_filter(name), nodelist)


@register.tag("ui")
def do_ui(parser: Parser, token: Token) -> ComponentNode:
    """`{% ui "panel" title=_("Spend") %}...{% endui %}` draws templates/ui/panel.html around its content."""
    _, name, *bits = token.split_contents()
    values = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"ui takes a name and key=value pairs, not {bits}")
    nodelist = parser.parse(("endui",))
    parser.delete_first_token()
    return ComponentNode(parser.compile_filter(name), values, nodelist)
