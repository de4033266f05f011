"""Finding messages by their words, over all customers of the workspace."""

from django.db.models.expressions import RawSQL


def with_words(text: str, most: int | None = None) -> RawSQL:
    """The ids of the messages of the workspace with all words of the text, at most the newest so many.

    The function runs as the owner, because under row security no index serves a search for parts; it gives
    ids of the active workspace only, and what is read by them is read in scope.
    """
    return RawSQL("SELECT search_messages(%s, %s)", [text, most])
