"""The columns of a table as the archive shows them: every one that is the person's, read from the model."""

from collections.abc import Iterator
from typing import Any, Final

from django.db import models
from django.db.models import Case, CharField, F, TextField, Value, When
from django.db.models.functions import Cast
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from atomicpay.audit.actions import ACTIONS
from atomicpay.catalog.models import Plan, Product
from atomicpay.workspaces.fields import MinorUnitsField
from customers.models import Message, Tag
from exports import cells
from exports.writer import FileColumn
from sales.models import Sale
from subscriptions.models import Subscription

LANGUAGES: Final = ("en", "pt-br")

_NAMED_BY: Final[dict[Any, str]] = {
    Product: "name",
    Plan: "name",
    Tag: "name",
    Sale: "reference",
    Subscription: "external_id",
}
"""A row that another points at is named by this; what is not here is not named: our own keys, and members."""


def columns_of(model: Any, without: frozenset[str]) -> list[FileColumn]:
    """The columns of a table's file, without our own keys, search columns and what is somebody else's."""
    return list(_columns(model, without))


def log_columns() -> list[FileColumn]:
    """When something was done with the record, and what; who did it is not the person's to know."""
    return [
        FileColumn(in_both_languages(_("when")), (F("at"),), cells.local_time),
        FileColumn(in_both_languages(_("what")), (_act(),), cells.safe_text),
        FileColumn(in_both_languages(_("reason")), (F("reason"),), cells.safe_text),
    ]


def in_both_languages(words: str | Promise) -> str:
    """ "buyer's name / nome do comprador"; once where both are the same."""
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(str(words))
    return " / ".join(dict.fromkeys(said))


def _columns(model: Any, without: frozenset[str]) -> Iterator[FileColumn]:
    for field in model._meta.concrete_fields:
        if field.primary_key or field.generated or field.name in without or field.name == "workspace":
            continue
        if field.is_relation:
            if by := _NAMED_BY.get(field.related_model):
                yield FileColumn(_heading(field), (F(f"{field.name}__{by}"),), cells.safe_text)
        else:
            yield FileColumn(_heading(field), _sources(model, field), _cell(field))


def _heading(field: models.Field) -> str:
    return in_both_languages(field.verbose_name)


def _sources(model: Any, field: models.Field) -> tuple[Any, ...]:
    if isinstance(field, MinorUnitsField):
        return F(field.name), F("settlement_currency" if field.name.startswith("settlement") else "currency")
    if isinstance(field, models.JSONField):
        return (Cast(field.name, TextField()),)
    if model is Message and field.name == "author_name":
        return (_written_by_the_buyer(),)
    return (F(field.name),)


def _cell(field: models.Field) -> Any:
    if isinstance(field, MinorUnitsField):
        return cells.decimal_amount
    for kind, cell in (
        (models.UUIDField, cells.public_id),
        (models.DateTimeField, cells.local_time),
        (models.BooleanField, cells.yes_or_no),
        (models.IntegerField, cells.whole_number),
    ):
        if isinstance(field, kind):
            return cell
    return cells.safe_text


def _written_by_the_buyer() -> Any:
    """The name under a message of the buyer's; under an answer stands that of a colleague."""
    return Case(
        When(direction=Message.Direction.IN, then=F("author_name")),
        default=Value(""),
        output_field=CharField(),
    )


def _act() -> Any:
    whens = [When(action=code, then=Value(in_both_languages(words))) for code, words in ACTIONS.items()]
    return Case(*whens, default=F("action"), output_field=TextField())
