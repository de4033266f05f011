"""How the words of a search text are looked for in names and contacts: by the index first, or row by row."""

from dataclasses import dataclass
from math import isqrt
from typing import Any, Final

from django.db import connection
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from .models import Customer

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
        """The same as a condition on each row; no row where there are no words."""
        condition = Q() if self.words else Q(pk__in=[])
        for word in self.words:
            condition &= Q(**{f"{haystack}__contains": word if len(word) >= _SHORTEST_PART else f" {word}"})
        return tested_last(condition) if self.words else condition

    def condition_on_name(self, name: str = "name_sort") -> Q:
        """All of the words in the name, which has no space before its first word."""
        condition = Q()
        for word in self.words:
            if len(word) >= _SHORTEST_PART:
                condition &= Q(**{f"{name}__contains": word})
            else:
                condition &= Q(**{f"{name}__startswith": word}) | Q(**{f"{name}__contains": f" {word}"})
        return condition


def tested_last(condition: Any) -> Q:
    """The condition in a form of which the planner thinks nothing.

    Under row security it may not use statistics for LIKE, takes a word for the rarer the longer it is, and
    reads everything to sort the few rows it expects, where walking the order would fill a page in no time.
    """
    when = When(condition, then=Value(True))
    return Q(Case(when, default=Value(False), output_field=BooleanField()))


def plan_search(text: str) -> SearchPlan:
    """Ask the database what to expect of a text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT words, matches, customers FROM search_customers_plan(%s)", [text])
        words, matches, customers = cursor.fetchone()
    return SearchPlan(text, tuple(words), matches, customers)
