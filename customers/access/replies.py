"""The reply to a buyer who asks about access, put together in two languages and ready to be copied."""

from dataclasses import dataclass

from atomicpay.ui.moments import format_day

from .facts import ProductFacts
from .reply_texts import (
    BYE,
    CHECKING,
    HELLO,
    HOW_TO_ENTER,
    LOCKED_OUT,
    LOOK,
    NEVER_ARRIVED,
    NOT_OPENED,
    REPLIES,
    Text,
)
from .rules import Answer, Decision


@dataclass(frozen=True, slots=True)
class Reply:
    """A text to be copied; `language` is its code in HTML."""

    language: str
    label: str
    text: str


def replies_to(facts: ProductFacts, decision: Decision, buyer: str) -> list[Reply]:
    """The reply to the buyer, in both languages; `buyer` is their name, "" where it is not known."""
    return [
        Reply("en", "English", _reply(facts, decision, buyer, "en")),
        Reply("pt-BR", "Português", _reply(facts, decision, buyer, "pt")),
    ]


def _reply(facts: ProductFacts, decision: Decision, buyer: str, language: str) -> str:
    parts = _parts(decision)
    first_name = buyer.split()[0] if buyer.split() else ""
    named = {
        "name": f" {first_name}" if first_name else "",
        "product": facts.name,
        "day": format_day(decision.until, "pt-br" if language == "pt" else "en") if decision.until else "",
    }
    said = " ".join(getattr(part, language) % named for part in parts)
    links = "".join(f"\n{url}" for _label, url in facts.links) if parts[-1] == HOW_TO_ENTER else ""
    hello, bye = (getattr(text, language) % named for text in (HELLO, BYE))
    return f"{hello}\n\n{said[0].upper()}{said[1:]}{links}\n\n{bye}"


def _parts(decision: Decision) -> list[Text]:
    """Nobody is told that a door is open or stays open where the platform says that it is shut.

    Nor that a payment will arrive by itself which should have arrived long ago.
    """
    state, then = REPLIES[decision.rule]
    if decision.answer == Answer.YES and (decision.differs or decision.is_overdue):
        return [state, NOT_OPENED, LOOK]
    if decision.answer == Answer.AT_RISK and decision.differs:
        return [state, LOCKED_OUT] if decision.rule == "past_due" else list(CHECKING)
    if decision.is_stale:
        return [state, NEVER_ARRIVED]
    return [state, then]
