"""The ways in which a part of a search text finds records, each with its reason; apps bring their own.

A way is kept apart from the others as long as it can be: joined by OR, conditions on different tables leave
the planner nothing but to test every row.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, partial, reduce
from operator import and_, or_
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value

from atomicpay.catalog.models import Product
from atomicpay.ui.periods import Days
from atomicpay.ui.selective import FEW, expected_rows
from atomicpay.workspaces.fields import Fold
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import active_workspace_id

from .models import CustomerDocument, CustomerEmail, CustomerIdentity, CustomerPhone
from .search_days import next_day
from .search_plan import SearchPlan, plan_search, tested_last
from .search_text import Kind, Part, read_search

NOTHING: Final = Q(pk__in=[])

MANY_PEOPLE: Final = 2_000
"""More people than this are not looked for one by one."""


class Why(StrEnum):
    """What of a record fits a part of the text."""

    WORDS = "words"
    EMAIL = "email"
    PHONE = "phone"
    DOCUMENT = "document"
    IDENTITY = "external id of the customer"
    SALE = "sale"
    EXTERNAL_ID = "external id of the sale"
    SUBSCRIPTION = "subscription"
    CARD = "card"
    PRODUCT = "product"
    AMOUNT = "amount"
    DAY = "day"
    MESSAGE = "message"


OF_PERSON: Final = frozenset((Why.WORDS, Why.EMAIL, Why.PHONE, Why.DOCUMENT, Why.IDENTITY))


@dataclass(frozen=True, slots=True)
class Way:
    """One way to find records.

    ids      the ids, for where they are few, or the query that fetches them first
    each     the same as a condition on each row
    is_many  whether there are too many to fetch first; None where nobody knows yet
    """

    why: Why
    ids: Any
    each: Any = None
    is_many: bool | None = False

    @property
    def condition(self) -> Any:
        """By itself, without other ways beside it, a condition on each row is always right."""
        return Q(pk__in=self.ids) if self.is_many is False else self.each


class Wanted:
    """A part of a search text, with what the database was asked about it: once, by whoever needs it first.

    For a list, whose rows are read once, ways stay conditions. For the first hits of several kinds
    (`knows_people`) the people are looked for once, and their ids are what is then looked for.
    """

    def __init__(self, part: Part, *, knows_people: bool = False) -> None:
        self.part, self.knows_people = part, knows_people

    @cached_property
    def plan(self) -> SearchPlan:
        return plan_search(self.part.words)

    @cached_property
    def spellings(self) -> set[str]:
        """A reference as typed, in capitals and in small letters."""
        return {self.part.text, self.part.text.upper(), self.part.text.lower()}

    @cached_property
    def products(self) -> list[int]:
        """The ids of the products with all of the words in their name."""
        products = Product.objects.annotate(folded=Fold("name"))
        for word in self.plan.words:
            products = products.filter(folded__contains=word)
        return list(products.order_by().values_list("pk", flat=True)) if self.plan.words else []

    def on_day(self, column: str) -> Any:
        """The day of the text, in the workspace's zone, as a condition on a column."""
        if self.part.day is None:
            return NOTHING
        start, end = Days(self.part.day, next_day(self.part.day)).moments(self._zone)
        return Q(**{f"{column}__gte": start, f"{column}__lt": end})

    @cached_property
    def people(self) -> tuple[dict[Why, list[int]], bool]:
        """The customers whom the text means, by the way in which they were found; and whether those found by
        words are too many to be named.

        Somebody named by a key of their own is not looked for by words as well.
        """
        named = _read_ids(_by_contacts(self))
        if (self.part.is_key and named) or not _is_by_words(self.part):
            return named, False
        words = _by_words(self, reads_all=False, path="")
        found = {} if words.is_many else _read_ids([words])
        is_many = bool(words.is_many) or len(found.get(Why.WORDS, ())) > MANY_PEOPLE
        return (named if is_many else named | found), is_many

    @cached_property
    def may_be_product(self) -> bool:
        """Whether there are products called so; not asked where somebody is named by a key of their own."""
        if self.part.kind is Kind.ANY and self.knows_people and self.part.is_key and self.people[0]:
            return False
        return self.part.kind in (Kind.ANY, Kind.PRODUCT) and bool(self.products)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return Workspace.objects.only("timezone").get(pk=active_workspace_id()).zone


Ways = Callable[[Wanted, bool], list[Way]]
"""What finds the records of an app; the second argument: whether all of them are read, or one page."""


def found_by(text: str, ways: Ways) -> Callable[[bool], Q]:
    """What makes the condition of the records a text finds: for reading all of them, or one page."""
    wanted = [Wanted(part) for part in read_search(text)]
    return partial(fits_all, wanted, ways)


