"""How a value becomes a cell, in SQL: text no spreadsheet runs, exact decimals, local times, bare digits.

Each function takes the name of a column (see `writer`, which makes one of every value, however computed) and
returns the expression of the cell.
"""

from functools import cache
from typing import Any, Final

from babel.numbers import list_currencies

from atomicpay.ui.money import currency_exponent

_SPACES: Final = (
    " \u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
"""What a spreadsheet may skip, or not show, before it looks for a formula: spaces and format signs."""

_DANGERS: Final = (
    "\x01-\x1f\x7f-\x9f=+@\u207a\u207c\u208a\u208c\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6b"
    "\uff0b\uff0d\uff1d\uff20-"
)
"""What can begin a formula: = + - @, all that Unicode folds into them (NFKC), and every control character.
The hyphen stands last: anywhere else it would open a range."""

DANGEROUS: Final = f"^'*[{_SPACES}]*[{_DANGERS}]"
"""A text that gets an apostrophe before it (OWASP ASVS 5.0, 1.2.10).

Apostrophes that are there already count too, so that taking one away from each text that matches
`ESCAPED` gives back exactly what was written: see `restore_text`.
"""

ESCAPED: Final = f"^'+[{_SPACES}]*[{_DANGERS}]"


Sql = tuple[str, list[Any]]
"""An SQL expression and its parameters."""


HARMLESS_FIRST: Final = [0, *range(48, 58), *range(65, 91), *range(97, 123), *range(0xC0, 0x250)]
"""Code points of what most texts begin with: digits, Latin letters with and without accents; 0 is no text."""


def safe_text(column: str) -> Sql:
    """A text. A look at its first character lets most of them pass; only the rest meets the regexp."""
    sql = (
        f"CASE WHEN ascii({column}) = ANY(%s::int[]) THEN {column}"
        f" WHEN {column} ~ %s THEN '''' || {column} ELSE {column} END"
    )
    return sql, [HARMLESS_FIRST, DANGEROUS]


def public_id(uuid: str) -> Sql:
    """A UUID as it is: it begins with a digit or a letter."""
    return uuid, []


def decimal_amount(amount: str, currency: str) -> Sql:
    """Minor units as a decimal with just the currency's digits: exact, because numeric does not round."""
    codes, units = _unusual_currencies()
    sql = (
        f"CASE WHEN {currency} = ANY(%s)"
        f" THEN {amount} * (%s::numeric[])[array_position(%s::text[], {currency}::text)]"
        f" ELSE {amount} * 0.01 END"
    )
    return sql, [codes, units, codes]


def local_time(moment: str) -> Sql:
    """A moment as ISO 8601 in the zone that the writer has set, with its distance from UTC."""
    return f"to_char({moment}, 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')", []


def comma_amount(amount: str, currency: str) -> Sql:
    """The same with a decimal comma."""
    sql, params = decimal_amount(amount, currency)
    return f"replace(({sql})::text, '.', ',')", params


def plain_time(moment: str) -> Sql:
    """A moment in the zone that the writer has set, as every spreadsheet reads it: without its offset."""
    return f"to_char({moment}, 'YYYY-MM-DD HH24:MI:SS')", []


def day_number(moment: str) -> Sql:
    """A moment in the zone that the writer has set, as workbooks keep it: days since the end of 1899.

    To the second, like every other file. Before March 1900 those days are counted in two ways: then ISO.
    """
    local = f"date_trunc('second', {moment})::timestamp"
    days = f"round(extract(epoch FROM {local} - timestamp '1899-12-30') / 86400, 9)"
    iso = plain_time(moment)[0]
    return f"CASE WHEN {local} < timestamp '1900-03-01' THEN {iso} ELSE {days}::text END", []


def digits(phone: str) -> Sql:
    """The digits of a phone, and nothing else: the plus before them would begin a formula."""
    return f"regexp_replace({phone}, '\\D', '', 'g')", []


def yes_or_no(condition: str) -> Sql:
    """A boolean as the word true or false."""
    return f"{condition}::text", []


def whole_number(number: str) -> Sql:
    """A whole number as it is: what begins with a minus may be a number."""
    return f"{number}::bigint", []


@cache
def _unusual_currencies() -> tuple[list[str], list[str]]:
    """The currencies that have not two decimals, and the worth of one minor unit of each."""
    exponents = {code: currency_exponent(code) for code in sorted(list_currencies())}
    unusual = {code: exponent for code, exponent in exponents.items() if exponent != 2}
    return list(unusual), [f"{10**-exponent:.{exponent}f}" for exponent in unusual.values()]
