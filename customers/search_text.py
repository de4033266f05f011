"""What a search text can mean, read purely: words, an email, a phone, a document, a reference, a card, an
amount, a day; and the prefix words that say which of them is meant.

Every list and the one search read the same text in the same way. Nothing here asks the database, and nothing
raises, whatever was typed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from .contacts import read_document, read_email, read_phone
from .models import DocumentKind
from .search_amounts import Amount, read_amounts
from .search_days import read_day


class Kind(StrEnum):
    """What a part of the text was said to be; ANY where no prefix word says it."""

    ANY = "any"
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    DOCUMENT = "doc"
    REFERENCE = "ref"
    PRODUCT = "product"
    CARD = "card"
    AMOUNT = "amount"
    DAY = "date"
    MESSAGE = "message"


PREFIXES: Final[dict[str, Kind]] = {
    **{kind.value: kind for kind in Kind if kind is not Kind.ANY},
    **dict.fromkeys(("e-mail", "mail"), Kind.EMAIL),
    **dict.fromkeys(("telefone", "fone", "tel"), Kind.PHONE),
    **dict.fromkeys(("documento", "cpf", "cnpj", "document"), Kind.DOCUMENT),
    **dict.fromkeys(("referencia", "referência", "reference", "venda", "sale", "id"), Kind.REFERENCE),
    **dict.fromkeys(("produto",), Kind.PRODUCT),
    **dict.fromkeys(("nome",), Kind.NAME),
    **dict.fromkeys(("cartao", "cartão"), Kind.CARD),
    **dict.fromkeys(("valor",), Kind.AMOUNT),
    **dict.fromkeys(("data", "day", "dia"), Kind.DAY),
    **dict.fromkeys(("mensagem", "msg"), Kind.MESSAGE),
}
"""The prefix words in the product's languages; one stands before a colon: `email:`."""

LONGEST: Final = 200
"""More than any name, email or reference has; what comes after is not looked at."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is looked for, and everything it can be.

    text       as typed, with single spaces
    email      the mailbox, where the text is a whole email
    phones     the digits a phone may be stored with; `digits` those typed, where it looks like a phone
    document   upper-case letters and digits, where the text can be a document
    card       the last four digits of a card
    amounts    what an amount of money is worth, once for each way to read it
    day        a day
    """

    kind: Kind
    text: str
    email: str = ""
    digits: str = ""
    phones: tuple[str, ...] = ()
    document: str = ""
    card: str = ""
    amounts: tuple[Amount, ...] = ()
    day: date | None = None

    @property
    def words(self) -> str:
        """What to look for in names and contacts: of a phone, the digits alone.

        Without the zeros that are dialled before an area or a country: a stored number has none there.
        """
        bare = self.digits.lstrip("0")
        return bare if len(bare) >= _SHORTEST_PHONE else self.digits or self.text

    @property
    def is_reference(self) -> bool:
        """Whether it may be a reference or an id: what is no email, and no name of several words."""
        is_name = " " in self.text and all(character.isalpha() or character == " " for character in self.text)
        return self.kind is Kind.REFERENCE or (self.kind is Kind.ANY and not self.email and not is_name)

    @property
    def is_read(self) -> bool:
        """Whether it is what its prefix word says; "amount:often" is no amount."""
        return bool(
            {
                Kind.PHONE: self.phones,
                Kind.DOCUMENT: self.document,
                Kind.CARD: self.card,
                Kind.AMOUNT: self.amounts,
                Kind.DAY: self.day,
            }.get(self.kind, True)
        )

    @property
    def is_key(self) -> bool:
        """Whether it may name one record, and not only look like a part of its name."""
        is_something_else = bool(self.card or self.day or self.amounts)
        is_code = self.is_reference and " " not in self.text and _OF_CODE.search(self.text)
        is_phone = len(self.digits) >= _SHORTEST_WHOLE_PHONE
        return bool(self.email or self.document or is_phone or is_code) and not is_something_else


def read_search(text: str) -> tuple[Part, ...]:
    """The parts that a record must all fit, in the order they were typed; none for an empty text."""
    return tuple(_read_part(kind, words) for kind, words in _split(clean(text)))


def clean(text: str) -> str:
    """Without what cannot be seen or stored, with single spaces, and no longer than anything to be found."""
    shown = "".join(_as_shown(character) for character in text[: LONGEST * 10])
    return " ".join(shown.split())[:LONGEST].strip()


