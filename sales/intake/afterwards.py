"""What others do when an import has ended: they say so at start, and intake knows none of them."""

from collections.abc import Callable
from typing import Final

_listeners: Final[list[Callable[[int], None]]] = []


def after_import(listener: Callable[[int], None]) -> None:
    """Have a function called, with the id of the workspace, when an import has ended in the worker."""
    _listeners.append(listener)


def tell_that_an_import_ended(workspace_id: int) -> None:
    """Call all of them."""
    for listener in _listeners:
        listener(workspace_id)
