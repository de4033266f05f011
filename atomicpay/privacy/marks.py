"""By what a person is known in words and files: emails, full names, numbers. Purely; nothing is read here."""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from typing import Final, Self
from urllib.parse import parse_qsl

SHORTEST: Final = 6
"""Letters: what is shorter, or one word alone, may be anybody."""
_SHORTEST_NUMBER: Final = 8
_SHORTEST_PART: Final = 7
_COUNTRY: Final = "55"
_ROLES: Final = frozenset(
    (
        *("atendimento", "comercial", "compras", "contact", "contato", "diretoria", "escola", "escritorio"),
        *("finance", "financeiro", "marketing", "office", "orders", "secretaria", "support", "suporte"),
        *("vendas",),
    )
)
"""Local parts of emails that name an office and no person; a search for one of these looks for any."""
_BETWEEN: Final = re.compile(r"[^\w.+-]+")
_ENCODINGS: Final = ("utf-8", "cp1252", "utf-16-le")
_NOT_DIGIT: Final = re.compile(r"[^0-9]")


@dataclass(frozen=True, slots=True)
class Marks:
    """What gives a person away.

    written   as it is stored, for files
    words     folded, for texts that people typed
    numbers   digits alone, for phones and documents however they are written
    names     the words of each name
    """

    written: frozenset[str]
    words: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[frozenset[str]]

    @classmethod
    def of(
        cls, *, names: Iterable[str], emails: Iterable[str], numbers: Iterable[str], ids: Iterable[str] = ()
    ) -> Self:
        """From all that was ever known; what could be anybody's is left out."""
        full = {name.strip() for name in names if len(name.split()) > 1 and len(name.strip()) >= SHORTEST}
        addresses = {email.strip() for email in emails if len(email.strip()) >= SHORTEST}
        written = {number.strip() for number in numbers if len(_digits(number)) >= _SHORTEST_NUMBER}
        known_as = {
            each
            for each in ids
            if len(each) > _SHORTEST_NUMBER or (len(each) >= SHORTEST and not each.isdigit())
        }
        bare = {_digits(number) for number in written}
        return cls(
            written=frozenset(
                full | addresses | {each.lower() for each in addresses} | written | bare | known_as
            ),
            words=frozenset(map(fold, full | addresses | known_as)),
            numbers=frozenset(bare | {_local(number) for number in bare}),
            names=frozenset(frozenset(fold(name).split()) for name in full),
        )

    def are_in(self, text: str) -> bool:
        """Whether a text that somebody typed gives the person away."""
        folded, digits = fold(text), _digits(text)
        return any(word in folded for word in self.words) or any(number in digits for number in self.numbers)

    def are_sought_by(self, text: str) -> bool:
        """Whether a search looks for the person: by a value, or by a part that is hardly anybody else's."""
        folded, digits = fold(text).strip(), _digits(text)
        parts = set(folded.split())
        mailboxes = {word.rpartition("@")[0] for word in self.words} - _ROLES
        return (
            self.are_in(text)
            or ("@" in folded and len(folded) >= SHORTEST and any(folded in word for word in self.words))
            or (len(digits) >= _SHORTEST_PART and any(digits in number for number in self.numbers))
            or any(len(part) >= SHORTEST and part in mailboxes for part in _BETWEEN.split(folded))
            or (len(parts) > 1 and any(parts <= name for name in self.names))
        )

    @property
    def in_files(self) -> tuple[bytes, ...]:
        """The bytes to look for, in the encodings that files come in; quotes as CSV doubles them, signs as
        workbooks write them."""
        found = set()
        for value in self.written:
            for encoding in _ENCODINGS:
                # One that has no such letter cannot hold the value.
                with suppress(UnicodeEncodeError):
                    found.add(value.replace('"', '""').encode(encoding))
            found.add(escape(value, quote=False).encode())
        return tuple(sorted(found))

    @property
    def pattern(self) -> str:
        """A regular expression of PostgreSQL's that finds them in a text, for use without regard to case."""
        return "|".join(sorted(map(re.escape, self.written | self.words)))


def seeks(query: str, marks: Marks) -> bool:
    """Whether a query, as addresses have them, looks for the person."""
    return any(marks.are_sought_by(value) for _name, value in parse_qsl(query))


def fold(text: str) -> str:
    """Lower case without accents, as the search columns are."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in apart if not unicodedata.combining(character))


def _digits(text: str) -> str:
    return _NOT_DIGIT.sub("", text)


def _local(number: str) -> str:
    """A Brazilian number without its country, as most people write it."""
    is_whole = number.startswith(_COUNTRY) and len(number) >= 12
    return number.removeprefix(_COUNTRY) if is_whole else number
