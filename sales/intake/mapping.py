"""What a mapping is: which column of a file is which of our fields, and how it is written there."""

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Kind = Literal[
    "text", "code", "email", "document", "phone", "country", "status", "method", "currency", "money",
    "moment", "count", "last4", "flag",
]  # fmt: skip

FIELDS: Final[dict[str, Kind]] = {
    "customer_id": "code",
    "email": "email",
    "document": "document",
    "name": "text",
    "phone": "phone",
    "country": "country",
    "product": "code",
    "product_name": "text",
    "reference": "code",
    "status": "status",
    "method": "method",
    "installments": "count",
    "card_brand": "code",
    "card_last4": "last4",
    "charge_number": "count",
    "currency": "currency",
    "amount": "money",
    "refunded": "money",
    "list_price": "money",
    "discount": "money",
    "tax": "money",
    "fee": "money",
    "net": "money",
    "coupon": "text",
    "utm_source": "text",
    "utm_campaign": "text",
    "affiliate": "text",
    "agent": "text",
    "is_test": "flag",
    "ordered_at": "moment",
    "approved_at": "moment",
    "completed_at": "moment",
    "refunded_at": "moment",
    "updated_at": "moment",
}
"""Our fields and how each is read."""

REQUIRED: Final = ("ordered_at", "status", "currency", "amount", "product")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: by one of several names, and by which of them where the heading repeats it."""

    names: tuple[str, ...]
    occurrence: int | None = None

    def __str__(self) -> str:
        return " / ".join(self.names)


@dataclass(frozen=True, slots=True)
class FieldForm:
    """Where one of our fields comes from, a column or a constant, and how it is written there."""

    kind: Kind
    column: Column | None = None
    constant: str | None = None
    format: str = ""
    zone: str = ""
    unit: Literal["decimal", "minor"] = "decimal"
    decimal_mark: str = ""
    symbol: str = ""
    words: Dictionary[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    country: str = "BR"


@dataclass(frozen=True, slots=True)
class RowRule:
    """Which rows are meant: those with one of these words in the column."""

    column: Column
    words: frozenset[str]
    sale: Column | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """Everything the importer knows of a file before it opens it."""

    name: str
    provider: str
    fields: Dictionary[str, FieldForm]
    identity: tuple[Column, ...]
    refunds: RowRule | None
    ignore: RowRule | None
    encoding: str
    separator: str
    written_by_us: bool
    workspace_name: str
    currency: str
    timezone: str
    source: Dictionary[str, Any]

    @property
    def is_by_line(self) -> bool:
        """Whether a row is known only by the file's content and its line."""
        return not self.identity

    @property
    def wanted(self) -> list[tuple[str, ...]]:
        """The names of every column that the file must have."""
        rules = [rule for rule in (self.refunds, self.ignore) if rule is not None]
        columns = [form.column for form in self.fields.values() if form.column is not None]
        columns += [*self.identity, *(rule.column for rule in rules)]
        return [column.names for column in columns]
