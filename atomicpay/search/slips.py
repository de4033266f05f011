"""What was meant where nothing is written as it was typed: the texts one slip of the finger away."""

from collections.abc import Sequence
from typing import Final

from atomicpay.search.folding import fold
from customers.near import near_emails, near_words
from customers.search_text import Kind, Part, read_search
from customers.search_ways import Wanted

# Each try is a search of its own.
_TRIES: Final = 4


def corrections(text: str, wanted: Sequence[Wanted]) -> list[tuple[str, tuple[Part, ...]]]:
    """Other texts with their parts, each one slip away from what was typed, the likeliest first."""
    found: list[str] = []
    for each in wanted:
        part, typed_words = each.part, each.part.text.split()
        if part.email:
            found += [text.replace(part.text, near, 1) for near in near_emails(part.text.lower())]
        elif part.kind in (Kind.ANY, Kind.NAME):
            for typed, near in near_words(each.plan.words):
                words = " ".join(near if fold(word) == typed else word for word in typed_words)
                found.append(text.replace(part.text, words, 1))
    return [(meant, read_search(meant)) for meant in dict.fromkeys(found)][:_TRIES]
