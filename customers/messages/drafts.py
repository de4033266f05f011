"""A message as a file or a program hands it over, read purely into what is to be recorded.

Texts are taken as they came, formulas and all: they are made safe where they are written to a file or a page.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from customers.contacts import read_document, read_email
from customers.models import Message
from sales.intake.moments import is_offset_known
from sales.intake.reasons import Reason

LONGEST_SUBJECT: Final = 500
LONGEST_BODY: Final = 50_000
LONGEST_NAME: Final = 200
LONGEST_URL: Final = 500
LONGEST_CODE: Final = 200

# A clock may be fast; a message of next week is a slip.
_TOLERANCE: Final = timedelta(days=1)
_FIRST_YEAR: Final = 1970
_SHORTEST_MOMENT: Final = len("2026-03-02T14")

CHANNELS: Final[dict[str, str]] = {
    **{channel: channel for channel in Message.Channel.values},
    **dict.fromkeys(("e-mail", "mail"), Message.Channel.EMAIL),
    **dict.fromkeys(("live chat", "webchat", "widget"), Message.Channel.CHAT),
    **dict.fromkeys(("call", "telefone", "ligação", "voice"), Message.Channel.PHONE),
    **dict.fromkeys(("instagram", "facebook", "social network", "rede social"), Message.Channel.SOCIAL),
    **dict.fromkeys(("web", "outro"), Message.Channel.OTHER),
}
"""What files call a channel."""

DIRECTIONS: Final[dict[str, str]] = {
    **dict.fromkeys(("in", "inbound", "incoming", "received"), Message.Direction.IN),
    **dict.fromkeys(("entrada", "recebida", "from the buyer"), Message.Direction.IN),
    **dict.fromkeys(("out", "outbound", "outgoing", "sent"), Message.Direction.OUT),
    **dict.fromkeys(("saída", "saida", "enviada", "to the buyer"), Message.Direction.OUT),
}
"""What files call a direction."""


class Whose(NamedTuple):
    """What a customer is known by: an id, ours or a provider's, a valid document, an email. Never a name."""

    customer_id: str
    document: str
    email: str
    provider: str

    @property
    def asked_by(self) -> str:
        """The field of the first of them that is there."""
        return next(name for name in ("customer_id", "document", "email") if getattr(self, name))


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that can be recorded once its customer is found."""

    whose: Whose
    channel: str
    direction: str
    subject: str
    body: str
    sent_at: datetime
    author: str
    url: str
    provider: str
    external_id: str


class Fault(NamedTuple):
    """What is wrong with one field of a message."""

    field: str
    reason: Reason


class BadDraft(ValueError):
    """A message that cannot be recorded, with everything that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(", ".join(f"{fault.field}: {fault.reason}" for fault in faults))
        self.faults = faults


class _Bad(ValueError):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def read_draft(values: Mapping[str, str], *, provider: str, zone: tzinfo, now: datetime) -> Draft:
    """The message that these texts are; raises BadDraft.

    `provider` is for one that names none, `zone` for a time that names none.
    """
    readers: dict[str, Callable[[str], Any]] = {
        "customer_id": _code,
        "document": _document,
        "email": _email,
        "channel": lambda text: _word(text or Message.Channel.OTHER, CHANNELS, Reason.NOT_A_CHANNEL),
        "direction": lambda text: _word(text, DIRECTIONS, Reason.NOT_A_DIRECTION),
        "subject": lambda text: _text(text, LONGEST_SUBJECT),
        "body": lambda text: _text(text, LONGEST_BODY),
        "sent_at": lambda text: _moment(text, zone, now),
        "author": lambda text: _text(text.strip(), LONGEST_NAME),
        "url": _link,
        "provider": lambda text: _code(text) or provider,
        "external_id": _code,
    }
    read: dict[str, Any] = {}
    faults = []
    for field, reader in readers.items():
        try:
            read[field] = reader(values.get(field, ""))
        except _Bad as error:
            faults.append(Fault(field, error.reason))
    faults += _faults_of_the_whole(read)
    if faults:
        raise BadDraft(faults)
    keys = {name: read.pop(name) for name in ("customer_id", "document", "email")}
    return Draft(whose=Whose(**keys, provider=read["provider"]), **read)


def _faults_of_the_whole(read: Mapping[str, Any]) -> Iterator[Fault]:
    """What no field shows alone; nothing of fields that could not be read."""
    if not any(read.get(name, "?") for name in ("customer_id", "document", "email")):
        yield Fault("email", Reason.NO_BUYER)
    if not any(read.get(name, "?").strip() for name in ("subject", "body")):
        yield Fault("body", Reason.NO_TEXT)


def may_be_said_in(year: int, now: datetime) -> bool:
    """Whether somebody can have written to support in that year; others are slips, as 0026 for 2026."""
    return _FIRST_YEAR < year <= now.year + 1


def is_link(text: str) -> bool:
    """Whether the text is a whole https address that a page may link to."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_clean = text.isprintable() and " " not in text and "\\" not in text
    return is_clean and text.startswith("https://") and bool(parts.hostname) and "@" not in parts.netloc


def _text(text: str, longest: int) -> str:
    if len(text) > longest:
        raise _Bad(Reason.TEXT_TOO_LONG)
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise _Bad(Reason.NOT_TEXT)
    return text


def _code(text: str) -> str:
    return _text(text.strip(), LONGEST_CODE)


def _document(text: str) -> str:
    """The document in the form that is compared; one whose check digits are wrong identifies nobody."""
    document = read_document(_code(text))
    return document.normalised if document and document.is_valid else ""


def _email(text: str) -> str:
    email = read_email(_text(text, LONGEST_URL))
    if email is None:
        return ""
    if not email.is_valid:
        raise _Bad(Reason.NOT_AN_EMAIL)
    return email.normalised


def _word(text: str, known: Mapping[str, str], reason: Reason) -> str:
    word = known.get(text.strip().casefold())
    if word is None:
        raise _Bad(reason if text.strip() else Reason.EMPTY)
    return str(word)


def _moment(text: str, zone: tzinfo, now: datetime) -> datetime:
    text = text.strip()
    if not text:
        raise _Bad(Reason.EMPTY)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _Bad(Reason.NOT_A_MOMENT) from None
    is_known = may_be_said_in(moment.year, now) and is_offset_known(moment)
    if len(text) < _SHORTEST_MOMENT or not is_known:
        raise _Bad(Reason.NOT_A_MOMENT)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if moment > now + _TOLERANCE:
        raise _Bad(Reason.TO_COME)
    return moment


def _link(text: str) -> str:
    url = _text(text.strip(), LONGEST_URL)
    if url and not is_link(url):
        raise _Bad(Reason.NOT_A_LINK)
    return url
