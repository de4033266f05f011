"""A mapping read from JSON, once, and checked to the last key; each refusal names the key at fault."""

import json
import re
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from babel.numbers import list_currencies
from django.utils.translation import gettext as _

from ..states import PaymentMethod, SaleStatus
from .cells import LONGEST_INDEXED
from .errors import CannotReadMapping
from .mapping import FIELDS, REQUIRED, Column, FieldForm, Kind, Mapping, RowRule
from .moments import is_moment_format

# NUL, and halves of a character that were escaped one by one.
_NOT_STORED: Final = re.compile("[\0\ud800-\udfff]")
# It stands in one index with an id, which has LONGEST_INDEXED characters.
_LONGEST_PROVIDER: Final = 100
_IDENTIFY: Final = ("customer_id", "document", "email")
_MAY_BE_CONSTANT: Final = frozenset(("text", "code", "country"))
_FILE_AND_LINE: Final = "file and line"

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "status": tuple(SaleStatus.values),
    "method": ("", *PaymentMethod.values),
    "flag": ("yes", "no"),
}
_OPTIONS: Final[dict[str, tuple[str, ...]]] = {
    "moment": ("format", "zone"),
    "money": ("unit", "decimal_mark", "symbol"),
    "status": ("words", "otherwise"),
    "method": ("words", "otherwise"),
    "country": ("words", "otherwise"),
    "flag": ("words", "otherwise"),
    "phone": ("country",),
}


def load_mapping(path: Path) -> Mapping:
    """The mapping in a JSON file; raises CannotReadMapping."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotReadMapping("", _("The mapping cannot be read: %s") % error) from error
    return parse_mapping(text)


def parse_mapping(text: str) -> Mapping:
    """The mapping that a JSON text says; raises CannotReadMapping, which names the key at fault."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        # Python reads no number of more than 4,300 digits, and says so with a plain ValueError.
        raise CannotReadMapping("", _("The mapping is not JSON: %s") % error) from error
    return read_mapping(value)


def read_mapping(value: Any) -> Mapping:
    """The mapping that a decoded JSON value says; raises CannotReadMapping, which names the key at fault."""
    _refuse_odd_texts(value)
    source = _object(value, "", known=(
        "name", "provider", "workspace", "file", "identity", "refunds", "ignore", "written_by_us", "fields",
    ))  # fmt: skip
    workspace = _object(source.get("workspace", {}), "workspace", known=("name", "currency", "timezone"))
    file = _object(source.get("file", {}), "file", known=("encoding", "separator"))
    zone = _zone(workspace.get("timezone", "UTC"), "workspace.timezone")
    provider = _text(source, "provider", "")
    if len(provider) > _LONGEST_PROVIDER:
        raise CannotReadMapping("provider", _("This text is too long."))
    written_by_us = source.get("written_by_us", False)
    if not isinstance(written_by_us, bool):
        raise CannotReadMapping("written_by_us", _("Write true or false."))
    return Mapping(
        name=_text(source, "name", ""),
        provider=provider,
        fields=_fields(source.get("fields"), zone),
        identity=_identity(source.get("identity")),
        refunds=_rule(source["refunds"], "refunds", with_sale=True) if "refunds" in source else None,
        ignore=_rule(source["ignore"], "ignore") if "ignore" in source else None,
        encoding=_choice(file, "encoding", "file", ("", "utf-8", "utf-16", "latin-1", "windows-1252")),
        separator=_choice(file, "separator", "file", ("", ",", ";", "\t")),
        written_by_us=written_by_us,
        workspace_name=_text(workspace, "name", "workspace") if "name" in workspace else "",
        currency=_currency(workspace["currency"], "workspace.currency") if "currency" in workspace else "",
        timezone=zone if "timezone" in workspace else "",
        source=source,
    )


def _refuse_odd_texts(value: Any) -> None:
    """Raise CannotReadMapping for a text, also one that is a key, which the database would not store.

    Without recursion: JSON may be nested deeper than Python calls.
    """
    left = [("", value)]
    while left:
        where, value = left.pop()
        if isinstance(value, dict):
            for key, inner in value.items():
                # The key is looked at before a path is told in which it stands.
                left += [(f"{where}.{key}" if where else key, inner), (where, key)]
        elif isinstance(value, list):
            left += [(where, inner) for inner in value]
        elif isinstance(value, str):
            if _NOT_STORED.search(value):
                raise CannotReadMapping(where, _("This holds a character that is none."))
            if len(value) > LONGEST_INDEXED:
                raise CannotReadMapping(where, _("This text is too long."))


def _fields(value: Any, zone: str) -> dict[str, FieldForm]:
    forms = {
        name: _form(name, form, zone) for name, form in _object(value, "fields", known=tuple(FIELDS)).items()
    }
    missing = [name for name in REQUIRED if name not in forms]
    if missing:
        raise CannotReadMapping("fields", _("These are needed as well: %s") % ", ".join(missing))
    if not any(name in forms and forms[name].column for name in _IDENTIFY):
        raise CannotReadMapping(
            "fields", _("Name the column that identifies the buyer: %s") % ", ".join(_IDENTIFY)
        )
    return forms


