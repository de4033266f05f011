"""One measured figure, and how samples of ours and of its floor are taken by turns."""

import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

SAMPLES, LEAST_SAMPLES = 60, 5
BUDGET_SECONDS = 40.0


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure with its floor; `floor_is` says what the floor is where the name does not."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    queries: int | None = None
    n: int = 1
    floor_is: str = ""
    more: dict[str, Any] | None = None

    def as_json(self, customers: int) -> str:
        """The line that the bench prints; `load` is how busy the machine was, with this and anything else."""
        line: dict[str, Any] = {
            "name": self.name,
            "value": round(self.value, 2),
            "unit": self.unit,
            "floor": None if self.floor is None else round(self.floor, 2),
            "ratio": round(self.value / self.floor, 2) if self.floor else None,
            "queries": self.queries,
            "n": self.n,
            "customers": customers,
        }
        if self.floor_is:
            line["floor_is"] = self.floor_is
        return json.dumps(line | (self.more or {}) | {"load": round(os.getloadavg()[0], 1)})


@dataclass(frozen=True)
class Samples:
    """Milliseconds of ours and of the floor."""

    ours: Sequence[float]
    floor: Sequence[float]
    # Of these, what this process computed itself: not the database's part, nor waiting for a core.
    own_cpu: Sequence[float] = ()

    def median(self) -> tuple[float, float]:
        return statistics.median(self.ours), statistics.median(self.floor)

    def p95(self) -> tuple[float, float]:
        return percentile(self.ours, 0.95), percentile(self.floor, 0.95)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def by_turns(ours: Callable[[], object], floor: Callable[[], object], samples: int = SAMPLES) -> Samples:
    """Take samples of both by turns, so that a noisy neighbour hits both; the first of each is thrown away.

    Slow ones are broken off when the time is up.
    """
    ours(), floor()
    of_ours: list[float] = []
    of_floor: list[float] = []
    own_cpu: list[float] = []
    end = time.monotonic() + BUDGET_SECONDS
    while len(of_ours) < samples and (time.monotonic() < end or len(of_ours) < LEAST_SAMPLES):
        cpu = time.process_time()
        of_ours.append(_milliseconds(ours))
        own_cpu.append((time.process_time() - cpu) * 1000)
        of_floor.append(_milliseconds(floor))
    return Samples(of_ours, of_floor, own_cpu)


def _milliseconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000
