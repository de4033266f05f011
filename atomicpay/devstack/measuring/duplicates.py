"""Duplicates: how well labelled lists are matched, one customer beside all, a scan of everybody."""

import resource
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings

from atomicpay.devstack.measuring.figures import Figure, by_turns
from atomicpay.devstack.measuring.setting import Setting
from atomicpay.workspaces.scope import enter
from customers.duplicates.matching.bands import LEAST, Band
from customers.duplicates.matching.labelled import by_exact_keys, read_labelled, scored
from customers.duplicates.models import MatchRecord, Suggestion
from customers.duplicates.pairs import candidates, compare_pairs
from customers.duplicates.scanning import look_at_everybody, scan_of_workspace

LISTS: Final = ("febrl1", "febrl3", "br_dev", "fake1000")
_FOLDER: Final = "shared/data/duplicates"
_SAMPLE: Final = 400
_STEP: Final = 7_919
_EXACT: Final = "equal emails, phones and documents"


def find_list(name: str) -> Path:
    """The labelled list of that name, beside the project; raises FileNotFoundError."""
    for parent in settings.BASE_DIR.parents:
        path: Path = parent / _FOLDER / f"{name}.csv.gz"
        if path.exists():
            return path
    raise FileNotFoundError(f"No {_FOLDER}/{name}.csv.gz beside the project: nothing was measured.")


def duplicates_of_list(name: str, setting: Setting) -> Iterator[Figure]:
    """F1 where the likely band begins; the floor is a plain search for equal values."""
    labelled = read_labelled(find_list(name))
    begun = time.perf_counter()
    found = [pair for pair, probability in scored(labelled) if probability >= LEAST[Band.LIKELY]]
    seconds = time.perf_counter() - begun
    verdict = labelled.verdict(found)
    floor = labelled.verdict(by_exact_keys(labelled.persons))
    yield Figure(
        name=f"duplicates_{name}",
        value=verdict.f1,
        unit="F1",
        floor=floor.f1,
        n=len(labelled.persons),
        floor_is=_EXACT,
        more={
            "precision": round(verdict.precision, 4),
            "recall": round(verdict.recall, 4),
            "f1": round(verdict.f1, 4),
            "floor_precision": round(floor.precision, 4),
            "floor_recall": round(floor.recall, 4),
            "seconds": round(seconds, 2),
        },
    )


ON_LISTS: Final[dict[str, Callable[[Setting], Iterator[Figure]]]] = {
    f"duplicates_{name}": partial(duplicates_of_list, name) for name in LISTS
}


def duplicates_candidates(setting: Setting) -> Iterator[Figure]:
    """One customer: whom to compare them with, their records and counts, and the scores."""
    with enter(setting.workspace.pk):
        ids = list(MatchRecord.objects.order_by("customer_id").values_list("customer_id", flat=True))
        if not ids:
            raise ValueError("No records yet: measure duplicates_rescan first.")
        scan, places = scan_of_workspace(), iter(range(10**9))
        pairs: list[int] = []

        def next_id() -> int:
            return int(ids[(next(places) * _STEP) % len(ids)])

        def ours() -> None:
            found = candidates([next_id()])
            pairs.append(len(found))
            compare_pairs(found, scan)

        def floor() -> None:
            candidates([next_id()])

        samples = by_turns(ours, floor, _SAMPLE)
    value, floor_value = samples.p95()
    median, floor_median = samples.median()
    yield Figure(
        name="duplicates_candidates",
        value=value,
        unit="ms p95",
        floor=floor_value,
        n=len(samples.ours),
        floor_is="the statement that finds the pairs",
        more={
            "p50": round(median, 2),
            "floor_p50": round(floor_median, 2),
            "pairs_mean": round(sum(pairs) / len(pairs), 1),
        },
    )


def duplicates_rescan(setting: Setting) -> Iterator[Figure]:
    """A scan of everybody. The first one also makes the records; the second finds them there."""
    for name in ("duplicates_first_scan", "duplicates_rescan"):
        with enter(setting.workspace.pk):
            is_made = MatchRecord.objects.exists()
        if name == "duplicates_first_scan" and is_made:
            continue
        begun, cpu = time.perf_counter(), time.process_time()
        customers = look_at_everybody(setting.workspace.pk)
        seconds = time.perf_counter() - begun
        if not customers:
            raise ValueError("Another scan is under way.")
        with enter(setting.workspace.pk):
            found = Suggestion.objects.filter(closed_at=None).count()
        yield Figure(
            name=name,
            value=seconds,
            unit="s",
            n=customers,
            more={
                "cpu_seconds": round(time.process_time() - cpu, 1),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "suggestions": found,
            },
        )
