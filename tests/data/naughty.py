"""Texts that break something somewhere, by what they break: our own small list."""

from typing import Final

NAUGHTY: Final[dict[str, tuple[str, ...]]] = {
    "emptiness": (" ", "\t", "\r\n", "\u00a0", "\u2003", "\u200b", "\ufeff", "\u3000", "\u2028"),
    "control": ("\x00", "a\x00b", "\x01\x02", "\x07", "\x1b[31m", "\x7f", "\u0085", "\ud83d"),
    "words": (
        "undefined",
        "null",
        "None",
        "NULL",
        "nil",
        "true",
        "False",
        "NaN",
        "Infinity",
        "-inf",
        "hasOwnProperty",
    ),
    "numbers": (
        *("0", "-0", "-1", "1e309", "1E-400", "0x1F", "1_000", "00042", "9" * 40, "1.234", "1,234,567.89"),
        *("1.234,56", "--1", "+1", "1/0", "2147483648", "9223372036854775808", "٣٤", "１２３", "½", "R$ 1"),
    ),
    "days": (
        *("2026-02-30", "2026-13-01", "2026-00-00", "9999-12-31", "10000-01-01", "0001-01-01", "-2026-01-01"),
        *(
            "02/03/2026",
            "2026-3-2",
            "20260302",
            "2026-03-02T00:00:00Z",
            "today ",
            "TODAY",
            "last_30_day",
            "now()",
        ),
    ),
    "sql": (
        *(
            "'",
            '"',
            "''",
            "\\'",
            "'; DROP TABLE sale; --",
            "1 OR 1=1",
            "' OR ''='",
            "') OR ('1'='1",
            "%",
            "_",
        ),
        *("%%", "%s", "%(ws)s", "$1", "pg_sleep(10)", "/*", "--", "E'\\x41'", "{}", "{1,2}", "ARRAY[1]"),
    ),
    "look-ups": (
        "__class__",
        "workspace__id",
        "customer__name__icontains",
        "pk",
        "id__in",
        "a.b.c",
        "*",
        "@>",
    ),
    "markup": (
        *(
            "<script>alert(1)</script>",
            "'><b>%s",
            '"><img src=x onerror=alert(1)>',
            "&lt;b&gt;",
            "<!--",
            "]]>",
        ),
        *("javascript:alert(1)", "{{ 7*7 }}", "{% load x %}", "${7*7}", "#{7*7}", "<svg/onload=alert(1)>"),
    ),
    "formulas": ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\uff1d1+1"),
    "paths": (
        "../../etc/passwd",
        "..\\..\\win.ini",
        "/dev/null",
        "file:///etc/passwd",
        "C:\\",
        "%2e%2e%2f",
        "%00",
    ),
    "languages": (
        *(
            "Ω≈ç√∫˜µ≤≥÷",
            "田中さんにあげて下さい",
            "الكل في المجمو عة",
            "שלום",
            "İıſK",
            "ß",
            "ﬁ",
            "n\u0303",
            "Ａｎａ",
        ),
        *("👩‍👩‍👧‍👦", "🏳️‍🌈", "\u202eevil\u202c", "\u2066a\u2069", "z̴̛͠ä̵l̶g̷o̸" * 4, "ᚠᛇᚻ", "𝕬𝖓𝖆"),
    ),
    "length": ("x" * 201, "x" * 10_000, "9" * 10_000, "é" * 10_000, "a " * 5_000, "2026-01-01" * 1_000),
}
"""A surrogate that stands alone cannot be sent by a browser, and is no text at all: see `SENDABLE`."""

ALL: Final = tuple(text for texts in NAUGHTY.values() for text in texts)
SENDABLE: Final = tuple(text for text in ALL if not any(0xD800 <= ord(letter) < 0xE000 for letter in text))


def some_of_each_kind(number: int) -> list[str]:
    """A third of every kind, another one for each of three numbers that follow."""
    return [text for texts in NAUGHTY.values() for text in texts[number % 3 :: 3] if text in SENDABLE]
