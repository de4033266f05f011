"""A browser as small as one can be: cookies, redirects, links and forms; no scripts and no styles."""

import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin

TIMEOUT = 60.0


@dataclass
class Form:
    """A form as it stands on a page: where it goes, and what it would send as it is."""

    action: str
    method: str = "get"
    fields: list[tuple[str, str]] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {name for name, _value in self.fields}

    def filled(self, values: dict[str, str]) -> list[tuple[str, str]]:
        """What it sends once these fields are filled in."""
        return [(name, value) for name, value in self.fields if name not in values] + list(values.items())


@dataclass
class Page:
    """An answer: where it came from after redirects, its status and its body."""

    url: str
    status: int
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def links(self) -> list[str]:
        """The addresses of all links, absolute."""
        return [urljoin(self.url, href) for href in self._read().links]

    def form_with(self, name: str) -> Form:
        """The form that has a field of that name; raises LookupError when there is none."""
        for form in self._read().forms:
            if name in form.names:
                return form
        raise LookupError(f"{self.url} has no form with a field named {name}")

    def _read(self) -> "_Reader":
        reader = _Reader()
        reader.feed(self.text)
        return reader


class _Reader(HTMLParser):
    """Finds links and forms."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "form":
            self.forms.append(Form(values.get("action", ""), values.get("method", "get").lower()))
        elif tag == "input" and self.forms and values.get("name"):
            is_box = values.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in values:
                self.forms[-1].fields.append((values["name"], values.get("value", "on" if is_box else "")))


class Browser:
    """One person's browser, with cookies of its own."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, address: str) -> Page:
        """Open an address, relative to the base or absolute."""
        return self._open(urljoin(self.base, address))

    def send(self, page: Page, form: Form, values: dict[str, str] | None = None) -> Page:
        """Fill in a form of the page and send it off."""
        address, data = urljoin(page.url, form.action), urlencode(form.filled(values or {}))
        if form.method == "post":
            return self._open(address, data.encode(), referer=page.url)
        return self._open(f"{address}?{data}")

    def _open(self, address: str, data: bytes | None = None, referer: str = "") -> Page:
        if not address.startswith(("http://", "https://")):
            raise ValueError(address)
        headers = {"Accept-Language": "en"} | ({"Referer": referer} if referer else {})
        request = urllib.request.Request(address, data, headers)  # noqa: S310 -- http or https, as checked
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return Page(answer.url, answer.status, answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Page(refusal.url, refusal.code, refusal.read())
