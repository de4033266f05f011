"""The body of a request of a program, read purely: JSON of one message or of a list of them, as texts."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

LARGEST: Final = 256 * 1024
"""In bytes."""

MOST_MESSAGES: Final = 100

FIELDS: Final = (
    *("external_id", "customer_id", "document", "email", "channel", "direction"),
    *("subject", "body", "sent_at", "author", "url", "provider"),
)
"""Everything that a message may say of itself."""


class BadBody(ValueError):
    """A body that is no message and no list of messages; `code` and `words` say why."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


def read_body(body: bytes) -> list[Any]:
    """The messages of a body, whatever they are, one or a list; raises BadBody."""
    try:
        content = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_refuse)
    except UnicodeDecodeError:
        raise BadBody("not_utf8", "The body is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise BadBody("not_json", "The body is not JSON, or names a field twice.") from None
    messages = content if isinstance(content, list) else [content]
    if not messages:
        raise BadBody("empty", "The list has no message.")
    if len(messages) > MOST_MESSAGES:
        raise BadBody("too_many", f"At most {MOST_MESSAGES} messages may be sent at once.")
    return messages


def texts_of(message: Any) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The fields of one message as texts, and what is wrong with their kind: (field, code)."""
    if not isinstance(message, Mapping):
        return {}, [("", "not_an_object")]
    faults = [(str(name)[:60], "unknown_field") for name in message if name not in FIELDS]
    texts: dict[str, str] = {}
    for name in FIELDS:
        value = message.get(name)
        if isinstance(value, str):
            texts[name] = value
        elif value is not None:
            faults.append((name, "not_a_text"))
    if not texts.get("external_id", "").strip() and ("external_id", "not_a_text") not in faults:
        faults.append(("external_id", "empty"))
    return texts, faults


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in pairs:
        if name in read:
            raise ValueError(name)
        read[name] = value
    return read


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
