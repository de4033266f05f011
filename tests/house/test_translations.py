"""Every string of the product has its Portuguese, and each Portuguese string fits the English one."""

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("atomicpay", "customers", "subscriptions", "sales", "exports")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})
CATALOGUE = ROOT / "atomicpay" / "locale" / "pt_BR" / "LC_MESSAGES" / "django.po"

# The function, and how many of its first arguments are a context and forms of the string.
_FUNCTIONS: Final = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (False, 1)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (False, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (True, 1)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (True, 2)),
}
_KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}")
_TAG = re.compile(r"</?\w[^>]*>")


class String(NamedTuple):
    """What a catalogue is asked for."""

    context: str | None
    text: str
    plural: str | None = None


def _strings_of_python(source: str) -> Iterator[String]:
    """Read from the syntax tree: what stands inside an f-string is found as well."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in _FUNCTIONS:
            has_context, forms = _FUNCTIONS[name]
            words = [ast.literal_eval(argument) for argument in node.args[: has_context + forms]]
            yield String(words.pop(0) if has_context else None, *words)


def _strings_of_template(source: str) -> Iterator[String]:
    # What is left of a template between its strings is indented like a page, not like a program.
    lines = (line.strip() for line in templatize(source).splitlines())
    program = BytesIO("\n".join(lines).encode())
    for _line, words, _comments, context in extract("python", program, keywords=_KEYWORDS):
        forms = (words,) if isinstance(words, str) else words[1:] if context else words
        yield String(context, *forms)


def _used() -> set[String]:
    used = {string for path in MODULES for string in _strings_of_python(path.read_text())}
    return used | {string for path in TEMPLATES for string in _strings_of_template(path.read_text())}


def _known(catalogue: Catalog) -> set[String]:
    return {String(each.context, *_forms(each.id)) for each in catalogue if each.id}


def _forms(words: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words or ())


def _read(text: str) -> Catalog:
    return read_po(BytesIO(text.encode()), locale="pt_BR", abort_invalid=True)


def _faults(message: Message) -> list[str]:
    """What is wrong with a translation, in words."""
    original, translated = _forms(message.id), _forms(message.string)
    if message.fuzzy:
        return ["is marked fuzzy"]
    if not all(translated):
        return ["is empty"]
    wanted = [_marks(form) for form in original]
    return [f"{form!r} has other placeholders or tags" for form in translated if _marks(form) not in wanted]


def _marks(form: str) -> set[str]:
    return {*_PLACEHOLDER.findall(form), *_TAG.findall(form)}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return _read(CATALOGUE.read_text())


@pytest.fixture(scope="module")
def used() -> set[String]:
    return _used()


def test_catalogue_has_every_string_and_no_other(used: set[String], catalogue: Catalog) -> None:
    assert used - _known(catalogue) == set()
    assert _known(catalogue) - used == set()


def test_catalogue_has_a_fitting_translation_of_each_string(catalogue: Catalog) -> None:
    found = {each.id: _faults(each) for each in catalogue if each.id}
    assert {words: faults for words, faults in found.items() if faults} == {}


def test_catalogue_compiles_with_the_plurals_of_portuguese(catalogue: Catalog) -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    portuguese = GNUTranslations(compiled)
    assert portuguese.gettext("Customers") == "Clientes"
    sales = [portuguese.ngettext("%(number)d sale", "%(number)d sales", number) for number in (0, 1, 2)]
    assert sales == ["%(number)d vendas", "%(number)d venda", "%(number)d vendas"]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('gettext("Sale")', [String(None, "Sale")]),
        ("f\"{gettext('Sale')}: 3\"", [String(None, "Sale")]),
        ('_("Two " "halves")', [String(None, "Two halves")]),
        ('translation.pgettext("sale", "Paid")', [String("sale", "Paid")]),
        ('ngettext("%d sale", "%d sales", number)', [String(None, "%d sale", "%d sales")]),
        ('print("Sale")', []),
    ],
)
def test_strings_of_python_are_found(source: str, found: list[String]) -> None:
    assert list(_strings_of_python(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% translate "Sale" %}', [String(None, "Sale")]),
        ('{% translate "Paid" context "sale" %}', [String("sale", "Paid")]),
        ('{% ui "panel" title=_("Sale") %}', [String(None, "Sale")]),
        ("{% blocktranslate %}Of {{ name }}{% endblocktranslate %}", [String(None, "Of %(name)s")]),
        (
            "{% blocktranslate count n=3 %}{{ n }} sale{% plural %}{{ n }} sales{% endblocktranslate %}",
            [String(None, "%(n)s sale", "%(n)s sales")],
        ),
        ("<p>Sale</p>", []),
    ],
)
def test_strings_of_templates_are_found(source: str, found: list[String]) -> None:
    assert list(_strings_of_template(source)) == found


@pytest.mark.parametrize(
    ("entry", "faults"),
    [
        ('msgid "Of %(name)s"\nmsgstr "De %(name)s"', []),
        ('msgid "Of %(name)s"\nmsgstr "De %(nome)s"', ["'De %(nome)s' has other placeholders or tags"]),
        ('msgid "<b>1</b>"\nmsgstr "<i>1</i>"', ["'<i>1</i>' has other placeholders or tags"]),
        ('msgid "Sale"\nmsgstr ""', ["is empty"]),
        ('#, fuzzy\nmsgid "Sale"\nmsgstr "Venda"', ["is marked fuzzy"]),
        (
            'msgid "a sale"\nmsgid_plural "%d sales"\nmsgstr[0] "uma venda"\nmsgstr[1] "%d vendas"',
            [],
        ),
    ],
)
def test_faults_of_a_translation_are_found(entry: str, faults: list[str]) -> None:
    message = next(each for each in _read(entry) if each.id)
    assert _faults(message) == faults


def test_string_without_translation_is_found(used: set[String], catalogue: Catalog) -> None:
    planted = _strings_of_python('gettext("Planted, and in no catalogue")')
    assert {*used, *planted} - used - _known(catalogue) == {String(None, "Planted, and in no catalogue")}
