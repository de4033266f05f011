"""The forms of a page, as a browser would find and send them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from django.test import Client

_TEXTS: Final = {"text", "search", "email", "tel", "url", "number", "date", "password", "textarea"}
_FREE: Final = _TEXTS - {"number", "date"}
_LIKELY: Final = {
    "email": "a@b.example",
    "number": "1",
    "date": "2026-03-02",
    "url": "https://x.example/",
    "currency": "BRL",
}
"""What fits into a field, by its name or its type."""
_LEFT_ALONE: Final = {"csrfmiddlewaretoken"}


@dataclass
class Field:
    """One control; `kind` is its type, or "select"."""

    name: str
    kind: str
    values: list[str]
    choices: list[str] = field(default_factory=list)

    @property
    def is_text(self) -> bool:
        return self.kind in _TEXTS

    @property
    def is_free(self) -> bool:
        """Whether words of any length can be written into it."""
        return self.kind in _FREE


@dataclass
class FoundForm:
    """A form with what it would send if nobody touched it."""

    page: str
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def target(self) -> str:
        """Where it is sent, as a path with its query."""
        parts = urlsplit(urljoin(f"http://testserver{self.page}", self.action))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def identity(self) -> tuple[str, str, tuple[str, ...]]:
        """The same form on two pages is one."""
        return self.method, self.target, tuple(sorted({each.name for each in self.fields}))

    def filled(self, text: str, *, everywhere: bool) -> dict[str, list[str]]:
        """What is sent with `text` in every text field; `everywhere`: in choices and hidden ones as well."""
        sent: dict[str, list[str]] = {}
        for each in self.fields:
            is_changed = each.name not in _LEFT_ALONE and (everywhere or each.is_text)
            sent.setdefault(each.name, []).extend([text] if is_changed else each.values)
        return sent

    def likely(self) -> dict[str, list[str]]:
        """What a person might send: what stands there, and something that fits where nothing does."""
        sent: dict[str, list[str]] = {}
        for each in self.fields:
            values = each.values
            if not any(values) and each.kind == "select":
                values = each.choices[-1:]
            elif not any(values) and each.is_text:
                values = [_LIKELY.get(each.name, _LIKELY.get(each.kind, "x1"))]
            sent.setdefault(each.name, []).extend(values)
        return sent

    def send(self, client: Client, values: dict[str, Any]) -> Any:
        return client.post(self.target, values) if self.method == "post" else client.get(self.target, values)


class _Parser(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[FoundForm] = []
        self._form: FoundForm | None = None
        self._select: Field | None = None
        self._area: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = FoundForm(self.page, known.get("action", ""), known.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "option":
            self._option(known)
        elif tag in {"input", "textarea", "select", "button"} and known.get("name"):
            self._control(tag, known)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.values = ["".join((*self._area.values, data)).removeprefix("\n")]

    def _control(self, tag: str, known: dict[str, str]) -> None:
        assert self._form is not None
        kind = known.get("type", "text") if tag == "input" else tag
        is_sent = kind not in {"checkbox", "radio"} or "checked" in known
        values = [known.get("value", "")] if is_sent and kind not in {"select", "file"} else []
        control = Field(known["name"], kind, values)
        self._form.fields.append(control)
        self._select = control if kind == "select" else None
        self._area = control if kind == "textarea" else None

    def _option(self, known: dict[str, str]) -> None:
        if self._select is None:
            return
        self._select.choices.append(known.get("value", ""))
        if "selected" in known or not self._select.values:
            self._select.values = [known.get("value", "")]


def forms_of(page: str, body: str) -> list[FoundForm]:
    """Every form of a page."""
    parser = _Parser(page)
    parser.feed(body)
    return parser.forms


def all_forms(pages: Iterable[str], get: Callable[[str], Any]) -> list[FoundForm]:
    """Every form of these pages, each once."""
    found: dict[Any, FoundForm] = {}
    for page in pages:
        response = get(page)
        if response.streaming:
            # Read to its end, or its file stays open.
            list(response)
        elif response.status_code == 200 and "text/html" in response.headers["Content-Type"]:
            for form in forms_of(page, response.content.decode()):
                found.setdefault(form.identity, form)
    return list(found.values())
