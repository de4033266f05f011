"""What is known of a list in which somebody misses a record: counts, records and why each is not shown."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

MOST: Final = 1_000
"""Rows are counted up to here; beyond, there are "more than 1,000"."""


class Counted(NamedTuple):
    """How many rows there are, or that there are more than `MOST`."""

    number: int
    is_more: bool = False


class How(StrEnum):
    """By what a record was found."""

    TEXT = "text"
    EMAIL = "email"
    FORMER_EMAIL = "former_email"
    PHONE = "phone"
    DOCUMENT = "document"
    CODE = "code"
    BUYER = "buyer"
    SAME_MAILBOX = "same_mailbox"
    # Not what was typed, but close to it.
    ONE_LETTER = "one_letter"
    # Another record of what seems to be the same person.
    SAME_EMAIL = "same_email"
    SAME_DOCUMENT = "same_document"
    SAME_PHONE = "same_phone"


@dataclass(frozen=True, slots=True)
class OtherDate:
    """Another date of the record that does lie in the range; `query` reads the range so."""

    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Hiding:
    """A filter that hides a record: what the record has ("" where it cannot be said), and what is asked.

    `without` is the list's query without this filter alone.
    """

    name: str
    label: str
    own: str
    asks: str
    without: str
    other_dates: tuple[OtherDate, ...] = ()


@dataclass(frozen=True, slots=True)
class Survivor:
    """What a merged record became."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """A record that may be meant. `shown_at` is the query of the list that shows it, None for no query at
    all.

    `note` is what was found it by, where that is not in sight: the email of a near miss.
    """

    title: str
    sub: str
    url: str
    how: How
    note: str = ""
    hidden_by: tuple[Hiding, ...] = ()
    shown_at: str | None = ""
    is_test: bool = False
    survivor: Survivor | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One of the records that a filter hides."""

    title: str
    sub: str
    url: str


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter that is on, or the order: how many rows the same list has without it (None: not counted in
    time), and a few of them."""

    name: str
    label: str
    words: str
    without: str
    rows: Counted | None
    examples: tuple[Example, ...] = ()


class Cause(StrEnum):
    """Why a sale names no subscription, or none is to be found: what is looked at, in this order."""

    PAYMENT_MODEL = "payment_model"
    PLAN_TYPE = "plan_type"
    STATUS = "status"
    ANOTHER_PRODUCT = "another_product"
    NOT_LINKED = "not_linked"
    ANOTHER_CUSTOMER = "another_customer"
    NEVER_CREATED = "never_created"


class Verdict(StrEnum):
    """What came of looking at a cause."""

    IS_WHY = "is_why"
    MAY_BE_WHY = "may_be_why"
    IS_NOT_WHY = "is_not_why"


@dataclass(frozen=True, slots=True)
class Held:
    """A subscription: of whom, what it is and how it stands."""

    title: str
    status: str
    customer: str
    url: str
    how: How | None = None


@dataclass(frozen=True, slots=True)
class CheckedCause:
    """One cause, what came of looking at it, and the evidence."""

    cause: Cause
    verdict: Verdict
    evidence: str = ""
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is known, read inside the member's scope.

    `text` is what was looked for, "" for nothing. `outside` is whether something of that very key lies
    outside the member's products; None where that was not asked.
    """

    listed: Counted | None
    text: str = ""
    narrowings: tuple[Narrowing, ...] = ()
    found: tuple[Found, ...] = ()
    near: tuple[Found, ...] = ()
    causes: tuple[CheckedCause, ...] = ()
    # The buyer is known, and has nothing in this list at all.
    buyers: tuple[Found, ...] = ()
    is_limited: bool = False
    outside: bool | None = None