def fits_all(wanted: Sequence[Wanted], ways: Ways, reads_all: bool = False) -> Q:
    """The condition of the records that fit every part; of none at all where there is no part."""
    parts = [_any_way(_settled(ways(each, reads_all), reads_all)) for each in wanted]
    return reduce(and_, parts) if parts else NOTHING


def _settled(ways: Iterable[Way], reads_all: bool) -> list[Way]:
    """Ways of which it is known whether they find many: reading all of them, fetching first never hurts."""
    return [
        way
        if way.is_many is not None
        else replace(way, is_many=not reads_all and expected_rows(way.ids) > FEW)
        for way in ways
    ]


def _any_way(ways: Sequence[Way]) -> Q:
    conditions = [way.condition for way in ways if way.is_many or isinstance(way.ids, list)]
    few = [way.ids for way in ways if not way.is_many and not isinstance(way.ids, list)]
    if few:
        conditions.append(Q(pk__in=few[0].union(*few[1:], all=True)))
    return reduce(or_, conditions) if conditions else NOTHING


def on_day(wanted: Wanted, ids: Any, each: Q) -> Way:
    """The way to the records of a day, which a list beside others always fetches first: walking from today
    to a day of long ago is far.
    """
    return Way(Why.DAY, ids, each, is_many=None if wanted.knows_people else False)


def people(wanted: Wanted, reads_all: bool, path: str = "") -> list[Way]:
    """The ways to a person by who they are. `each` is on rows from which `path` leads to the customer."""
    if not wanted.knows_people:
        words = [_by_words(wanted, reads_all, path)] if _is_by_words(wanted.part) else []
        return [*_by_contacts(wanted), *words]
    known, is_many = wanted.people
    ways = [Way(why, ids) for why, ids in known.items()]
    return [*ways, _row_by_row(wanted, path)] if is_many else ways


def _by_contacts(wanted: Wanted) -> list[Way]:
    part = wanted.part
    ways = []
    if part.email:
        ways.append(Way(Why.EMAIL, _customers(CustomerEmail.objects.filter(mailbox=part.email))))
    if part.phones:
        ways.append(Way(Why.PHONE, _customers(CustomerPhone.objects.filter(digits__in=part.phones))))
    if part.document:
        known = CustomerDocument.objects.filter(normalised=part.document)
        ways.append(Way(Why.DOCUMENT, _customers(known)))
    if part.is_reference:
        named = CustomerIdentity.objects.filter(external_id__in=wanted.spellings)
        ways.append(Way(Why.IDENTITY, _customers(named)))
    return ways


def _read_ids(ways: Sequence[Way]) -> dict[Why, list[int]]:
    """What each way finds, by one query; one more than can be looked for where there are too many."""
    if not ways:
        return {}
    queries = [
        way.ids.annotate(why=Value(str(way.why), output_field=TextField()))[: MANY_PEOPLE + 1] for way in ways
    ]
    found: dict[Why, list[int]] = {}
    for row in queries[0].union(*queries[1:], all=True):
        found.setdefault(Why(row["why"]), []).append(next(iter(row.values())))
    return found


def _is_by_words(part: Part) -> bool:
    return part.kind in (Kind.ANY, Kind.NAME, Kind.EMAIL, Kind.PHONE)


def _customers(contacts: QuerySet[Any]) -> QuerySet[Any, Any]:
    return contacts.order_by().values("customer_id")


def _by_words(wanted: Wanted, reads_all: bool, path: str) -> Way:
    if wanted.plan.is_rare(reads_all=reads_all):
        return Way(Why.WORDS, wanted.plan.customers_by_words().filter(_where(wanted, "")))
    return _row_by_row(wanted, path)


def _row_by_row(wanted: Wanted, path: str) -> Way:
    each = wanted.plan.condition(f"{path}haystack")
    if where := _where(wanted, path):
        each &= tested_last(where)
    return Way(Why.WORDS, wanted.plan.customers_by_words(), each, is_many=True)


def _where(wanted: Wanted, path: str) -> Any:
    """What a prefix word asks beyond the words: that they stand in the name, in one email, in one phone."""
    words, customer = wanted.plan.words, OuterRef("customer_id" if path else "pk")
    match wanted.part.kind:
        case Kind.NAME:
            return wanted.plan.condition_on_name(f"{path}name_sort")
        case Kind.EMAIL:
            return Q(
                Exists(_containing(CustomerEmail.objects.filter(customer=customer), "normalised", words))
            )
        case Kind.PHONE:
            return Q(Exists(_containing(CustomerPhone.objects.filter(customer=customer), "digits", words)))
    return Q()


def _containing(rows: QuerySet[Any], column: str, words: Iterable[str]) -> QuerySet[Any]:
    for word in words:
        rows = rows.filter(**{f"{column}__contains": word})
    return rows
