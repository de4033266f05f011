"""What a slip of the finger away is: words of names and emails that differ from a typed one by one letter.

One letter wrong, missing, too many, or two neighbours exchanged. Such a slip spoils one half of a word and
leaves the other whole, so candidates are looked up by their halves and then measured.
"""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length
from rapidfuzz.distance import OSA, Prefix

from .models import CustomerEmail, NameWord

# A shorter word is a slip away from too many others.
SHORTEST_WORD: Final = 4
_CANDIDATES: Final = 2_000
_AFTER_EVERY_CHARACTER: Final = "\U0010ffff"


def near_words(words: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of a folded word and a word of names near it, the likeliest first.

    A word that stands in no name is more likely the mistyped one; a slip is more likely late in a word.
    """
    typed = [word for word in dict.fromkeys(words) if len(word) >= SHORTEST_WORD]
    if not typed:
        return []
    queries = [query for word in typed for query in _candidates(word)]
    known = set(queries[0].union(*queries[1:], all=True))
    typed.sort(key=lambda word: word in known)
    return [(word, near) for word in typed for near in _near(word, known)]


def near_emails(email: str) -> list[str]:
    """The emails of customers in scope near a whole one, in lower case."""
    ids = RawSQL("SELECT search_near_emails(%s)", [email])
    found = CustomerEmail.objects.filter(pk__in=ids).order_by().values_list("normalised", flat=True)
    return _near(email, set(found))


def _candidates(word: str) -> list[QuerySet[Any, str]]:
    half = len(word) // 2
    turned = word[half:][::-1]
    exchanged = word[: half - 1] + word[half] + word[half - 1] + word[half + 1 :]
    words = NameWord.objects.annotate(length=Length("word")).order_by()
    words = words.filter(length__gte=len(word) - 1, length__lte=len(word) + 1)
    begun = Q(word__gte=word[:half], word__lt=word[:half] + _AFTER_EVERY_CHARACTER)
    ended = Q(reversed_word__gte=turned, reversed_word__lt=turned + _AFTER_EVERY_CHARACTER)
    # Two exchanged in the middle spoil both halves; the word itself is asked for to know whether it is there.
    whole = Q(word__in=[exchanged, word])
    return [words.filter(each).values_list("word", flat=True)[:_CANDIDATES] for each in (begun, ended, whole)]


def _near(typed: str, known: set[str]) -> list[str]:
    near = [word for word in known if word != typed and OSA.distance(typed, word, score_cutoff=1) <= 1]
    return sorted(near, key=lambda word: (-Prefix.similarity(typed, word), word))
