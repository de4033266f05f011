"""Fields drawn by code: what comes out is what Django's templates give, and nothing of a value is HTML."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.fields import draw_field, draw_fields, draw_notes
from atomicpay.ui.inputs import AmountRangeField
from atomicpay.ui.renderer import _DRAWN, FormRenderer

HOSTILE = "\"'><script>&amp;"


class Tags(HTMLParser):
    """What a browser makes of it: elements with their attributes in any order, and words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[Any] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(tag)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.seen.append(data.strip())


class Everything(forms.Form):
    """A field for each template that is replaced by code."""

    text = forms.CharField(max_length=9, help_text="Help", widget=forms.TextInput(attrs={"data-a": HOSTILE}))
    search = forms.CharField(
        widget=forms.TextInput(attrs={"type": "search", "hidden": False, "autofocus": True})
    )
    find = forms.CharField(widget=forms.SearchInput)
    number = forms.IntegerField(required=False, disabled=True)
    email = forms.EmailField()
    password = forms.CharField(widget=forms.PasswordInput)
    day = forms.DateField(localize=True)
    agree = forms.BooleanField()
    secret = forms.CharField(widget=forms.HiddenInput)
    method = forms.ChoiceField(
        choices=[("", _("Any")), (HOSTILE, HOSTILE), ("safe", mark_safe("<b>&amp;</b>")), (1, 1000000)]
    )
    grouped = forms.ChoiceField(choices=[("Group & co", [("a", "A"), ("b", "B")]), ("c", "C")])
    several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")])
    known = forms.NullBooleanField(required=False)


VALUES = {
    **dict.fromkeys(("text", "search", "find", "email", "password", "secret", "method"), HOSTILE),
    "number": "5000",
    "day": "2026-03-02",
    "agree": "on",
    "grouped": "b",
    "several": ["a", "b"],
    "known": "true",
}


@pytest.mark.parametrize("data", [None, {}, VALUES], ids=["unbound", "empty", "filled"])
@pytest.mark.parametrize("name", Everything.base_fields)
def test_code_draws_what_the_template_draws(name: str, data: Any) -> None:
    by_code, by_template = (
        str(Everything(data, renderer=renderer)[name]) for renderer in (FormRenderer(), TemplatesSetting())
    )
    assert Tags(by_code).seen == Tags(by_template).seen
    assert len(by_code) <= len(by_template)


def test_every_template_that_is_replaced_is_compared() -> None:
    compared = {field.widget.template_name for field in Everything.base_fields.values()}
    assert _DRAWN.keys() == compared


def test_what_has_no_code_has_its_template() -> None:
    area = forms.Textarea().render("note", HOSTILE, renderer=FormRenderer())
    assert area == forms.Textarea().render("note", HOSTILE, renderer=TemplatesSetting())


class Kinds(forms.Form):
    """A field of each kind that is drawn in its own way."""

    text = forms.CharField(label=HOSTILE, help_text=HOSTILE)
    agree = forms.BooleanField(label=HOSTILE)
    secret = forms.CharField(widget=forms.HiddenInput)
    methods = forms.MultipleChoiceField(
        label=HOSTILE, choices=[(HOSTILE, HOSTILE)], help_text="Help", widget=forms.CheckboxSelectMultiple
    )
    archived = forms.ChoiceField(choices=[("", "Out"), ("in", "In")], widget=forms.RadioSelect)
    amounts = AmountRangeField(label="Amounts")


def test_field_names_what_is_wrong_and_what_helps() -> None:
    form = Kinds({"methods": ["x"]})
    form.add_error("methods", HOSTILE)
    html = draw_field(form["methods"])
    assert Tags(html).seen[0] == (
        "fieldset",
        {"class": "options", "aria-describedby": "id_methods_helptext id_methods_error"},
    )
    assert 'id="id_methods_error"' in html
    assert '<div class="hint" id="id_methods_helptext">Help</div>' in html


def test_nothing_of_a_label_a_value_a_help_or_an_error_is_html() -> None:
    form = Kinds(dict.fromkeys(Kinds.base_fields, HOSTILE) | {"methods": [HOSTILE], "amounts_min": HOSTILE})
    for name in Kinds.base_fields:
        form.add_error(name, HOSTILE)
    html = draw_fields(form)
    assert "script" not in {tag[0] for tag in Tags(html).seen}
    assert HOSTILE in Tags(html).seen
    assert "<script" not in html


def test_label_that_the_heading_says_is_left_to_screen_readers() -> None:
    form = Kinds()
    archived, amounts = form["archived"], form["amounts"]
    assert legends(draw_fields([archived], "Other")) == ["vh"]
    assert legends(draw_fields([amounts, archived], "Amounts")) == ["vh", None]
    assert legends(draw_fields([amounts])) == [None]


def legends(html: str) -> list[str | None]:
    return [seen[1].get("class") for seen in Tags(html).seen if seen[0] == "legend"]


def test_hidden_field_is_its_input_alone() -> None:
    assert draw_field(Kinds()["secret"]) == '<input type="hidden" name="secret" id="id_secret">'


def test_notes_of_a_field_without_any_are_nothing() -> None:
    assert draw_notes(Kinds()["archived"]) == ""
