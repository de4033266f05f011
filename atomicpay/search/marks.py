"""The part of a value that fits what was typed, set off by <mark>, without regard to accents and case."""

from collections.abc import Callable, Iterable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString

from atomicpay.search.folding import fold, fold_each


def digits(text: str) -> list[str]:
    """Of each character only what counts in a phone."""
    return [character if character.isdecimal() else "" for character in text]


def has(text: str, word: str) -> bool:
    """Whether the folded word occurs in the text."""
    return word in fold(text)


def marked(text: str, words: Iterable[str], plain: Callable[[str], Sequence[str]] = fold_each) -> SafeString:
    """The text, escaped, with the first occurrence of each word marked; `plain` is how both are compared."""
    folded, origin = "", []
    for at, found in enumerate(plain(text)):
        folded += found
        origin += [at] * len(found)
    hit: set[int] = set()
    for word in words:
        start = folded.find(word) if word else -1
        if start >= 0:
            hit.update(range(origin[start], origin[start + len(word) - 1] + 1))
    return SafeString("".join(_pieces(text, hit)))


def _pieces(text: str, hit: set[int]) -> Iterable[str]:
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or (end in hit) != (start in hit):
            piece = escape(text[start:end])
            yield f"<mark>{piece}</mark>" if start in hit else piece
            start = end
