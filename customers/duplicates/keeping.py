"""Keeps the suggestions as the comparison found them, and which of them make one case."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import active_workspace_id
from sales.models import CustomerSpend

from .matching.bands import band_of
from .matching.scoring import Score, strongest_first
from .models import Suggestion
from .pairs import Compared, Pair

_CHANGING: Final = (
    *("band", "probability", "percent", "evidence", "kinds", "digest", "is_organisation"),
    *("found_at", "closed_at", "later_until"),
)


def keep(compared: Compared, before: QuerySet[Suggestion], at: datetime) -> int:
    """Make what is kept among `before` what was found; the number of suggestions that changed."""
    kept = {(each.low_id, each.high_id): each for each in before}
    new: list[Suggestion] = []
    changed: list[Suggestion] = []
    for pair, (score, is_organisation) in compared.found.items():
        suggestion = kept.get(pair) or Suggestion(low_id=pair[0], high_id=pair[1], case_id=pair[0])
        if not _fill(suggestion, score, at, is_organisation=is_organisation):
            continue
        (changed if pair in kept else new).append(suggestion)
    Suggestion.objects.bulk_create(new)
    Suggestion.objects.bulk_update(changed, _CHANGING, batch_size=500)
    gone = [each for pair, each in kept.items() if pair not in compared.found and each.closed_at is None]
    close(gone, at)
    touched = [*new, *changed, *gone]
    settled = {customer_id for each in touched for customer_id in (each.low_id, each.high_id)}
    set_cases(settled)
    # Of those that are as they were somebody may have bought since.
    set_stakes({customer_id for pair in compared.found for customer_id in pair} - settled)
    return len(touched)


def close(gone: Iterable[Suggestion], at: datetime) -> None:
    """What is not found any more is not kept, unless it was put aside: then it is known if it comes back."""
    dismissed = [each.pk for each in gone if each.dismissed_at]
    Suggestion.objects.filter(pk__in=dismissed).update(closed_at=at)
    Suggestion.objects.filter(pk__in=[each.pk for each in gone if not each.dismissed_at]).delete()


def _fill(suggestion: Suggestion, score: Score, at: datetime, *, is_organisation: bool) -> bool:
    """Whether anything about the suggestion was different. New evidence is found anew."""
    parts = [part for part in strongest_first(score.parts) if round(part.bits, 1)]
    probability = round(score.probability, 6)
    fresh: dict[str, Any] = {
        "band": str(band_of(score.probability)),
        "probability": probability,
        "percent": min(int(probability * 100), 99),
        "evidence": [[str(part.level), round(part.bits, 1)] for part in parts],
        "kinds": sorted({part.level.kind for part in parts if part.bits > 0}),
        "digest": score.digest,
        "is_organisation": is_organisation,
    }
    if suggestion.closed_at is None and all(
        getattr(suggestion, name) == value for name, value in fresh.items()
    ):
        return False
    if suggestion.closed_at is not None or suggestion.digest != score.digest:
        suggestion.found_at, suggestion.later_until = at, None
    suggestion.closed_at = None
    for name, value in fresh.items():
        setattr(suggestion, name, value)
    return True


# As `SuggestionQuerySet.joining` says it.
_TOGETHER: Final = """
SELECT low_id, high_id FROM merge_suggestion
 WHERE workspace_id = %(workspace)s AND closed_at IS NULL AND dismissed_digest <> digest
   AND percent >= 90 AND NOT is_organisation
   AND (low_id = ANY(%(ids)s) OR high_id = ANY(%(ids)s))
"""


def set_cases(customer_ids: set[int]) -> None:
    """Give all suggestions of these customers, and of whom they hang together with, the case they are of."""
    cases = cases_of(_edges(customer_ids))
    about = Suggestion.objects.filter(closed_at=None).among(list({*customer_ids, *cases}))
    moved = []
    for suggestion in about:
        case = -suggestion.pk
        low = cases.get(suggestion.low_id)
        if low and low == cases.get(suggestion.high_id) and not suggestion.is_organisation:
            case = low
        if suggestion.case_id != case:
            suggestion.case_id = case
            moved.append(suggestion)
    Suggestion.objects.bulk_update(moved, ["case_id"], batch_size=500)
    set_stakes({*customer_ids, *cases})


def set_stakes(customer_ids: Collection[int]) -> None:
    """Tell all suggestions of these customers, and of their cases, what everybody in the case has paid."""
    if not customer_ids:
        return
    known = Suggestion.objects.filter(closed_at=None)
    cases = known.among(list(customer_ids)).values_list("case_id", flat=True).distinct()
    about = list(known.filter(case_id__in=list(cases)))
    members: dict[int, set[int]] = defaultdict(set)
    for suggestion in about:
        members[suggestion.case_id] |= {suggestion.low_id, suggestion.high_id}
    paid = _paid({customer_id for of_case in members.values() for customer_id in of_case})
    stakes = {case: sum(paid[each] for each in of_case) for case, of_case in members.items()}
    changed = [each for each in about if each.stake != stakes[each.case_id]]
    for suggestion in changed:
        suggestion.stake = stakes[suggestion.case_id]
    Suggestion.objects.bulk_update(changed, ["stake"], batch_size=500)


def _paid(customer_ids: Collection[int]) -> dict[int, int]:
    """What each has paid, in minor units of the workspace's own currency; others are not added to it."""
    paid: dict[int, int] = defaultdict(int)
    if customer_ids:
        currency = Workspace.objects.values_list("default_currency", flat=True).get(pk=active_workspace_id())
        spent = CustomerSpend.objects.filter(customer_id__in=customer_ids, currency=currency)
        paid.update(spent.values_list("customer_id", "gross"))
    return paid


def _edges(customer_ids: set[int]) -> set[Pair]:
    """The joining pairs of all who hang together with these, ring by ring."""
    edges: set[Pair] = set()
    reached, ring = set(customer_ids), set(customer_ids)
    while ring:
        with connection.cursor() as cursor:
            cursor.execute(_TOGETHER, {"workspace": active_workspace_id(), "ids": list(ring)})
            fresh = set(cursor.fetchall())
        edges |= fresh
        ring = {customer_id for edge in fresh for customer_id in edge} - reached
        reached |= ring
    return edges


def cases_of(edges: Iterable[Pair]) -> dict[int, int]:
    """Of each customer the lowest one that they hang together with."""
    lowest: dict[int, int] = {}

    def root(customer_id: int) -> int:
        while lowest.setdefault(customer_id, customer_id) != customer_id:
            customer_id = lowest[customer_id]
        return customer_id

    for one, other in edges:
        low, high = sorted((root(one), root(other)))
        lowest[high] = low
    return {customer_id: root(customer_id) for customer_id in lowest}


def one_at_a_time() -> None:
    """Until the transaction ends nobody else writes suggestions of this workspace.

    A worker takes about a second for thousands of customers, and a member waits for no more than that.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('duplicates.suggestions', %s))",
            [active_workspace_id()],
        )
