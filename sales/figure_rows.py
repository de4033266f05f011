"""The rows behind a figure, a page at a time, and what all of them add up to, which is asked for apart."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import BigIntegerField, CharField, Count, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, JSONObject

from atomicpay.workspaces.fields import CodeField

from .figures import Figure, Of, Part
from .models import Sale
from .queries import DISPUTE, REFUND, SALE, SUBSCRIPTION

PAGE: Final = 50

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE: Final = re.compile(r"([1-9][0-9]{0,8})\.(-?[0-9]{1,17})\.([0-9]{1,7})", re.ASCII)
_NOTHING: Final = Value("", output_field=CodeField())


class Counted(NamedTuple):
    """A row that counts; what is subtracted has an amount below zero.

    `what` is the kind of a dispute, `about` the sale (public_id, reference, product, charge) or subscription
    (public_id, reference, product) it is of; None for a cancellation that names no sale.
    """

    kind: str
    status: str
    what: str
    reason: str
    amount: int
    at: datetime
    about: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: the number of its first row, the time of the row before, how many share that time.

    Refunds and disputes have no public id, and an address carries no other.
    """

    row: int
    at: datetime
    passed: int

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place that an address names; None for anything that names none."""
        match = _PLACE.fullmatch(text)
        if match is None:
            return None
        row, microseconds, passed = map(int, match.groups())
        try:
            return cls(row, _EPOCH + timedelta(microseconds=microseconds), passed)
        except OverflowError:
            return None

    def __str__(self) -> str:
        return f"{self.row}.{(self.at - _EPOCH) // timedelta(microseconds=1)}.{self.passed}"


@dataclass(frozen=True, slots=True)
class CountedPage:
    """Some of the rows, newest first, and where the older ones begin."""

    rows: list[Counted]
    first_row: int
    older: Place | None


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows there are and what their amounts add up to, in minor units."""

    number: int
    amount: int


def total_of(figure: Figure, of: Of) -> Total:
    """What all rows of a figure add up to, asked of the database in a query of its own."""
    sums = [_sum(part, of) for part in figure.parts]
    numbers = list(sums[0].union(*sums[1:], all=True) if len(sums) > 1 else sums[0])
    return Total(sum(number for number, _amount in numbers), sum(amount for _number, amount in numbers))


def _sum(part: Part, of: Of) -> QuerySet[Any, Any]:
    field = "amount_charged" if part.kind == SALE else "amount"
    groups = part.rows(of).order_by().annotate(all=Value(1)).values("all")
    amount = _signed(Coalesce(Sum(field), 0, output_field=BigIntegerField()), part)
    return groups.annotate(number=Count("pk"), total=amount).values_list("number", "total")


def read_counted(figure: Figure, of: Of, query: Mapping[str, str]) -> CountedPage:
    """The page of rows that an address names; the first one where it names none."""
    place = Place.read(query.get("after", ""))
    passed = place.passed if place else 0
    upto = passed + PAGE + 1
    parts = [_columns(part, of, place)[:upto] for part in figure.parts]
    rows = parts[0].union(*parts[1:], all=True).order_by(*_ORDER) if len(parts) > 1 else parts[0]
    found = [Counted(*row) for *row, _pk in rows[passed:upto]]
    shown, first_row = found[:PAGE], place.row if place else 1
    has_older = len(found) > PAGE
    return CountedPage(shown, first_row, _next(shown, first_row, place) if has_older else None)


_ORDER: Final = ("-at", "of", "-pk")
_COLUMNS: Final = ("of", "status", "what", "why", "minor", "at", "about", "pk")


def _next(shown: list[Counted], first_row: int, place: Place | None) -> Place:
    last = shown[-1].at
    passed = sum(row.at == last for row in shown)
    if place and place.at == last:
        passed += place.passed
    return Place(first_row + len(shown), last, passed)


def _columns(part: Part, of: Of, place: Place | None) -> QuerySet[Any, Any]:
    """The columns of Counted and what orders them, not newer than a place."""
    rows = part.rows(of).annotate(at=part.at)
    if place:
        rows = rows.filter(at__lte=place.at)
    field, what, why = {
        SALE: ("amount_charged", _NOTHING, _NOTHING),
        REFUND: ("amount", _NOTHING, F("reason")),
        DISPUTE: ("amount", F("kind"), F("reason")),
        SUBSCRIPTION: ("amount", _NOTHING, _NOTHING),
    }[part.kind]
    kind = Value(part.kind, output_field=CharField())
    named = rows.annotate(of=kind, what=what, why=why, minor=_signed(F(field), part), about=_about(part.kind))
    return named.order_by("-at", "-pk").values_list(*_COLUMNS)


def _signed(amount: Any, part: Part) -> Any:
    return Value(0) - amount if part.is_subtracted else amount


def _about(kind: str) -> Any:
    """What a row is of. A subquery where it is another row, so that only those of a page are looked up."""
    product = {"public_id": "public_id", "product": "product__name"}
    if kind == SUBSCRIPTION:
        return JSONObject(**product, reference="external_id")
    of_sale = JSONObject(**product, reference="reference", charge="recurrence_number")
    if kind == SALE:
        return of_sale
    return Subquery(Sale.objects.filter(pk=OuterRef("sale_id")).values(named=of_sale))
