"""What the vocabulary prints, to the letter."""

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.urls import set_script_prefix
from django.utils import timezone, translation
from django_filters.widgets import DateRangeWidget

from atomicpay.ui import html
from atomicpay.ui.fields import control_kind, control_parts
from atomicpay.ui.masks import mask_document

NBSP = "\u00a0"


def render(source: str, **values: Any) -> str:
    return Template("{% load i18n ui %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ('{% icon "x" %}', '<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#i-x"/></svg>'),
        (
            '{% icon "x" "s" %}',
            '<svg class="icon icon-s" aria-hidden="true"><use href="/static/icons.svg#i-x"/></svg>',
        ),
        (
            '{% mark "bad" %}',
            '<svg class="mark" aria-hidden="true"><use href="/static/icons.svg#m-bad"/></svg>',
        ),
    ],
)
def test_icon_and_mark_point_into_the_sprite(source: str, html: str) -> None:
    assert render(source) == html


def test_status_is_word_shape_and_tone() -> None:
    assert render('{% status "warn" label %}', label="<Past due>") == (
        '<span class="status" data-tone="warn"><svg class="mark" aria-hidden="true">'
        '<use href="/static/icons.svg#m-warn"/></svg>&lt;Past due&gt;</span>'
    )


def test_status_refuses_a_tone_that_has_no_shape() -> None:
    with pytest.raises(ValueError, match="no such tone"):
        render('{% status "happy" "Yes" %}')


@pytest.mark.parametrize(("language", "text"), [("en", f"R${NBSP}1,197.00"), ("pt-br", f"R${NBSP}1.197,00")])
def test_money_follows_the_language(language: str, text: str) -> None:
    with translation.override(language):
        assert render('{{ minor|money:"BRL" }}', minor=119700) == text


def test_money_prints_nothing_for_an_unknown_amount() -> None:
    assert render('[{{ none|money:"BRL" }}{{ none|amount:"BRL" }}]', none=None) == "[]"


def test_amount_leaves_the_currency_out() -> None:
    assert render('{{ minor|amount:"KWD" }}', minor=1234567) == "1,234.567"


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [("en", "18 Sep 2026", "18 Sep 2026, 22:30"), ("pt-br", "18 set. 2026", "18 set. 2026, 22:30")],
)
def test_day_and_moment_are_read_by_people_and_machines(language: str, day: str, moment: str) -> None:
    late = datetime(2026, 9, 19, 1, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("America/Sao_Paulo")), translation.override(language):
        assert render("{{ at|day }}", at=late) == f'<time datetime="2026-09-18">{day}</time>'
        assert (
            render("{{ at|moment }}", at=late)
            == f'<time datetime="2026-09-18T22:30:00-03:00">{moment}</time>'
        )
        assert render("{{ at|day }}", at=date(2026, 9, 18)) == f'<time datetime="2026-09-18">{day}</time>'


def test_day_and_moment_print_nothing_for_none() -> None:
    assert render("[{{ none|day }}{{ none|moment }}]", none=None) == "[]"


@pytest.mark.parametrize(
    ("document", "masked"),
    [
        ("12348291755", "•••.482.917-••"),
        ("12ABC34501DE35", "••.•••.•••/01DE-35"),
        ("AB123456", "••••••56"),
        ("1234", "••••"),
        ("", ""),
    ],
)
def test_masked_shows_only_what_tells_people_apart(document: str, masked: str) -> None:
    assert mask_document(document) == masked
    assert render("{{ document|masked }}", document=document) == masked


def test_outside_leaves_the_workspace() -> None:
    try:
        set_script_prefix("/w/aurora/")
        assert render("{% outside 'account_login' %}") == "/accounts/login/"
        set_script_prefix("/books/w/aurora/")
        assert render("{% outside 'account_login' %}") == "/books/accounts/login/"
        set_script_prefix("/")
        assert render("{% outside 'account_login' %}") == "/accounts/login/"
    finally:
        set_script_prefix("/")


