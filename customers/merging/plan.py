"""The plan of every merge, made from the schema: each key to customers with what is done with its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.apps import apps
from django.utils.text import capfirst

from atomicpay.workspaces.owned import WorkspaceOwned
from customers.models import Customer

from .decisions import DECISIONS, Act, Decision
from .errors import UndecidedRelation

CUSTOMER: Final = "customers.Customer"
"""How the manifest names the customers' own rows."""


@dataclass(frozen=True)
class Relation:
    """One key to customers, and what is decided for it."""

    model: Any
    field: Any
    decision: Decision

    @property
    def label(self) -> str:
        """How decisions and manifest name it: "sales.Sale.customer"."""
        return label_of(self.model, self.field)

    @property
    def table(self) -> str:
        """Its table."""
        return str(self.model._meta.db_table)

    @property
    def column(self) -> str:
        """The column that holds the customer's id."""
        return str(self.field.column)

    @property
    def words(self) -> str:
        """What its rows are called."""
        return capfirst(str(self.model._meta.verbose_name_plural))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that are stored of a row, but for its id, its workspace and this key."""
        return tuple(column for column in stored_columns(self.model) if column != self.column)

    @property
    def others(self) -> list[str]:
        """The columns that hold other customers' ids beside this one."""
        fields = self.model._meta.local_concrete_fields
        return [each.column for each in fields if each is not self.field and each.related_model is Customer]

    @property
    def parents(self) -> Iterator[tuple[str, str]]:
        """The columns that point at what its rows belong to, each with the key of those to customers."""
        for name in self.decision.follows:
            field = self.model._meta.get_field(name)
            yield field.column, f"{field.related_model._meta.label}.customer"


def label_of(model: Any, field: Any) -> str:
    """The name of a key."""
    return f"{model._meta.label}.{field.name}"


def stored_columns(model: Any) -> tuple[str, ...]:
    """The columns of a model that are written, without id and workspace."""
    return tuple(
        field.column
        for field in model._meta.concrete_fields
        if not field.generated and field.column not in ("id", "workspace_id") and not _is_composite(field)
    )


def keys_to_customers() -> Iterator[tuple[Any, Any]]:
    """Every model and field that points at customers, found in the models."""
    for model in apps.get_models():
        if not issubclass(model, WorkspaceOwned) or not model._meta.managed or model._meta.proxy:
            continue
        for field in model._meta.concrete_fields:
            if (field.many_to_one or field.one_to_one) and field.related_model is Customer:
                yield model, field


def plan() -> tuple[Relation, ...]:
    """Every key with its decision; raises UndecidedRelation where one has none.

    What follows other rows comes first: the key by which a refund belongs to its sale takes the refund along
    when the sale moves, one at a time, and finds nothing left to do.
    """
    found = list(keys_to_customers())
    undecided = [label for model, field in found if (label := label_of(model, field)) not in DECISIONS]
    if undecided:
        raise UndecidedRelation(undecided)
    relations = [Relation(model, field, DECISIONS[label_of(model, field)]) for model, field in found]
    return tuple(sorted(relations, key=lambda each: (not each.decision.follows, each.label)))


def relations_that(*acts: Act) -> list[Relation]:
    """Those of the plan whose rows are treated so."""
    return [relation for relation in plan() if relation.decision.act in acts]


def relation_named(label: str) -> Relation:
    """One of the plan by its name."""
    return next(relation for relation in plan() if relation.label == label)


def _is_composite(field: Any) -> bool:
    return field.column is None
