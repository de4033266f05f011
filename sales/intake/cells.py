"""One cell of a file turned into the values that are staged for it; a bad one is refused with its reason."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from babel.numbers import list_currencies

from customers.contacts import read_document, read_email, read_phone

from .amounts import NotAnAmount
from .mapping import FieldForm
from .moments import NotAMoment, moment_reader
from .reasons import Reason

Values = tuple[str | None, ...]

_REPEATS: Final = frozenset(("code", "country", "status", "method", "currency", "count", "last4", "flag"))

# What nearly every row has, read without building an object or asking a library; contacts.py reads the rest,
# and a test holds that both agree. It saves a third of the time a row takes.
_EMAIL: Final = re.compile(r"[^\s@]{1,160}@[^\s@]{1,159}")
_CPF: Final = re.compile(r"([0-9]{3})\.?([0-9]{3})\.?([0-9]{3})-?([0-9]{2})")
_MOBILE: Final = re.compile(r"(?:\+?55 ?)?\(?([1-9][1-9])\)? ?(9[0-9]{4})[ -]?([0-9]{4})")
_COUNT: Final = re.compile(r"[0-9]{1,4}")
_LAST_FOUR: Final = re.compile(r"[0-9]{4}")
_COUNTRY: Final = re.compile(r"[A-Za-z]{2}")
LONGEST_INDEXED: Final = 500
"""Characters, of at most four bytes each: an entry of an index holds 2,700 bytes, and a cell that did not fit
would be an error of the database, which stops the import of every other row."""
_INDEXED_TEXTS: Final = ("name", "product_name")


class BadCell(ValueError):
    """A cell that cannot be read, with the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


UNREADABLE: Final = (BadCell, NotAnAmount, NotAMoment)
"""What a reader of cells may raise; each has a `reason`."""


class CellReader(NamedTuple):
    """The staged columns that a cell fills, and the function that fills them."""

    columns: tuple[str, ...]
    read: Callable[[str], Values]


def cell_reader(name: str, form: FieldForm, *, required: bool) -> CellReader:
    """How the cells of one of our fields are read. Amounts are not: they need the row's currency."""
    columns, read = _READERS[form.kind](name, form)
    read = _required(read) if required else read
    # Words and codes repeat; names, emails and times do not.
    return CellReader(columns, lru_cache(maxsize=4096)(read) if form.kind in _REPEATS else read)


def _required(read: Callable[[str], Values]) -> Callable[[str], Values]:
    def checked(text: str) -> Values:
        if not text.strip():
            raise BadCell(Reason.EMPTY)
        return read(text)

    return checked


def _text(name: str, form: FieldForm) -> CellReader:
    # Stored as it came, formulas and all: it is made safe where it is written to a file or a page.
    if name in _INDEXED_TEXTS:
        return CellReader((name,), lambda text: (fitting(text),))
    return CellReader((name,), lambda text: (text,))


def fitting(text: str) -> str:
    """The text itself; raises BadCell for one that no index takes."""
    if len(text) > LONGEST_INDEXED:
        raise BadCell(Reason.CELL_TOO_LONG)
    return text


def _code(name: str, form: FieldForm) -> CellReader:
    def read(text: str) -> Values:
        return (fitting(text.strip()),)

    return CellReader(("customer_ref" if name == "customer_id" else name,), read)


def _email(name: str, form: FieldForm) -> CellReader:
    def read(text: str) -> Values:
        address = text.strip()
        if _EMAIL.fullmatch(address):
            return (address.lower(), address)
        email = read_email(text)
        if email is None:
            return ("", "")
        if not email.is_valid:
            raise BadCell(Reason.NOT_AN_EMAIL)
        return (email.normalised, email.address)

    return CellReader(("email", "buyer_email"), read)


def _document(name: str, form: FieldForm) -> CellReader:
    def read(text: str) -> Values:
        number = text.strip()
        if (cpf := _CPF.fullmatch(number)) and _is_cpf(digits := "".join(cpf.groups())):
            return (digits, "cpf", "t", number)
        document = read_document(fitting(number))
        if document is None:
            return ("", "", "f", number)
        return (document.normalised, document.kind, "t" if document.is_valid else "f", document.number)

    return CellReader(("document", "document_kind", "document_valid", "buyer_document"), read)


