"""Which columns a file begins with: the usual ones, those of the screen, all, or those of a template."""

from collections.abc import Iterable
from typing import Final

from atomicpay.ui.columns import Column, Kind
from atomicpay.ui.listing import ListState

from .asked import DOCUMENTS

USUAL: Final = "usual"
SCREEN: Final = "screen"
ALL: Final = "all"


def usual_columns(state: ListState) -> list[str]:
    """What a file has where nobody chose: other programs were told to expect them."""
    return [column.key for column in state.export_columns if not column.is_opt_in]


def all_columns(state: ListState) -> list[str]:
    """Everything that the member may have, but no documents: those are only had by ticking them."""
    return [column.key for column in state.export_columns if column.permission != DOCUMENTS]


def columns_on_screen(state: ListState) -> list[str]:
    """What the screen shows, in its order; with amounts comes their currency, which a cell there names too.

    No documents, should a screen ever show any.
    """
    offered = {column.key: column for column in state.export_columns if column.permission != DOCUMENTS}
    keys: list[str] = []
    for shown in state.columns:
        for key in [shown.key] if shown.expression is not None else shown.in_file:
            if key in offered:
                keys += [*_currency_of(offered[key], offered.values()), key]
    return list(dict.fromkeys(keys))


def _currency_of(column: Column, offered: Iterable[Column]) -> list[str]:
    """The column that says what an amount is in."""
    if column.kind is not Kind.MONEY:
        return []
    return [other.key for other in offered if other.expression == column.currency]
