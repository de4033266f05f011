"""Why something is not here: pages ask through this, and whoever can answer says so when the apps are ready.

The list kit imports no app, and an app no room that reads all of them; both name only the question.
"""

from collections.abc import Callable
from typing import Any, Final

from django.utils.safestring import SafeString

EMPTY_LIST: Final = "empty list"
"""Asked with a ListState."""

NO_SUBSCRIPTION: Final = "no subscription"
"""Asked with a sale and the member who reads it."""

Explainer = Callable[..., SafeString]

_explainers: dict[str, Explainer] = {}


def register_explainer(question: str, explainer: Explainer) -> None:
    """Let a function answer a question with a piece of a page."""
    _explainers[question] = explainer


def explain(question: str, *asked: Any) -> SafeString:
    """The answer as a piece of a page; nothing where nobody has one."""
    explainer = _explainers.get(question)
    return explainer(*asked) if explainer else SafeString("")
