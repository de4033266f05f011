"""Templates keep to the browser's policy (nothing inline), the guide size and the reader's language."""

import re
from html import unescape
from pathlib import Path

import django.contrib.admin
import pytest
from django.template import Context, Engine, engines

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]
GUIDE = 80

LONGER_THAN_THE_GUIDE: dict[str, str] = {}

NOT_LANGUAGE = {"AtomicPay": "the product's name"}

# Templates that are included inside a tag: what looks like text in them is attributes.
ONLY_ATTRIBUTES = {"ui/swap.html", "allauth/elements/field_attributes.html"}

ADMIN = Path(django.contrib.admin.__file__).parent
SHEETS = [*(ROOT / "static" / "css").glob("*.css"), *(ADMIN / "static" / "admin" / "css").glob("*.css")]

# Classes that Django's admin gives a meaning to without a style: the layout of a page, and its scripts.
UNSTYLED = {"content", "colM", "popup"}

_COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?endcomment\s*%\}|<!--.*?-->", re.DOTALL)
_TRANSLATED = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}", re.DOTALL)
_CLASS_BLOCK = re.compile(r"\{%\s*block \w*_(?:class|attributes)\b.*?endblock[^%]*%\}", re.DOTALL)
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_SPOKEN_ATTRIBUTE = re.compile(
    r"\b(?:aria-label|placeholder|title|alt)=(?P<quote>[\"'])(?P<text>.*?)(?P=quote)", re.DOTALL
)
_ELEMENT = re.compile(r"<(?P<name>script|style|code|kbd)\b.*?</(?P=name)>|<[^>]*>", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}(?:[ '’][^\W\d_]+)*")


def _name(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


def _source(path: Path) -> str:
    return _COMMENT.sub("", path.read_text())


def _untranslated(source: str) -> list[str]:
    """The words a reader would see that no translation tag stands around."""
    plain = _TAG.sub(" ", _CLASS_BLOCK.sub(" ", _TRANSLATED.sub(" ", source)))
    spoken = [match["text"] for match in _SPOKEN_ATTRIBUTE.finditer(plain)]
    text = unescape(" ".join((*spoken, _ELEMENT.sub(" ", plain))))
    return [word for word in _WORD.findall(text) if word not in NOT_LANGUAGE]


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_template_has_nothing_inline_that_the_policy_blocks(path: Path) -> None:
    source = _source(path)
    assert re.findall(r"\sstyle\s*=", source) == []
    assert re.findall(r"\son[a-z]+\s*=", source) == []
    assert re.findall(r"<style\b", source) == []
    assert re.findall(r"<script\b(?![^>]*\ssrc=)[^>]*>", source) == []
    assert re.findall(r"(?:javascript|data):", re.sub(r"https?://\S+", "", source)) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_template_is_no_longer_than_the_guide_or_says_why(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert (lines > GUIDE) == (_name(path) in LONGER_THAN_THE_GUIDE), f"{lines} lines"


@pytest.mark.parametrize("path", [path for path in PAGES if _name(path) not in ONLY_ATTRIBUTES], ids=_name)
def test_template_says_nothing_in_one_language_only(path: Path) -> None:
    assert _untranslated(_source(path)) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ('<p>{% translate "Hello there" %}</p>', []),
        ("<p>{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}</p>", []),
        ('<a aria-label="Close"></a>', ["Close"]),
        ("<a aria-label=\"{% translate 'Close' %}\"></a>", []),
        ("<kbd>Enter</kbd> · {{ name }}", []),
    ],
)
def test_untranslated_finds_words_that_no_tag_stands_around(source: str, found: list[str]) -> None:
    assert _untranslated(source) == found


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_template_compiles(path: Path) -> None:
    engines["django"].get_template(_name(path))


def test_error_page_is_drawn_without_context_request_or_database() -> None:
    for name in ("500.html", "503.html"):
        html = Engine.get_default().get_template(name).render(Context())
        assert '<link rel="stylesheet" href="/static/css/base.css">' in html
        assert "<h1>" in html


def test_every_icon_that_is_asked_for_is_in_the_sprite() -> None:
    sprite = (ROOT / "static" / "icons.svg").read_text()
    known = set(re.findall(r'<symbol id="i-([\w-]+)"', sprite))
    asked = {
        name
        for path in TEMPLATES
        for name in re.findall(r'(?:\{% icon |\bicon=)"([\w-]+)"', path.read_text())
    }
    assert asked - known == set()


def test_every_class_that_a_template_names_is_styled() -> None:
    styled = {name for sheet in SHEETS for name in re.findall(r"\.([a-z][\w-]*)", sheet.read_text())}
    named = {
        name
        for path in PAGES
        for value in re.findall(r'\bclass="([^"]*)"', _TAG.sub(" ", _source(path)))
        for name in value.split()
    }
    assert named - styled - UNSTYLED == set()
