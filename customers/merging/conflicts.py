"""What has changed since a merge: found before an undo, shown with a choice, and never guessed."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from .choosing import FIELD_OF, FIELDS
from .decisions import Act
from .manifest import digest_of
from .models import Merge, MergedRow, RowKind
from .plan import CUSTOMER, Relation, relations_that

STAY: Final = "stay"
BACK: Final = "back"

_FOLLOWS_THE_REST: Final = {"updated_at", "merged_into_id", "merged_at"}
"""Columns of a customer that say how the record stands, and nothing that anybody typed."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that is not as the merge left it. With a column it is a value, otherwise a row.

    A field of a customer that has several columns ("address") is one value.
    """

    relation: str
    row_id: int
    column: str = ""

    @property
    def key(self) -> str:
        """How a choice names it."""
        return ":".join(filter(None, (self.relation, str(self.row_id), self.column)))


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row of the survivor that the merge did not know. It stays, unless it is taken along.

    Not to those who `have_another`: the undo makes their own again, which says the same.
    """

    relation: str
    row_id: int
    have_another: frozenset[int] = frozenset()

    @property
    def key(self) -> str:
        """How a choice names it."""
        return f"{self.relation}:{self.row_id}"


@dataclass(frozen=True, slots=True)
class Found:
    """All that has changed since a merge, as the page of its undo tells it."""

    conflicts: list[Conflict] = field(default_factory=list)
    new: list[NewRow] = field(default_factory=list)
    gone: dict[str, int] = field(default_factory=dict)
    united_gone: dict[str, int] = field(default_factory=dict)


def find_changes(merge: Merge) -> Found:
    """Everything that an undo asks about or tells."""
    return Found(find_conflicts(merge), find_new_rows(merge), find_gone(merge), find_united_gone(merge))


def find_conflicts(merge: Merge) -> list[Conflict]:
    """Every row and value that somebody has to decide about, in the order of the plan."""
    found: dict[str, Conflict] = {}
    for relation in asked_about():
        for conflict in (*_changed_rows(merge, relation), *_changed_values(merge, relation)):
            found.setdefault(conflict.key, conflict)
    for conflict in _changed_values_of_survivor(merge):
        found.setdefault(conflict.key, conflict)
    return list(found.values())


def columns_of(conflict: Conflict) -> tuple[str, ...]:
    """The columns of a value."""
    names = (conflict.column,)
    return FIELDS.get(conflict.column, names) if conflict.relation == CUSTOMER else names


def find_gone(merge: Merge) -> dict[str, int]:
    """By relation, how many of the moved rows are no longer there, or no longer the survivor's."""
    return _missing(merge, relations_that(Act.MOVE, Act.UNITE), RowKind.MOVED, "row_id")


def find_united_gone(merge: Merge) -> dict[str, int]:
    """By relation, how many rows that took in others the survivor has no more; the others are made again."""
    return _missing(merge, asked_about(), RowKind.ABSORBED, "keeper")


def _missing(merge: Merge, relations: Iterable[Relation], kind: RowKind, column: str) -> dict[str, int]:
    """By relation, how many of the rows that a column of the manifest names are not the survivor's now."""
    gone = {}
    for relation in relations:
        number = _value(
            f"SELECT count(DISTINCT m.{column}) FROM merged_row m LEFT JOIN {relation.table} t ON"
            f" t.workspace_id = m.workspace_id AND t.id = m.{column} AND t.{relation.column} = %(survivor)s"
            f" WHERE {_ROWS} AND m.kind = '{kind.value}' AND t.id IS NULL",
            _params(merge, relation),
        )
        if number:
            gone[relation.label] = number
    return gone


def find_new_rows(merge: Merge) -> list[NewRow]:
    """Rows of the survivor that came after the merge. What belongs to a sale goes where its sale goes."""
    found = []
    for relation in asked_about():
        if relation.label == "customers.Customer.merged_into":
            continue
        alone = "".join(f" AND t.{column} IS NULL" for column, _parent in relation.parents)
        rows = _rows(
            f"SELECT t.id, {_owners_of_the_same(relation)} FROM {relation.table} t"
            " WHERE t.workspace_id = %(workspace)s"
            f" AND t.{relation.column} = %(survivor)s AND t.id > %(mark)s{alone} ORDER BY t.id",
            _params(merge, relation),
        )
        found += [NewRow(relation.label, row_id, frozenset(owners)) for row_id, owners in rows]
    return found


