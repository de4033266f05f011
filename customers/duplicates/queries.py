"""Reads of suggestions: those of one customer, whole cases, and how often they were right."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.archiving.queries import RUNNING
from customers.models import Customer
from sales.models import CustomerProduct
from sales.queries import Spend, spend_of_customers
from subscriptions.models import Subscription

from .matching.bands import Band
from .matching.frequencies import Frequencies
from .matching.parts import Part
from .matching.scoring import compare
from .models import Decision, Scan, Suggestion
from .pairs import records
from .querysets import SuggestionQuerySet

_WIDE = ("haystack", "contacts_text")
_ON_PAGE = 5


@dataclass(frozen=True, slots=True)
class Case:
    """Records that hang together: the strongest suggestion, all customers, and what each has spent."""

    leading: Suggestion
    suggestions: list[Suggestion]
    customers: list[Customer]
    parts: dict[str, Part]
    """Of the strongest, with the values that it is about."""
    apart: list[Suggestion]
    """Pairs among the customers of which it was said that they are not of one person."""


@dataclass(frozen=True, slots=True)
class Precision:
    """Of the suggestions decided on in a band or with a kind of evidence, how many were right."""

    code: str
    right: int
    decided: int


def suggestions_of(customer: Customer) -> list[Suggestion]:
    """The likely suggestions about one customer, with the other one: one query."""
    likely = with_customers(Suggestion.objects.due().of(customer.pk)).exclude(band=Band.POSSIBLE)
    return list(likely.likeliest_first()[:_ON_PAGE])


def with_customers(suggestions: SuggestionQuerySet) -> SuggestionQuerySet:
    """Read both customers along, without the wide columns that only search reads."""
    wide = [f"{side}__{column}" for side in ("low", "high") for column in _WIDE]
    return suggestions.select_related("low", "high").defer(*wide)


def cases_of(leading: Sequence[Suggestion]) -> list[Case]:
    """The cases that these suggestions lead, in their order."""
    of_case: dict[int, list[Suggestion]] = defaultdict(list)
    others = Suggestion.objects.due().filter(case_id__in=[each.case_id for each in leading])
    for suggestion in with_customers(others).likeliest_first():
        of_case[suggestion.case_id].append(suggestion)
    persons = records({side for each in leading for side in (each.low_id, each.high_id)})
    grouped = [_together(suggestion, of_case[suggestion.case_id]) for suggestion in leading]
    apart = kept_apart_among({side for pair in chain(*grouped) for side in (pair.low_id, pair.high_id)})
    cases = []
    for suggestion, together in zip(leading, grouped, strict=True):
        one, other = persons.get(suggestion.low_id), persons.get(suggestion.high_id)
        # Counts weigh the evidence, they do not change what it is: those of the last scan are kept with it.
        found = compare(one, other, Frequencies(0)).parts if one and other else ()
        customers = {each.pk: each for each in chain(*((pair.low, pair.high) for pair in together))}
        parts = {str(part.level): part for part in found}
        kept_apart = [each for each in apart if {each.low_id, each.high_id} <= customers.keys()]
        known = [customers[key] for key in sorted(customers)]
        cases.append(Case(suggestion, together, known, parts, kept_apart))
    return cases


def kept_apart_among(customer_ids: Collection[int]) -> list[Suggestion]:
    """Which two of these are kept apart as not the same person."""
    return list(with_customers(Suggestion.objects.kept_apart().between(customer_ids)).order_by("pk"))


def kept_apart() -> QuerySet[Suggestion]:
    """All pairs that are kept apart as not the same person, the latest first, with who said so."""
    pairs = with_customers(Suggestion.objects.kept_apart()).select_related("dismissed_by__user")
    return pairs.order_by("-dismissed_at", "-pk")


def _together(leading: Suggestion, of_case: list[Suggestion]) -> list[Suggestion]:
    """The suggestion and, unless it is of an organisation, the others of its case."""
    if leading.is_organisation:
        return [leading]
    return [leading, *(each for each in of_case if each.pk != leading.pk and not each.is_organisation)]


def spend_of_cases(cases: Collection[Case]) -> dict[int, list[Spend]]:
    """What each customer of the cases has spent, inside the active scope."""
    return spend_of_customers({customer.pk for case in cases for customer in case.customers})


def having_evidence(suggestions: SuggestionQuerySet, kind: str) -> SuggestionQuerySet:
    """Those of a case in which a kind of evidence speaks for one person."""
    return suggestions.in_cases_with(Suggestion.objects.filter(kinds__contains=[kind]))


def having_bought(suggestions: SuggestionQuerySet, product_id: str) -> SuggestionQuerySet:
    """Those of a case in which one record has something of a product."""
    reach = CustomerProduct.objects.filter(product_id=product_id)
    return suggestions.in_cases_with(Suggestion.objects.filter(_either(reach)))


def having_subscription(suggestions: SuggestionQuerySet, *, is_running: bool) -> SuggestionQuerySet:
    """Those of a case in which one record has a subscription that runs, or none of them."""
    with_one = suggestions.in_cases_with(
        Suggestion.objects.filter(_either(Subscription.objects.filter(status__in=RUNNING)))
    )
    return with_one if is_running else suggestions.exclude(pk__in=with_one.values("pk"))


def _either(rows: QuerySet[Any]) -> Q:
    """That one of the two records has such a row."""
    low, high = (Exists(rows.filter(customer_id=OuterRef(side))) for side in ("low_id", "high_id"))
    return Q(low) | Q(high)


def precision() -> tuple[list[Precision], list[Precision]]:
    """How often suggestions were right, by the team's own decisions: per band, and per kind of evidence."""
    decided, right = Counter[str](), Counter[str]()
    for band, kinds, is_same in Decision.objects.values_list("band", "kinds", "is_same"):
        for code in (band, *kinds):
            decided[code] += 1
            right[code] += is_same
    rows = [Precision(code, right[code], number) for code, number in decided.most_common()]
    bands = [each for band in Band for each in rows if each.code == band]
    return bands, [each for each in rows if each.code not in set(Band)]


def scan() -> Scan | None:
    """How far the worker is in this workspace; None before it has begun."""
    return Scan.objects.first()