def _is_cpf(digits: str) -> bool:
    """Whether both check digits agree (weights 10 to 2, then 11 to 2, modulo 11) and not all are the same."""
    a, b, c, d, e, f, g, h, i, first, second = map(int, digits)
    one = (10 * a + 9 * b + 8 * c + 7 * d + 6 * e + 5 * f + 4 * g + 3 * h + 2 * i) * 10 % 11 % 10
    two = 11 * a + 10 * b + 9 * c + 8 * d + 7 * e + 6 * f + 5 * g + 4 * h + 3 * i + 2 * one
    return first == one and second == two * 10 % 11 % 10 and digits != digits[0] * 11


def _phone(name: str, form: FieldForm) -> CellReader:
    def read(text: str) -> Values:
        number = text.strip()
        if form.country == "BR" and (mobile := _MOBILE.fullmatch(number)):
            return (f"55{mobile[1]}{mobile[2]}{mobile[3]}", number)
        phone = read_phone(fitting(number), form.country) if number else None
        return (phone.digits if phone else "", number)

    return CellReader(("phone_digits", "buyer_phone"), read)


def _country(name: str, form: FieldForm) -> CellReader:
    def read(text: str) -> Values:
        word = text.strip()
        if form.words or form.otherwise is not None:
            return (meaning(word, form) if word else "",)
        if word and not _COUNTRY.fullmatch(word):
            raise BadCell(Reason.NOT_A_COUNTRY)
        return (word.upper(),)

    return CellReader(("country",), read)


def _status(name: str, form: FieldForm) -> CellReader:
    return CellReader(("status", "source_status"), lambda text: (meaning(text, form), text.strip()))


def _method(name: str, form: FieldForm) -> CellReader:
    return CellReader(("method",), lambda text: (meaning(text, form) if text.strip() else "",))


def _flag(name: str, form: FieldForm) -> CellReader:
    return CellReader((name,), lambda text: ("t" if meaning(text, form) == "yes" else "f",))


def meaning(text: str, form: FieldForm) -> str:
    """What a word of the file means; an unknown one is refused unless the mapping says what else it is."""
    known = form.words.get(text.strip().casefold(), form.otherwise)
    if known is None:
        raise BadCell(Reason.UNKNOWN_WORD)
    return known


def _currency(name: str, form: FieldForm) -> CellReader:
    known = frozenset(list_currencies())

    def read(text: str) -> Values:
        code = text.strip().upper()
        if code not in known:
            raise BadCell(Reason.NOT_A_CURRENCY)
        return (code,)

    return CellReader(("currency",), read)


def _moment(name: str, form: FieldForm) -> CellReader:
    read = moment_reader(form.format, form.zone)
    return CellReader((name,), lambda text: (read(text.strip()) if text.strip() else None,))


def _count(name: str, form: FieldForm) -> CellReader:
    def read(text: str) -> Values:
        number = text.strip()
        if number and not _COUNT.fullmatch(number):
            raise BadCell(Reason.NOT_A_NUMBER)
        return (number or None,)

    return CellReader((name,), read)


def _last4(name: str, form: FieldForm) -> CellReader:
    def read(text: str) -> Values:
        digits = text.strip()
        if digits and not _LAST_FOUR.fullmatch(digits):
            # What is longer may be a whole card number, which is never stored.
            raise BadCell(Reason.NOT_FOUR_DIGITS)
        return (digits,)

    return CellReader((name,), read)


_READERS: Final[dict[str, Callable[[str, FieldForm], CellReader]]] = {
    "text": _text,
    "code": _code,
    "email": _email,
    "document": _document,
    "phone": _phone,
    "country": _country,
    "status": _status,
    "method": _method,
    "currency": _currency,
    "moment": _moment,
    "count": _count,
    "last4": _last4,
    "flag": _flag,
}
