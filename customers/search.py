"""Finding customers by what is known of them: the condition that a search text makes.

Every word must occur in the name, an email, the digits of a phone or an external id, in any order, without
regard to accents and case. A sale's reference or external id finds its buyer; a document only whole, so that
a part of one is never confirmed; four digits are also those a card ends with.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import isqrt
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from sales.search import payments_by_card, sales_named

from .contacts import read_document
from .models import Customer, CustomerDocument

_PHONE: Final = re.compile(r"[0-9()+./ -]*")
_SHORTEST_PHONE: Final = 6
_LAST_FOUR: Final = re.compile(r"[0-9]{4}", re.ASCII)
# A trigram index holds nothing shorter; such a word is looked for where a word begins.
_SHORTEST_PART: Final = 3


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """The folded words of a text, and how many customers the planner expects: with them, and in all."""

    text: str
    words: tuple[str, ...]
    matches: int
    customers: int

    def is_rare(self, *, reads_all: bool) -> bool:
        """Whether fetching all matches first is cheaper than testing the list's rows one by one.

        For a page of 51 rows the two break even at about sqrt(2.5 x customers) matches, for reading all of
        them at about one in twenty (measured at a million customers).
        """
        return self.matches <= (self.customers // 20 if reads_all else isqrt(self.customers * 5 // 2))

    def customers_by_words(self) -> QuerySet[Any, Any]:
        """The ids of the customers with all of the words, by the index."""
        matching = RawSQL("SELECT search_customers(%s)", [self.text])
        return Customer.objects.filter(pk__in=matching).order_by().values("pk")

    def condition(self, haystack: str = "haystack") -> Q:
        """The same as a condition on each row."""
        condition = Q()
        for word in self.words:
            part = word if len(word) >= _SHORTEST_PART else f" {word}"
            condition &= Q(**{f"{haystack}__contains": part})
        return condition


def found_by(text: str) -> Callable[[bool], Q]:
    """What makes the condition of the customers a text finds: for reading all of them, or one page."""
    return partial(_condition, plan_search(text), _customers_by_key(text))


def _condition(plan: SearchPlan, by_key: list[QuerySet[Any, Any]], reads_all: bool) -> Q:
    if plan.is_rare(reads_all=reads_all):
        return Q(pk__in=plan.customers_by_words().union(*by_key, all=True))
    return plan.condition() | Q(pk__in=by_key[0].union(*by_key[1:], all=True))


def plan_search(text: str) -> SearchPlan:
    """Ask the database what to expect of a text; of a phone, only the digits are looked for."""
    text = _digits_of_phone(text) or text
    with connection.cursor() as cursor:
        cursor.execute("SELECT words, matches, customers FROM search_customers_plan(%s)", [text])
        words, matches, customers = cursor.fetchone()
    return SearchPlan(text, tuple(words), matches, customers)


def _digits_of_phone(text: str) -> str:
    digits = re.sub(r"[^0-9]", "", text)
    return digits if _PHONE.fullmatch(text) and len(digits) >= _SHORTEST_PHONE else ""


def _customers_by_key(text: str) -> list[QuerySet[Any, Any]]:
    """The ids of customers whom a whole key names."""
    found: list[QuerySet[Any, Any]] = [sales.order_by().values("customer_id") for sales in sales_named(text)]
    if document := read_document(text):
        documents = CustomerDocument.objects.filter(normalised=document.normalised)
        found.append(documents.values("customer_id"))
    if _LAST_FOUR.fullmatch(text):
        found.append(payments_by_card(text).values("customer_id"))
    return found