def _owners_of_the_same(relation: Relation) -> str:
    """The SQL of whose rows were united that tell the same as a new one."""
    if not relation.decision.key:
        return "ARRAY[]::bigint[]"
    same = "".join(f" AND m.before ->> '{column}' = t.{column}::text" for column in relation.decision.key)
    return f"ARRAY(SELECT m.origin FROM merged_row m WHERE {_ROWS} AND m.kind = 'absorbed'{same})"


def asked_about() -> list[Relation]:
    """The keys whose rows somebody decides about; what the program finds by itself it finds again."""
    return [each for each in relations_that(Act.MOVE, Act.UNITE) if not each.decision.is_derived]


_ROWS: Final = "m.workspace_id = %(workspace)s AND m.merge_id = %(merge)s AND m.relation = %(relation)s"


def _changed_rows(merge: Merge, relation: Relation) -> Iterator[Conflict]:
    """Rows that differ from what the merge left. A payment that does is a matter of its sale."""
    columns = [each for each in merge.columns.get(relation.label, ()) if each in relation.columns]
    parents = list(relation.parents)
    owners = ", ".join(f"t.{column}" for column, _parent in parents)
    changed = _rows(
        f"SELECT m.row_id{', ' + owners if owners else ''} FROM merged_row m JOIN {relation.table} t"
        f" ON t.workspace_id = m.workspace_id AND t.id = m.row_id AND t.{relation.column} = %(survivor)s"
        f" WHERE {_ROWS} AND m.kind = 'moved' AND m.digest IS DISTINCT FROM {digest_of(columns, 't')}"
        " ORDER BY m.row_id",
        _params(merge, relation),
    )
    if owners:
        changed += _rows(
            f"SELECT t.id, {owners} FROM {relation.table} t WHERE t.workspace_id = %(workspace)s"
            f" AND t.{relation.column} = %(survivor)s AND t.id > %(mark)s ORDER BY t.id",
            _params(merge, relation),
        )
    known = {label: _moved_ids(merge, label) for _column, label in parents} if changed else {}
    for row_id, *owned_by in changed:
        for (_column, label), owner in zip(parents, owned_by, strict=True):
            if owner in known[label]:
                yield Conflict(label, owner)
                break
        else:
            if not (parents and row_id > merge.marks[relation.table]):
                yield Conflict(relation.label, row_id)


def _moved_ids(merge: Merge, label: str) -> set[int]:
    moved = MergedRow.objects.filter(merge=merge, relation=label, kind=RowKind.MOVED)
    return set(moved.values_list("row_id", flat=True))


def _changed_values(merge: Merge, relation: Relation) -> Iterator[Conflict]:
    """Values of the survivor's own rows that the merge wrote, and that are different now."""
    yield from _differing(merge, relation.label, relation.table)


def _changed_values_of_survivor(merge: Merge) -> Iterator[Conflict]:
    for conflict in _differing(merge, CUSTOMER, "customer"):
        if conflict.row_id == merge.survivor_id and conflict.column not in _FOLLOWS_THE_REST:
            yield conflict


def _differing(merge: Merge, label: str, table: str) -> Iterator[Conflict]:
    rows = _rows(
        f"SELECT m.row_id, m.before::text, m.after::text, to_jsonb(t)::text FROM merged_row m JOIN {table} t"
        f" ON t.workspace_id = m.workspace_id AND t.id = m.row_id WHERE {_ROWS} AND m.kind = 'changed'"
        " ORDER BY m.row_id",
        {"workspace": merge.workspace_id, "merge": merge.pk, "relation": label},
    )
    for row_id, *texts in rows:
        before, after, now = map(json.loads, texts)
        # The merge and somebody since may have written different columns of one value.
        written = [_value_of(label, column) for column in before if before[column] != after[column]]
        since = {
            _value_of(label, column) for column in after if after[column] != now.get(column, after[column])
        }
        for value in dict.fromkeys(written):
            if value in since:
                yield Conflict(label, row_id, value)


def _value_of(label: str, column: str) -> str:
    return FIELD_OF.get(column, column) if label == CUSTOMER else column


def _params(merge: Merge, relation: Relation) -> Mapping[str, Any]:
    return {
        "workspace": merge.workspace_id,
        "merge": merge.pk,
        "survivor": merge.survivor_id,
        "relation": relation.label,
        "mark": merge.marks.get(relation.table, 0),
    }


def _rows(sql: str, params: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _value(sql: str, params: Mapping[str, Any]) -> int:
    ((number,),) = _rows(sql, params)
    return int(number)