def test_ui_draws_a_component_that_sees_only_its_own_values() -> None:
    html = render(
        '{% ui "page_head" title="Own" %}'
        '{% part "actions" %}<b>{{ title }}</b>{% endpart %}<p>{{ title }}</p>{% endui %}',
        title="The page's",
    )
    assert [line.strip() for line in html.splitlines() if line.strip() and "{#" not in line] == [
        '<div class="page-head">',
        "<div>",
        "<h1>Own</h1>",
        "<p>The page&#x27;s</p>",
        "</div>",
        '<div class="row"><b>The page&#x27;s</b></div>',
        "</div>",
    ]


def test_ui_keeps_the_parts_of_nested_components_apart() -> None:
    html = render(
        '{% ui "page_head" title="Outer" %}'
        '{% ui "page_head" title="Inner" %}{% part "actions" %}inner{% endpart %}{% endui %}'
        "{% endui %}"
    )
    assert html.count('<div class="row">') == 1


def test_ui_refuses_what_is_not_a_name_and_a_value() -> None:
    with pytest.raises(TemplateSyntaxError):
        render('{% ui "panel" wide %}{% endui %}')


class Fields(forms.Form):
    """One field of each kind."""

    name = forms.CharField()
    secret = forms.CharField(widget=forms.HiddenInput)
    agree = forms.BooleanField()
    method = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    archived = forms.ChoiceField(widget=forms.RadioSelect)
    ordered = forms.Field(widget=DateRangeWidget(attrs={"type": "date"}))


def test_control_kind_knows_how_each_field_is_drawn() -> None:
    assert {field.name: control_kind(field) for field in Fields()} == {
        "name": "control",
        "secret": "hidden",
        "agree": "check",
        "method": "options",
        "archived": "options",
        "ordered": "pair",
    }


def test_control_parts_give_each_end_of_a_range_its_label_and_value() -> None:
    with translation.override("en"):
        field = Fields({"ordered_after": "2026-01-01"})["ordered"]
        after, before = control_parts(field)
        assert (after.label, before.label) == ("From", "Before")
    assert (after.id, before.id) == ("id_ordered_0", "id_ordered_1")
    assert 'name="ordered_after"' in after.html
    assert 'value="2026-01-01"' in after.html
    assert "value=" not in before.html


class Member:
    """A membership as far as the menu asks it."""

    def __init__(self, *permissions: str) -> None:
        self.permissions = permissions

    def may(self, permission: str) -> bool:
        return permission in self.permissions


def test_nav_offers_what_the_member_may_open_and_marks_where_they_are() -> None:
    request = RequestFactory().get("/sales/0190/access/")
    html = render("{% nav %}", request=request, member=Member("customers.view", "sales.view"))
    assert re.findall(r'<a href="([^"]+)" data-key="([^"]+)" (aria-current="page")?>(\w+)</a>', html) == [
        ("/customers/", "g c", "", "Customers"),
        ("/sales/", "g s", 'aria-current="page"', "Sales"),
    ]


def test_nav_offers_nothing_to_nobody() -> None:
    assert "<a " not in render("{% nav %}", member=None)


def test_table_rows_escape_what_is_not_html_and_keep_what_is() -> None:
    cell = SimpleNamespace
    row = SimpleNamespace(
        url="/w/a/?a=1&b=2",
        cells=[
            cell(html="<b>Ana</b>", sub="a&b", css="", label=""),
            cell(html=html.mark("ok"), sub="", css="figure", label='Paid "with"'),
        ],
    )
    assert html.table_rows([row]) == (
        '<tr role="row"><th role="rowheader" scope="row" class="main">'
        '<a href="/w/a/?a=1&amp;b=2">&lt;b&gt;Ana&lt;/b&gt;</a><span class="sub">a&amp;b</span></th>'
        f'<td role="cell" class="figure" data-label="Paid &quot;with&quot;">{html.mark("ok")}</td></tr>'
    )
