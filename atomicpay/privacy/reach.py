"""Which tables hold something about a customer: found in the models, so that none can be forgotten."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet

from atomicpay.workspaces.owned import WorkspaceOwned
from customers.models import Customer


@dataclass(frozen=True, slots=True)
class Table:
    """A model whose rows are about customers, and the look-ups that lead from one to them."""

    model: Any
    paths: tuple[str, ...]

    @property
    def label(self) -> str:
        """How it is named in decisions: "sales.Sale"."""
        return str(self.model._meta.label)

    def rows_of(self, customer_ids: list[int]) -> QuerySet:
        """The rows about these customers."""
        about = Q()
        for path in self.paths:
            about |= Q(**{f"{path}__in": customer_ids})
        return self.model.objects.filter(about)


@cache
def tables_about_customers() -> tuple[Table, ...]:
    """Every table with a relation to Customer, directly or over another such table; Customer itself first.

    A table that points at customers itself is taken by those keys alone.
    """
    found: dict[Any, Table] = {Customer: Table(Customer, ("pk",))}
    pending = [model for model in apps.get_models() if _is_stored(model) and model is not Customer]
    while True:
        reached = {model: table for model in pending if (table := _table(model, found))}
        if not reached:
            return tuple(found.values())
        found |= reached
        pending = [model for model in pending if model not in reached]


def public_ids_of(customer_ids: list[int]) -> dict[str, list[bytes]]:
    """The public ids of every record about these customers, by table, of those tables that have such."""
    found = {}
    for table in tables_about_customers():
        if any(field.name == "public_id" for field in table.model._meta.concrete_fields):
            ids = table.rows_of(customer_ids).order_by().values_list("public_id", flat=True)
            found[table.label] = [public_id.bytes for public_id in ids]
    return found


def words_of(model: Any) -> list[models.Field]:
    """The columns of a model that can hold words of a person: texts, lists and JSON.

    Not what the database makes of other columns by itself.
    """
    return [
        field
        for field in model._meta.concrete_fields
        if not field.generated and not field.is_relation and _holds_words(field)
    ]


def _holds_words(field: models.Field) -> bool:
    kinds = (
        *(models.CharField, models.TextField, models.JSONField, models.BinaryField),
        *(models.FileField, models.GenericIPAddressField),
    )
    return isinstance(getattr(field, "base_field", field), kinds)


def _is_stored(model: Any) -> bool:
    return issubclass(model, WorkspaceOwned) and model._meta.managed and not model._meta.proxy


def _table(model: Any, found: dict[Any, Table]) -> Table | None:
    keys = [field for field in model._meta.concrete_fields if field.many_to_one or field.one_to_one]
    if direct := tuple(field.name for field in keys if field.related_model is Customer):
        return Table(model, direct)
    paths = tuple(
        f"{field.name}__{path}"
        for field in keys
        if field.related_model in found and field.related_model is not model
        for path in found[field.related_model].paths
    )
    return Table(model, paths) if paths else None