# Marks of direction and of no width come along when an address is copied from a page or a chat.
_UNSEEN: Final = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_PREFIX: Final = re.compile(
    rf"(?<!\S)(?P<word>{'|'.join(map(re.escape, PREFIXES))}):\s*(?P<quoted>\"[^\"]*\")?", re.IGNORECASE
)
_PHONE: Final = re.compile(r"\+?[0-9()./ -]*", re.ASCII)
_SHORTEST_PHONE: Final = 6
_SHORTEST_WHOLE_PHONE: Final = 8
_SHORTEST_PART_OF_PHONE: Final = 3
_SHORTEST_DOCUMENT: Final = 5
# What names do not have, and codes do.
_OF_CODE: Final = re.compile(r"[\d_-]")
_CARD: Final = re.compile(
    r"(?:(?:card|cart[aã]o|final|ending)(?: (?:ending|final|in|em))* ?|[*•·xX]{1,12} ?)?(?P<last>[0-9]{4})",
    re.ASCII | re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_MAILBOX: Final = re.compile(r"(?P<before>[^@+]*[^@+.][^@+]*)(?:\+[^@]*)?@(?P<domain>[^@]+)")
_GMAIL: Final = frozenset(("gmail.com", "googlemail.com"))


def _as_shown(character: str) -> str:
    if _UNSEEN.match(character):
        return ""
    return " " if unicodedata.category(character) in ("Cc", "Cs") else character


def _split(text: str) -> Iterator[tuple[Kind, str]]:
    """The free words first, then what each prefix word governs: to the next one, or what is in quotes."""
    prefixes = list(_PREFIX.finditer(text))
    governed, free = [], [text[: prefixes[0].start() if prefixes else len(text)]]
    for number, prefix in enumerate(prefixes):
        end = prefixes[number + 1].start() if number + 1 < len(prefixes) else len(text)
        rest = text[prefix.end() : end].strip()
        value = (prefix["quoted"] or "").strip('" ')
        if value:
            free.append(rest)
        elif rest:
            value = rest
        else:
            # A prefix word that says nothing more is a word like any other.
            free.append(prefix["word"] + ":")
        if value:
            governed.append((PREFIXES[prefix["word"].lower()], value))
    if words := " ".join(" ".join(free).split()):
        yield Kind.ANY, words
    yield from governed


def _read_part(kind: Kind, text: str) -> Part:
    may_be = {kind} if kind is not Kind.ANY else set(Kind)
    phones = _phones(text, kind) if Kind.PHONE in may_be else ()
    card = _CARD.fullmatch(text) if Kind.CARD in may_be else None
    return Part(
        kind=kind,
        text=text,
        email=_whole_email(text) if Kind.EMAIL in may_be else "",
        digits=re.sub("[^0-9]", "", text) if phones else "",
        phones=phones,
        document=_document(text, kind) if Kind.DOCUMENT in may_be else "",
        card=card["last"] if card else "",
        amounts=read_amounts(text, is_named=kind is Kind.AMOUNT) if Kind.AMOUNT in may_be else (),
        day=read_day(text) if Kind.DAY in may_be else None,
    )


def mailbox(email: str) -> str:
    """The mailbox that an email in lower case reaches: without a +tag, at Gmail without dots.

    The same as the database's app_email_key().
    """
    match = _MAILBOX.fullmatch(email)
    if match is None:
        return email
    if match["domain"] in _GMAIL:
        return f"{match['before'].replace('.', '')}@gmail.com"
    return f"{match['before']}@{match['domain']}"


def _whole_email(text: str) -> str:
    email = read_email(text)
    return mailbox(email.normalised) if email and _EMAIL.fullmatch(text) else ""


def _phones(text: str, kind: Kind) -> tuple[str, ...]:
    digits = re.sub("[^0-9]", "", text)
    shortest = _SHORTEST_PART_OF_PHONE if kind is Kind.PHONE else _SHORTEST_PHONE
    if not _PHONE.fullmatch(text) or len(digits) < shortest:
        return ()
    # With what is dialled before another country's number: 00 in most countries, 011 in North America. What
    # begins with 011 may as well be a number of São Paulo, so it is looked for as both.
    abroad = [digits.removeprefix(prefix) for prefix in ("00", "011") if digits.startswith(prefix)]
    read = [read_phone(text), *(read_phone(f"+{number}") for number in abroad)]
    return tuple(dict.fromkeys((digits, *(phone.digits for phone in read if phone))))


def _document(text: str, kind: Kind) -> str:
    document = read_document(text) if "@" not in text else None
    if document is None:
        return ""
    is_likely = document.kind != DocumentKind.OTHER or " " not in text
    if kind is Kind.ANY and (len(document.normalised) < _SHORTEST_DOCUMENT or not is_likely):
        return ""
    return document.normalised
