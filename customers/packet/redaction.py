"""What is not for everybody's eyes, taken out of fields and of free text."""

import re
from collections.abc import Collection
from typing import Final

from django.utils.translation import gettext

from atomicpay.ui.masks import mask_document, mask_email, mask_phone
from customers.contacts import format_document

LONGEST: Final = 4_000
"""Of one text no more is printed."""

_SHORTEST_NAME: Final = 4
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Between letters it is a part of a reference and not a number of its own.
_CARD: Final = re.compile(r"(?<![\w])\d(?:[ -]?\d){12,18}(?![\w])")
_CPF: Final = re.compile(r"(?<![\w])\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?![\w])")
_CNPJ: Final = re.compile(r"(?<![\w])[\dA-Z]{2}\.?[\dA-Z]{3}\.?[\dA-Z]{3}/?\d{4}-?\d{2}(?![\w])")
_PHONE: Final = re.compile(r"(?<![\w+])\+?\(?\d[\d ().-]{7,}\d(?![\w])")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}")


class Redactor:
    """Takes out what a choice hides: members and card numbers always, the rest unless it is in full."""

    def __init__(self, *, is_full: bool, members: Collection[str]) -> None:
        self.is_full = is_full
        names = sorted((name for name in members if len(name) >= _SHORTEST_NAME), key=len, reverse=True)
        self._members = (
            re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
            if names
            else None
        )

    def email(self, text: str) -> str:
        return text if self.is_full else mask_email(text)

    def phone(self, text: str) -> str:
        return text if self.is_full else mask_phone(text)

    def document(self, kind: str, number: str) -> str:
        """A document in its stored form."""
        return format_document(kind, number) if self.is_full else mask_document(number)

    def text(self, text: str) -> str:
        """Free text. It is searched for what looks like one of these; names of third persons stay."""
        if self._members:
            text = self._members.sub(gettext("[member]"), text)
        text = _CARD.sub(_last_four_of_card, text)
        if not self.is_full:
            text = _EMAIL.sub(lambda found: mask_email(found[0]), text)
            for pattern in (_CNPJ, _CPF):
                text = pattern.sub(lambda found: mask_document(_plain(found[0])), text)
            text = _PHONE.sub(_masked_phone, text)
        return _cut(text)


def _last_four_of_card(found: re.Match[str]) -> str:
    digits = _plain(found[0])
    return f"•••• {digits[-4:]}"


def _masked_phone(found: re.Match[str]) -> str:
    """A day or an amount has as many digits as a phone; days are told apart, and stay."""
    return found[0] if _DAY.fullmatch(found[0]) else mask_phone(found[0])


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    words = gettext("[%(number)d more characters are left out]") % {"number": len(text) - LONGEST}
    return f"{text[:LONGEST]} {words}"
