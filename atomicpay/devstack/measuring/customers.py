"""The customer page with everything on it: itself, and the sections that load by themselves."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Final

from atomicpay.devstack.measuring.figures import Figure
from atomicpay.devstack.measuring.pages import measure_page
from atomicpay.devstack.measuring.setting import Setting
from customers.models import Customer

_TAG: Final = re.compile(r"<[^>]*\bhx-get=\"([^\"]*)\"[^>]*>")
_BY_ITSELF: Final = re.compile(r"\bhx-trigger=\"[^\"]*\b(?:revealed|load|intersect)\b")


def customer_page_full(setting: Setting) -> Iterator[Figure]:
    """The customer with sixty sales."""
    yield _page(setting, "customer_page_full", setting.sixty)


def customer_page_full_20000(setting: Setting) -> Iterator[Figure]:
    """The customer with twenty thousand sales."""
    yield _page(setting, "customer_page_full_20000", setting.whale)


def _page(setting: Setting, name: str, customer: Customer) -> Figure:
    """The page, and beside it how long each section takes that it asks for by itself."""
    path = f"customers/{customer.public_id}/"
    page = measure_page(setting, name, path)
    html = setting.client().get(setting.at(path)).content.decode()
    htmx = {"HX-Request": "true"}
    sections = {
        address.removeprefix(setting.at(path)): measure_page(
            setting, name, address.removeprefix(setting.workspace.root), headers=htmx
        ).value
        for address in loads_by_itself(html)
    }
    return replace(page, more=(page.more or {}) | {at: round(value, 2) for at, value in sections.items()})


def loads_by_itself(html: str) -> list[str]:
    """The addresses that htmx asks for without a click."""
    return [unescape(tag[1]) for tag in _TAG.finditer(html) if _BY_ITSELF.search(tag[0])]
