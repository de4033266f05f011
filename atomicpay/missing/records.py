"""Which records somebody may mean by a text, in the list they look in; and what hides each of them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import QueryDict

from atomicpay.search.slips import corrections
from atomicpay.ui.listing import ListState
from atomicpay.ui.registry import get_list_page
from customers.models import Customer
from customers.search_text import read_search
from customers.search_ways import Wanted
from sales.models import Sale
from sales.search import sales_named
from subscriptions.models import Subscription
from subscriptions.search import subscriptions_named

from . import people
from .facts import Found, How, Survivor
from .queries import Row, queries_that_show, read_hiding, read_rows, without_filters

RECORDS: Final = 3
"""So many records are told of for one text."""

NEAR: Final = 3
"""So many near misses are named."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The keys of the records that may be meant with how each was found, and of the customers who are."""

    records: dict[Any, How]
    people: dict[int, How]


def look_up(state: ListState, text: str) -> Meant:
    """By a whole key first; by the list's own search where none is known, or several things must fit."""
    parts = read_search(text)
    known = people.people_with(parts[0]) if len(parts) == 1 else {}
    spellings = people.spellings_of(parts[0]) if len(parts) == 1 else set()
    find = _BY_MODEL.get(state.page.model)
    records = find(spellings, known) if find else {}
    if not records and not (find and known):
        records = _found_by_search(state, text)
    if state.page.model is Customer:
        survivors = people.survivors_of(records).values()
        return Meant(records | {key: How.TEXT for key in survivors if key not in records}, records)
    if find and not records and not known:
        # What a merged customer bought is found at what it became, whatever that is called.
        by_name = _found_by_search(_customer_list(state), text)
        became = people.survivors_of(by_name)
        known = {became.get(customer, customer): how for customer, how in by_name.items()}
        records = find(spellings, known)
    return Meant(records, known)


def _found_by_search(state: ListState, text: str) -> dict[Any, How]:
    """The latest few records that the list's search finds, whatever its filters."""
    found = without_filters(state, text).order_by("-pk").values_list("pk", flat=True)
    return dict.fromkeys(found[:RECORDS], How.TEXT)


def _customer_list(state: ListState) -> ListState:
    return get_list_page("customers").parse(QueryDict(), state.membership)


def tell(state: ListState, records: Mapping[Any, How]) -> tuple[Found, ...]:
    """The records with everything that hides them from the list."""
    hiding = read_hiding(state, records.keys())
    is_of_customers = state.page.model is Customer
    survivors = people.survivors_of(records) if is_of_customers else {}
    tests = people.test_customers(records.keys()) if is_of_customers else set()
    rows = read_rows(state, {*records, *survivors.values()})
    hidden = {key: [each.name for each in hides] for key, hides in hiding.items() if hides}
    shown_at = queries_that_show(state, hidden)
    return tuple(
        Found(
            title=rows[key].title,
            sub=rows[key].sub,
            url=rows[key].url,
            how=how,
            hidden_by=hiding[key],
            shown_at=shown_at.get(key, None if key in tests else state.canonical_query()),
            is_test=key in tests,
            survivor=_survivor(rows, survivors.get(key)),
        )
        for key, how in records.items()
        if key in rows
    )


def tell_of_people(state: ListState, customers: Mapping[int, tuple[How, str]]) -> tuple[Found, ...]:
    """Customers who are not the ones that were typed, or no record of this list; for who may see customers.

    In the customer list with what hides them from it.
    """
    if not customers or not state.membership.may("customers.view"):
        return ()
    is_of_customers = state.page.model is Customer
    beside = state if is_of_customers else _customer_list(state)
    hiding = read_hiding(beside, customers.keys()) if is_of_customers else {}
    rows = read_rows(beside, customers.keys())
    return tuple(
        Found(rows[key].title, rows[key].sub, rows[key].url, how, text, hiding.get(key, ()))
        for key, (how, text) in customers.items()
        if key in rows
    )


def near_people(state: ListState, text: str, known: Collection[int]) -> dict[int, tuple[How, str]]:
    """Who else may be meant: further records of who is known, or whom the text finds without one slip of the
    finger."""
    if known:
        return {key: (how, "") for key, how in people.who_share_with(known).items()}
    customers = _customer_list(state)
    for meant, parts in corrections(text, [Wanted(part) for part in read_search(text)]):
        found = without_filters(customers, meant).filter(merged_into=None, is_test=False).order_by("-pk")
        email = next((part.text for part in parts if part.email), "")
        if near := dict.fromkeys(found.values_list("pk", flat=True)[:NEAR], (How.ONE_LETTER, email)):
            return near
    return {}


def _customers(spellings: Collection[str], known: Mapping[int, How]) -> dict[Any, How]:
    return dict(known)


def _sales(spellings: Collection[str], known: Mapping[int, How]) -> dict[Any, How]:
    """The sales of that very reference or external id, and the latest of the customers."""
    by_reference, by_external_id = sales_named(spellings)
    named = by_reference.order_by().values_list("pk", flat=True)
    named = named.union(by_external_id.order_by().values_list("pk", flat=True))
    latest = Sale.objects.filter(customer__in=known).newest_first()
    return _named_before_others(dict.fromkeys(named[:RECORDS], How.CODE), latest, known)


def _subscriptions(spellings: Collection[str], known: Mapping[int, How]) -> dict[Any, How]:
    """The subscriptions with that code, and the latest of the customers."""
    named = subscriptions_named(spellings).order_by("pk").values_list("pk", flat=True)
    latest = Subscription.objects.filter(customer__in=known).order_by("-started_at", "-pk")
    return _named_before_others(dict.fromkeys(named[:RECORDS], How.CODE), latest, known)


def _named_before_others(
    named: dict[Any, How], latest: QuerySet[Any, Any], known: Mapping[int, How]
) -> dict[Any, How]:
    # What a code names is what is meant, and not the rest of what its customer has.
    if named or not known:
        return named
    return {key: known[customer] for key, customer in latest.values_list("pk", "customer_id")[:RECORDS]}


_BY_MODEL: Final[Mapping[type, Callable[[Collection[str], Mapping[int, How]], dict[Any, How]]]] = {
    Customer: _customers,
    Sale: _sales,
    Subscription: _subscriptions,
}


def _survivor(rows: Mapping[Any, Row], key: Any) -> Survivor | None:
    return Survivor(rows[key].title, rows[key].url) if key in rows else None
