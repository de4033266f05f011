"""The preview of an undo as a ledger: what goes back to whom, what has changed since, and what is new."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from atomicpay.ui.masks import mask_document
from customers.history.page import name_of
from customers.models import Customer, CustomerDocument

from .choosing import FIELDS
from .conflicts import Conflict, Found, NewRow, columns_of
from .models import Merge
from .pages import text_of
from .plan import CUSTOMER, Relation, plan, relation_named
from .queries import rows_named, values_before
from .words import FIELDS as FIELD_WORDS

MOST_ASKED = 50
"""Rows of one kind that are asked about one by one; of more, all are decided together."""


@dataclass(frozen=True, slots=True)
class BackRow:
    """A table: how many rows go back to each record."""

    label: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that has changed since, and what was decided so far."""

    name: str
    label: str
    note: str
    decided: str


@dataclass(frozen=True, slots=True)
class NewLine:
    """A row that came later; it stays unless a record is chosen, of those that can take it."""

    name: str
    label: str
    names: list[tuple[UUID, str]]


@dataclass(frozen=True, slots=True)
class UndoPage:
    """What templates/admin/merging/undo.html prints."""

    names: list[tuple[UUID, str]]
    rows: list[BackRow]
    questions: list[Question]
    new: list[NewLine]
    more_new: int
    gone: list[tuple[str, int]]
    united_gone: list[tuple[str, int]]


def undo_page(
    merge: Merge,
    losers: Sequence[Customer],
    moved: Mapping[tuple[str, int], int],
    found: Found,
    decided: Mapping[str, str],
) -> UndoPage:
    """The page, with what was decided so far. `moved` counts rows by key and by whose they were."""
    # Nobody is asked about a row that can only stay.
    new_rows = [row for row in found.new if any(each.pk not in row.have_another for each in losers)]
    return UndoPage(
        names=_named(losers),
        rows=list(_back_rows(losers, moved)),
        questions=list(_questions(merge, found.conflicts, decided)),
        new=list(_new_lines(new_rows, losers)),
        more_new=max(len(new_rows) - MOST_ASKED, 0),
        gone=_counted(found.gone),
        united_gone=_counted(found.united_gone),
    )


def _counted(numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(relation_named(label).words, number) for label, number in numbers.items()]


def _back_rows(losers: Sequence[Customer], moved: Mapping[tuple[str, int], int]) -> Iterator[BackRow]:
    for relation in plan():
        numbers = [moved.get((relation.label, each.pk), 0) for each in losers]
        if any(numbers):
            yield BackRow(_label(relation), [str(number) if number else "–" for number in numbers])


def _questions(merge: Merge, conflicts: Sequence[Conflict], decided: Mapping[str, str]) -> Iterator[Question]:
    for relation, group in _grouped(conflicts).items():
        if len(group) > MOST_ASKED:
            words = gettext("%(number)d of these have changed since.") % {"number": len(group)}
            yield Question(f"all-{relation}", relation_named(relation).words, words, "")
            continue
        named = rows_named(relation, [each.row_id for each in group])
        for each in group:
            label, note = _words_of(merge, each, named.get(each.row_id))
            yield Question(f"row-{each.key}", label, note, decided.get(each.key, ""))


def _words_of(merge: Merge, conflict: Conflict, row: Any) -> tuple[str, str]:
    if not conflict.column:
        return f"{relation_named(conflict.relation).words}: {row}", gettext("Changed since the merge")
    before = values_before(merge, conflict.relation, conflict.row_id)
    if conflict.relation == CUSTOMER and conflict.column in FIELDS:
        label = str(FIELD_WORDS[conflict.column])
        was = Customer(**{column: before[column] for column in columns_of(conflict) if column in before})
        texts = [text_of(conflict.column, each) for each in (row, was)]
    else:
        field = next(each for each in row._meta.concrete_fields if each.column == conflict.column)
        label = str(field.verbose_name)
        texts = [str(each or "") for each in (field.value_from_object(row), before.get(conflict.column))]
    now, then = (text or "–" for text in texts)
    note = gettext("now “%(now)s”, before the merge “%(before)s”") % {"now": now, "before": then}
    return f"{_of_what(conflict, row)}: {label}", note


def _of_what(conflict: Conflict, row: Any) -> str:
    if conflict.relation == CUSTOMER:
        return gettext("The record itself")
    return f"{relation_named(conflict.relation).words}: {row}"


def _new_lines(new_rows: Sequence[NewRow], losers: Sequence[Customer]) -> Iterator[NewLine]:
    for relation, group in _grouped(new_rows[:MOST_ASKED]).items():
        named = rows_named(relation, [each.row_id for each in group])
        for each in group:
            row = named.get(each.row_id)
            words = mask_document(row.normalised) if isinstance(row, CustomerDocument) else str(row)
            able = _named([loser for loser in losers if loser.pk not in each.have_another])
            yield NewLine(f"new-{each.key}", f"{relation_named(relation).words}: {words}", able)


def _named(customers: Sequence[Customer]) -> list[tuple[UUID, str]]:
    return [(each.public_id, name_of(each)) for each in customers]


def _grouped(rows: Iterable[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.relation, []).append(row)
    return groups


def _label(relation: Relation) -> str:
    return gettext("Records merged before") if relation.model is Customer else relation.words
