"""How emails, phones and documents are read: from what was received to the form that is compared, purely.

What was received is kept beside it and never written over. Nothing is refused: sources do send broken values,
and a buyer must be found by them as well; `is_valid` says whether one may tell two people apart.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat
from stdnum.br import cnpj, cpf

from .models import DocumentKind

_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+")
_LONGEST_EMAIL: Final = 320
_NOT_DIGIT: Final = re.compile(r"[^0-9]")
_NOT_DOCUMENT: Final = re.compile(r"[^0-9A-Z]")
_CPF: Final = re.compile(r"[0-9]{11}")
_CNPJ: Final = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
# +55, area code, and a mobile number as it was written before it got its ninth digit (2012 to 2016).
_OLD_MOBILE: Final = re.compile(r"(55[1-9][0-9])([6-9][0-9]{7})")

_WITHOUT_AREA: Final = re.compile(r"55[0-9]{0,9}")


@dataclass(frozen=True, slots=True)
class Email:
    """An email as received, and as compared."""

    address: str
    normalised: str
    is_valid: bool


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone as received, and its digits: with the country code, without a plus, where it is possible."""

    number: str
    digits: str
    is_valid: bool


@dataclass(frozen=True, slots=True)
class Document:
    """A document as received, what it is, and its upper-case letters and digits."""

    kind: DocumentKind
    number: str
    normalised: str
    is_valid: bool


def read_email(text: str) -> Email | None:
    """An email in lower case without the spaces around it; None for nothing.

    No further: dots and tags in an address belong to it. SQL says the same with lower(btrim(address)).
    """
    address = text.strip()
    if not address:
        return None
    is_valid = len(address) <= _LONGEST_EMAIL and _EMAIL.fullmatch(address) is not None
    return Email(address, address.lower(), is_valid)


@lru_cache(maxsize=65_536)
def read_phone(text: str, region: str = "BR") -> Phone | None:
    """A phone read as dialled in `region` unless it names its country; None for what has no digit.

    One of the region itself may be written as it is dialled from abroad, with 00 before the country code.
    """
    number = unicodedata.normalize("NFKC", text).strip()
    digits = _NOT_DIGIT.sub("", number)
    if not digits:
        return None
    if digits.startswith(f"00{phonenumbers.country_code_for_region(region)}"):
        number = f"+{digits[2:]}"
    try:
        parsed = phonenumbers.parse(number, region)
    except NumberParseException:
        return Phone(text.strip(), digits, is_valid=False)
    full = phonenumbers.format_number(parsed, PhoneNumberFormat.E164).removeprefix("+")
    if not phonenumbers.is_possible_number(parsed) or _WITHOUT_AREA.fullmatch(full):
        return Phone(text.strip(), digits, is_valid=False)
    if old := _OLD_MOBILE.fullmatch(full):
        full = f"{old[1]}9{old[2]}"
    return Phone(text.strip(), full, is_valid=True)


def read_document(text: str, kind: DocumentKind | None = None) -> Document | None:
    """A document by its shape, or of the kind the source names; None for what has no digit.

    A CNPJ may hold letters since July 2026 (IN RFB 2.229/2024). Numbers that lost their leading zeros in a
    spreadsheet get them back where the check digits then agree.
    """
    normalised = _NOT_DOCUMENT.sub("", unicodedata.normalize("NFKC", text).upper())
    if not _NOT_DIGIT.sub("", normalised):
        return None
    if kind not in (DocumentKind.PASSPORT, DocumentKind.OTHER):
        normalised = _with_lost_zeros(normalised)
        kind = _kind_by_shape(normalised, kind)
    return Document(kind, text.strip(), normalised, _is_valid(kind, normalised))


def format_document(kind: str, normalised: str) -> str:
    """The document with the punctuation people write it with: "529.982.247-25"."""
    if kind == DocumentKind.CPF and _CPF.fullmatch(normalised):
        return cpf.format(normalised)
    if kind == DocumentKind.CNPJ and _CNPJ.fullmatch(normalised):
        return cnpj.format(normalised)
    return normalised


def _with_lost_zeros(normalised: str) -> str:
    if not normalised.isdigit():
        return normalised
    for length, shortest, kind in ((11, 9, DocumentKind.CPF), (14, 12, DocumentKind.CNPJ)):
        if shortest <= len(normalised) < length and _is_valid(kind, normalised.zfill(length)):
            return normalised.zfill(length)
    return normalised


def _kind_by_shape(normalised: str, named: DocumentKind | None) -> DocumentKind:
    if named is not None:
        return named
    if _CPF.fullmatch(normalised):
        return DocumentKind.CPF
    if _CNPJ.fullmatch(normalised):
        return DocumentKind.CNPJ
    return DocumentKind.OTHER


def _is_valid(kind: DocumentKind, normalised: str) -> bool:
    """Whether the check digits agree. One digit repeated passes the arithmetic and is nobody's number."""
    if len(set(normalised)) == 1:
        return False
    if kind == DocumentKind.CPF:
        return cpf.is_valid(normalised)
    if kind == DocumentKind.CNPJ:
        return cnpj.is_valid(normalised)
    return False
