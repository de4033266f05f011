"""The field types that every room uses: references inside a workspace, public ids, money, codes."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Func
from django.utils.translation import gettext_lazy as _

from .predicate import JoinInScope

_MOST_BYTES: Final = 1300


class WorkspaceForeignKey(models.ForeignKey):
    """A reference inside one workspace.

    The constraint is a CompositeForeignKey and the index is the model's own choice, so the field makes
    neither. Every join that Django makes over it carries wall 1.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs |= {"db_constraint": False, "db_index": False}
        super().__init__(to, on_delete, **kwargs)

    def get_extra_restriction(self, alias: str | None, related_alias: str | None) -> Any:
        # exclude() over a multi-valued relation trims the first join and has no alias for it.
        if alias is None or related_alias is None:
            return None
        own: Any = self.model
        target: Any = self.remote_field.model
        return JoinInScope((related_alias, own.product_rule), (alias, target.product_rule))


class Uuid7(Func):
    """A UUID of version 7 (RFC 9562) made by the database, ordered by time: new ones end the index."""

    function = "app_uuid7"
    arity = 0
    output_field = models.UUIDField()


class PublicIdField(models.UUIDField):
    """The id that URLs and files carry, from which the size of the books cannot be read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"db_default": Uuid7(), "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["db_default"], kwargs["editable"]
        return name, path, args, kwargs


def fits_an_index(text: str) -> None:
    """Raise ValidationError for a code of which two, provider and id, would not stand in one index entry."""
    if len(text.encode(errors="surrogatepass")) > _MOST_BYTES:
        raise ValidationError(_("This text is too long."), code="max_length")


class CodeField(models.TextField):
    """A short word from a fixed or foreign list, compared byte by byte (collation "C").

    The column has no limit; forms and spreadsheets have one, so that they refuse what the indexes would.
    """

    default_validators = [fits_an_index]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_collation"] = "C"
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["db_collation"]
        return name, path, args, kwargs


class CurrencyField(models.CharField):
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_length": 3, "db_collation": "C"}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"], kwargs["db_collation"]
        return name, path, args, kwargs


class MinorUnitsField(models.BigIntegerField):
    """An amount of money in minor units (cents, sen, fils) of the currency beside it. Never a float."""


class Fold(Func):
    """Lower case without accents, by the database; the same function feeds every search and sort column."""

    function = "app_fold"
    output_field = models.TextField()


class EmailKey(Func):
    """The mailbox that an email reaches, for comparing: without a +tag, at Gmail without dots."""

    function = "app_email_key"
    output_field = CodeField()