def _form(name: str, value: Any, zone: str) -> FieldForm:
    where, kind = f"fields.{name}", FIELDS[name]
    given = _object(value, where, known=("column", "occurrence", "constant", *_OPTIONS.get(kind, ())))
    if ("column" in given) == ("constant" in given):
        raise CannotReadMapping(where, _("Name either a column or a constant."))
    if "constant" in given and name in _IDENTIFY:
        raise CannotReadMapping(f"{where}.constant", _("Each row has its own; name a column."))
    if "constant" in given:
        return FieldForm(kind, constant=_constant(given["constant"], where, kind))
    form: dict[str, Any] = {"column": _column(given, where)}
    if kind == "moment":
        form["format"] = _moment_format(given, where)
        form["zone"] = _zone(given.get("zone", zone), f"{where}.zone")
    elif kind == "money":
        form["unit"] = _choice(given, "unit", where, ("decimal", "minor"))
        form["decimal_mark"] = _choice(given, "decimal_mark", where, ("", ".", ","))
        form["symbol"] = _text(given, "symbol", where) if "symbol" in given else ""
    elif "words" in _OPTIONS.get(kind, ()):
        form["words"] = _words(given.get("words", {}), f"{where}.words", kind)
        if "otherwise" in given:
            form["otherwise"] = _word(given["otherwise"], f"{where}.otherwise", kind)
    elif kind == "phone" and "country" in given:
        form["country"] = _text(given, "country", where).upper()
    return FieldForm(kind, **form)


def _moment_format(given: dict[str, Any], where: str) -> str:
    text = _text(given, "format", where)
    if not is_moment_format(text):
        raise CannotReadMapping(
            f"{where}.format", _("Write iso, epoch, epoch_ms, or a form such as DD/MM/YYYY hh:mm:ss.")
        )
    return text


def _constant(value: Any, where: str, kind: Kind) -> str:
    where = f"{where}.constant"
    if not isinstance(value, str) or not value:
        raise CannotReadMapping(where, _("Write a text."))
    if kind == "currency":
        return _currency(value, where)
    if kind in _WORDS:
        return _word(value, where, kind)
    if kind not in _MAY_BE_CONSTANT:
        raise CannotReadMapping(where, _("Each row has its own; name a column."))
    return value


def _words(value: Any, where: str, kind: Kind) -> dict[str, str]:
    given = _object(value, where)
    return {
        word.strip().casefold(): _word(meaning, f"{where}.{word}", kind) for word, meaning in given.items()
    }


def _word(value: Any, where: str, kind: Kind) -> str:
    if not isinstance(value, str):
        raise CannotReadMapping(where, _("Write a text."))
    known = _WORDS.get(kind)
    if known is not None and value not in known:
        raise CannotReadMapping(where, _("Choose one of: %s") % ", ".join(filter(None, known)))
    return value


def _identity(value: Any) -> tuple[Column, ...]:
    if value == _FILE_AND_LINE:
        return ()
    where = "identity"
    if not isinstance(value, dict):
        raise CannotReadMapping(where, _('Write "file and line", or the columns that make the identity.'))
    columns = _object(value, where, known=("columns",)).get("columns")
    if not isinstance(columns, list) or not columns:
        raise CannotReadMapping(f"{where}.columns", _("Name at least one column."))
    return tuple(
        _column(column if isinstance(column, dict) else {"column": column}, f"{where}.columns")
        for column in columns
    )


def _rule(value: Any, where: str, *, with_sale: bool = False) -> RowRule:
    known = ("column", "occurrence", "is", *(("sale",) if with_sale else ()))
    given = _object(value, where, known=known)
    words = given.get("is")
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise CannotReadMapping(f"{where}.is", _("Name at least one word."))
    sale = _column({"column": given["sale"]}, f"{where}.sale") if "sale" in given else None
    return RowRule(_column(given, where), frozenset(word.strip().casefold() for word in words), sale)


def _column(given: dict[str, Any], where: str) -> Column:
    names = given.get("column")
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not names or not all(isinstance(n, str) and n.strip() for n in names):
        raise CannotReadMapping(f"{where}.column", _("Name a column of the file."))
    occurrence = given.get("occurrence")
    if occurrence is not None and (type(occurrence) is not int or occurrence < 1):
        raise CannotReadMapping(f"{where}.occurrence", _("Count from 1."))
    return Column(tuple(name.strip() for name in names), occurrence)


def _object(value: Any, where: str, *, known: tuple[str, ...] | None = None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CannotReadMapping(where, _("Write an object: {…}."))
    if known is not None:
        for key in value:
            if key not in known:
                path = f"{where}.{key}" if where else key
                raise CannotReadMapping(path, _("This is not a key here; known are: %s") % ", ".join(known))
    return value


def _text(given: dict[str, Any], key: str, where: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise CannotReadMapping(f"{where}.{key}" if where else key, _("Write a text."))
    return value.strip()


def _choice(given: dict[str, Any], key: str, where: str, choices: tuple[str, ...]) -> Any:
    value = given.get(key, choices[0])
    if value not in choices:
        words = ", ".join(repr(choice) for choice in choices if choice)
        raise CannotReadMapping(f"{where}.{key}", _("Choose one of: %s") % words)
    return value


def _zone(value: Any, where: str) -> str:
    if not isinstance(value, str) or value not in available_timezones():
        raise CannotReadMapping(where, _("This is not a time zone such as America/Sao_Paulo."))
    return ZoneInfo(value).key


def _currency(value: Any, where: str) -> str:
    if not isinstance(value, str) or value not in list_currencies():
        raise CannotReadMapping(where, _("This is not an ISO 4217 currency."))
    return value
