"""Why something is not here or does not fit: pages ask through this, and whoever can answer says so at start.

The list kit imports no app, and an app no room that reads all of them; both name only the question.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

EMPTY_LIST: Final = "empty list"
"""Asked with a ListState."""

NO_SUBSCRIPTION: Final = "no subscription"
"""Asked with a sale and the member who reads it."""

CUSTOMER_CHECKS: Final = "customer checks"
SALE_CHECKS: Final = "sale checks"
SUBSCRIPTION_CHECKS: Final = "subscription checks"
"""What does not fit: asked with the record and the member who reads it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A piece of a page: the template that draws it, as `answer`, and what it draws."""

    template: str
    content: Any


Explainer = Callable[..., Answer | None]

_explainers: dict[str, Explainer] = {}


def register_explainer(question: str, explainer: Explainer) -> None:
    """Let a function answer a question."""
    _explainers[question] = explainer


def explain(question: str, *asked: Any, **more: Any) -> Answer | None:
    """The answer; None where nobody has one."""
    explainer = _explainers.get(question)
    return explainer(*asked, **more) if explainer else None
