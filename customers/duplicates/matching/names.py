"""Names of persons and organisations: their words, how they sound, and how two of them go together."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from .levels import Level
from .values import fold

_PARTICLES: Final = frozenset(
    ["de", "da", "do", "das", "dos", "e", "di", "del", "van", "von", "la", "le", "of", "the", "y"]
)
_SUFFIXES: Final = frozenset(["filho", "junior", "jr", "neto", "sobrinho", "ii", "iii", "sr", "segundo"])
_ORGANISATION: Final = re.compile(
    r"\b(ltda|limitada|me|mei|epp|eireli|s a|sa|cia|inc|llc|ltd|corp|gmbh|associacao|instituto|fundacao)$"
)
_NICKNAMES: Final = (
    *("francisco chico kiko", "jose ze zeca", "antonio toninho tonho", "eduardo edu dudu", "rafael rafa"),
    *("gabriela gabi bibi", "fernanda fe nanda", "daniel dani", "daniela dani", "carlos carlao cadu"),
    *("rodrigo digo", "felipe lipe", "beatriz bia", "isabela bela isa", "luciana lu", "patricia paty pati"),
    *("thiago ti", "joao jo", "robert bob rob bobby", "william bill will billy", "thomas tom tommy"),
    *("richard dick rick", "james jim jimmy", "john jack johnny", "edward ted ed eddie"),
    *("elizabeth liz beth betty", "margaret maggie peggy", "charles charlie chuck", "henry harry hal"),
    *("michael mike mick", "catherine kate katherine kathryn", "alexander alex sandy", "joseph joe"),
    *("samuel sam", "benjamin ben", "daniel dan danny", "matthew matt", "andrew andy", "christopher chris"),
    *("anthony tony", "steven steve stephen", "nicholas nick", "frederick fred"),
)
_SOUNDS: Final = (
    *(("ph", "f"), ("th", "t"), ("sch", "x"), ("sh", "x"), ("ch", "x"), ("lh", "l"), ("nh", "n")),
    *(("ck", "k"), ("qu", "k")),
)
_LIKE_LETTERS: Final = str.maketrans("wyzcqx", "vissks")
# How alike two words are (Jaro-Winkler) that are one word written twice; letters of a word where one more
# may be wrong; letters of a surname that is compared at all.
_ALIKE, _ALIKE_SURNAME, _LONG_WORD, _SURNAME = 0.9, 0.93, 3, 2
_ALIKE_WHOLE: Final = 88


def _nicknames() -> dict[str, frozenset[str]]:
    known: dict[str, set[str]] = {}
    for line in _NICKNAMES:
        group = line.split()
        for name in group:
            known.setdefault(name, set()).update(group)
    return {name: frozenset(group) for name, group in known.items()}


_SAME_PERSON: Final = _nicknames()


@dataclass(frozen=True, slots=True)
class Name:
    """A name in words, without particles; Filho, Junior and the like apart."""

    words: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    is_organisation: bool = False

    @property
    def given(self) -> str:
        return self.words[0] if self.words else ""

    @property
    def family(self) -> str:
        return self.words[-1] if len(self.words) > 1 else ""


def read_name(text: str) -> Name:
    """A name as it was received; "Silva, Joao" is put in order."""
    folded = fold(text)
    words = _words(folded)
    last, comma, first = text.partition(",")
    if comma and len(words) > 1:
        given, family = _words(fold(first)), _words(fold(last))
        if given and len(given) <= 3 and len(family) <= 2:
            words = [*given, *family]
    suffixes = sorted({"jr" if word == "junior" else word for word in words if word in _SUFFIXES})
    if len(words) <= 2:
        suffixes = []
    kept = tuple(word for word in words if not (suffixes and word in _SUFFIXES))
    return Name(kept, tuple(suffixes), _ORGANISATION.search(folded) is not None)


def _words(folded: str) -> list[str]:
    return [word for word in folded.split() if word not in _PARTICLES]


@lru_cache(maxsize=131_072)
def skeleton(word: str) -> str:
    """How a word sounds: its first letter and its consonants, at most six."""
    for written, spoken in _SOUNDS:
        word = word.replace(written, spoken)
    word = re.sub(r"(.)\1+", r"\1", word.translate(_LIKE_LETTERS).replace("h", ""))
    return (word[:1] + re.sub("[aeiou]", "", word[1:]))[:6]


@lru_cache(maxsize=131_072)
def is_given_alike(one: str, other: str) -> bool:
    """Whether two first names may be one: nickname, initial, or nearly the same letters."""
    if not one or not other:
        return False
    if one == other or other in _SAME_PERSON.get(one, ()):
        return True
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return JaroWinkler.similarity(one, other) >= _ALIKE or (
        min(len(one), len(other)) > _LONG_WORD and _is_one_slip(one, other)
    )


@lru_cache(maxsize=131_072)
def _is_family_alike(one: str, other: str) -> bool:
    return JaroWinkler.similarity(one, other) >= _ALIKE or (
        len(one) > _LONG_WORD and _is_one_slip(one, other)
    )


@lru_cache(maxsize=131_072)
def _is_surname_alike(one: str, other: str) -> bool:
    return len(one) > _SURNAME and (one == other or JaroWinkler.similarity(one, other) >= _ALIKE_SURNAME)


def _is_one_slip(one: str, other: str) -> bool:
    return DamerauLevenshtein.distance(one, other, score_cutoff=1) <= 1


def compare_names(one: Name, other: Name) -> Level | None:
    """How two names go together; None where one of them is empty. The order of its words does not matter."""
    if not one.words or not other.words:
        return None
    if sorted(one.words) == sorted(other.words):
        return Level.NAME_SAME if len(one.words) > 1 else Level.NAME_GIVEN
    short, long = sorted((one.words, other.words), key=len)
    is_given = is_given_alike(one.given, other.given)
    if len(short) == 1:
        if is_given:
            return Level.NAME_GIVEN
        is_family = JaroWinkler.similarity(short[0], long[-1]) >= _ALIKE
        return Level.NAME_FAMILY if is_family else Level.NAME_DIFFERENT
    return _contained(short, long) or _nearly(one, other, is_given)


def _contained(short: tuple[str, ...], long: tuple[str, ...]) -> Level | None:
    """Whether every word of one stands in the other, as a whole or as its initial."""
    rest, whole, initials = list(long), 0, 0
    for word in short:
        if word in rest:
            rest.remove(word)
            whole += 1
            continue
        if len(word) == 1:
            met = next((each for each in rest if each[0] == word), None)
        else:
            met = word[0] if word[0] in rest else None
        if met is not None:
            rest.remove(met)
            initials += 1
    if whole + initials < len(short) or not whole:
        return None
    return Level.NAME_CONTAINED if whole > 1 else Level.NAME_INITIAL


def _nearly(one: Name, other: Name, is_given: bool) -> Level:
    is_family = _is_family_alike(one.family, other.family)
    if (
        (is_given and is_family)
        or (is_given_alike(one.given, other.family) and is_given_alike(one.family, other.given))
        or fuzz.token_sort_ratio(" ".join(one.words), " ".join(other.words), score_cutoff=_ALIKE_WHOLE)
    ):
        return Level.NAME_NEAR
    has_surname = is_family or any(
        _is_surname_alike(mine, theirs) for mine in one.words[1:] for theirs in other.words[1:]
    )
    if is_given:
        return Level.NAME_PART if has_surname else Level.NAME_OTHER_FAMILY
    return Level.NAME_FAMILY if has_surname else Level.NAME_DIFFERENT
