"""Which of several values of one field is kept: a sensible default, unless somebody chooses another."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from customers.models import Customer

from .errors import BadChoice

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("name",),
    "email": ("email",),
    "phone": ("phone",),
    "document": ("document", "document_kind", "document_valid"),
    # As a whole: a street of one record and a city of another are nobody's address.
    "address": (*("street", "street_number", "complement", "neighbourhood", "city", "state", "postal_code"),),
    "country": ("country",),
    "locale": ("locale",),
}
"""What can be chosen, with its columns. Everything else is united, or follows from all of them."""

FIELD_OF: Final = {column: name for name, columns in FIELDS.items() for column in columns}
"""By column the field that it is a part of."""


def chosen_records(records: Sequence[Customer], choices: Mapping[str, int]) -> dict[str, Customer]:
    """For each field the record whose value is kept. The survivor comes first in `records`.

    Raises BadChoice for what names no field, or no record that has it.
    """
    by_id = {record.pk: record for record in records}
    for field, customer_id in choices.items():
        if field not in FIELDS or customer_id not in by_id:
            raise BadChoice(field)
    return {
        field: by_id[choices[field]] if field in choices else default_record(records, field)
        for field in FIELDS
    }


def default_record(records: Sequence[Customer], field: str) -> Customer:
    """The first that has anything there; of documents the first that is valid."""
    holding = [record for record in records if any(getattr(record, column) for column in FIELDS[field])]
    if field == "document":
        holding.sort(key=lambda record: not record.document_valid)
    return holding[0] if holding else records[0]


def kept_values(records: Sequence[Customer], chosen: Mapping[str, Customer]) -> dict[str, Any]:
    """The columns of the survivor that change, each with its new value, and the others of the same field.

    The oldest record says since when they are known. One that is not archived or no test brings the others
    back: they are one person now.
    """
    survivor = records[0]
    values: dict[str, Any] = {}
    for field, columns in FIELDS.items():
        kept = {column: getattr(chosen[field], column) for column in columns}
        if any(getattr(survivor, column) != value for column, value in kept.items()):
            # An undo asks about a field as a whole, and so has to know all of it.
            values |= kept
    others = {
        "created_at": min(record.created_at for record in records),
        "is_test": all(record.is_test for record in records),
    }
    if not all(record.archived_at for record in records):
        others |= {"archived_at": None, "archived_by_id": None, "archive_reason": ""}
    return values | {column: value for column, value in others.items() if getattr(survivor, column) != value}
