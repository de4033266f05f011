"""The list pages by name: exports and saved views reach an app's data only through here.

Each app declares its pages in a module `lists`, which is imported when the apps are ready.
"""

from typing import TYPE_CHECKING

from atomicpay.ui.errors import UnknownListPage

if TYPE_CHECKING:
    from atomicpay.ui.listing import ListPage

_pages: dict[str, "ListPage"] = {}


def register(page_class: "type[ListPage]") -> "type[ListPage]":
    """Class decorator: make a list page known by its name."""
    page = page_class()
    if page.name in _pages:
        raise ValueError(f"there are two list pages named {page.name!r}")
    _pages[page.name] = page
    return page_class


def get_list_page(name: str) -> "ListPage":
    """The list page of that name; raises UnknownListPage, for a name that came from outside as well."""
    try:
        return _pages[name]
    except KeyError:
        raise UnknownListPage(name) from None


def list_pages() -> "tuple[ListPage, ...]":
    """Every list page, by name."""
    return tuple(_pages[name] for name in sorted(_pages))
