"""What a person may mean by a text: the whole keys that it can be read as, purely."""

import re
from dataclasses import dataclass
from typing import Final

from customers.contacts import read_document, read_email, read_phone

_PHONE: Final = re.compile(r"[0-9()+./ -]+")
_SHORTEST_PHONE: Final = 8
_SHORTEST_DOCUMENT: Final = 5
_DIGIT: Final = re.compile(r"[0-9]")
_OF_CODE: Final = re.compile(r"[0-9_-]")


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that a text can be, each as it is stored; "" and () for what it cannot be.

    `codes` are references and external ids, as typed, in capitals and in small letters.
    """

    text: str
    email: str = ""
    document: str = ""
    phones: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the text can name one record, rather than describe some: a name does not."""
        return bool(self.email or self.document or self.phones) or _is_code(self.text)


def read_keys(text: str) -> Keys:
    """Every key that a text can be: eleven digits are a CPF and a phone."""
    email, document = read_email(text), read_document(text)
    is_email = email is not None and email.is_valid
    long_enough = document is not None and len(document.normalised) >= _SHORTEST_DOCUMENT
    return Keys(
        text=text,
        email=email.normalised if email and is_email else "",
        document=document.normalised if document and long_enough and not is_email else "",
        phones=_phones(text),
        codes=tuple(sorted({text, text.upper(), text.lower()})) if text and not is_email else (),
    )


def _phones(text: str) -> tuple[str, ...]:
    digits = "".join(_DIGIT.findall(text))
    if not _PHONE.fullmatch(text) or len(digits) < _SHORTEST_PHONE:
        return ()
    phone = read_phone(text)
    return tuple(sorted({digits, phone.digits if phone else digits}))


def _is_code(text: str) -> bool:
    """One word with something in it that names do not have."""
    return " " not in text and _OF_CODE.search(text) is not None
