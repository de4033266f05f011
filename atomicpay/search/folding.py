"""Text as the database folds it, so that whatever it finds is seen to fit as well.

Only the database knows: its unaccent makes ss of ß and a straight apostrophe of a curved one, which no form
of Unicode does, and its rules differ with its version. It folds each character for itself, so each is asked
for once in the life of a process.
"""

from typing import Final

from django.db import connection

# The letters and signs of Latin alphabets, asked for together: most texts need no others.
_LATIN: Final = frozenset(map(chr, (*range(0x80, 0x250), *range(0x1E00, 0x1F00), *range(0x2010, 0x2020))))

_known: dict[str, str] = {}


def fold_each(text: str) -> list[str]:
    """Each character of the text in lower case and without accents: none, one or several characters."""
    strange = {character for character in text if not character.isascii()} - _known.keys()
    if strange:
        _ask(strange | (_LATIN - _known.keys()))
    return [character.lower() if character.isascii() else _known[character] for character in text]


def fold(text: str) -> str:
    """The same as app_fold() of the text."""
    return "".join(fold_each(text))


def _ask(characters: set[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT c, app_fold(c) FROM unnest(%s::text[]) c", [sorted(characters)])
        _known.update(cursor.fetchall())
