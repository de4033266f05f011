"""Streams of chance that come out the same for the same words, on every machine."""

import random
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

_T = TypeVar("_T")


def stream(*words: object) -> random.Random:
    """A stream of its own for each list of words: ("demo", 7, "aurora-cursos", "customer", 12)."""
    return random.Random("/".join(str(word) for word in words))  # noqa: S311 -- no secret is drawn from it


def pick(chance: random.Random, weights: Mapping[_T, float]) -> _T:
    """One of the keys, each as often as its weight says."""
    return chance.choices(list(weights), list(weights.values()))[0]


def some(chance: random.Random, values: Sequence[_T], most: int) -> list[_T]:
    """From none to `most` of the values, each at most once."""
    return chance.sample(values, chance.randint(0, min(most, len(values))))


def moment(chance: random.Random, start: datetime, end: datetime) -> datetime:
    """A whole second from `start` until before `end`."""
    seconds = int((end - start).total_seconds())
    return start + timedelta(seconds=chance.randrange(max(1, seconds)))


def public_id(chance: random.Random) -> uuid.UUID:
    """A UUID of version 4 from the stream, so that a demo's addresses are the same everywhere."""
    return uuid.UUID(int=chance.getrandbits(128), version=4)
