"""Finding messages by their words, over all customers of the workspace."""

from django.db.models import F
from django.db.models.expressions import RawSQL

from atomicpay.workspaces.compiled import IsAmong


def has_words(text: str, most: int | None = None) -> IsAmong:
    """The condition of the messages with all words of the text; of the newest so many if a number is given.

    The function runs as the owner, because under row security no index serves a search for parts; it gives
    ids of the active workspace only, and what is read by them is read in scope. As an array they are asked
    for once: of a function in a subquery the planner may think that it can be asked for every row anew.
    """
    return IsAmong(F("pk"), RawSQL("ARRAY(SELECT search_messages(%s, %s))", [text, most]))
