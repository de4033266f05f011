"""Which columns a list shows: the address's, else those of the open view, else the member's, else the usual.

A name that is kept (in a view, on a membership) and that the list does not know, or the member may not see,
is passed over; one in the address is told of. The main column, which leads to the record, is always there and
always the first.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from atomicpay.ui.columns import Column
from atomicpay.workspaces.models import Membership

if TYPE_CHECKING:
    from atomicpay.ui.listing import ListPage

COLUMNS: Final = "columns"
"""The parameter of the address: keys with commas between them."""


def read_names(texts: Iterable[str]) -> list[str]:
    """The names in the address, in their order, each once."""
    names = (name.strip() for text in texts for name in text.split(","))
    return list(dict.fromkeys(filter(None, names)))


def columns_on_offer(page: "ListPage", membership: Membership) -> dict[str, Column]:
    """Every column of a screen that the member may see, by key; the main one first."""
    offered = [
        column
        for column in page.columns
        if column.cell and (not column.permission or membership.may(column.permission))
    ]
    return {column.key: column for column in sorted(offered, key=lambda column: column.css != MAIN)}


MAIN: Final = "main"


def pick(offered: dict[str, Column], names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of those names after the main one; none where no name is known."""
    known = [offered[name] for name in names if name in offered]
    main = [column for column in offered.values() if column.css == MAIN]
    return tuple(dict.fromkeys([*main, *known])) if known else ()


def kept_choice(page: "ListPage", membership: Membership) -> list[str]:
    """The names that the member chose for the list, whatever they are now; none where there is no choice."""
    kept = membership.list_columns.get(page.name) if isinstance(membership.list_columns, dict) else None
    return [name for name in kept if isinstance(name, str)] if isinstance(kept, list) else []


def without_main(columns: Iterable[Column]) -> list[str]:
    """The names that tell one choice from another."""
    return [column.key for column in columns if column.css != MAIN]
