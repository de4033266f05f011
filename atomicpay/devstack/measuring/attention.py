"""What needs attention: the list with what a full round has found, and how fast the round is."""

import time
from collections.abc import Iterator
from typing import Final

from atomicpay.attention.models import Rounds
from atomicpay.attention.sweep import check_changed, check_everybody
from atomicpay.devstack.measuring.figures import Figure
from atomicpay.devstack.measuring.lists import Reading, figure_of
from atomicpay.devstack.measuring.setting import Setting
from atomicpay.ui.listing import ListState
from atomicpay.workspaces.scope import enter

_QUERIES: Final = {
    "needs_attention": "",
    "needs_attention_of_a_check": "check=paid_after_cancel",
    "needs_attention_dismissed": "dismissed=include&sort=found",
}


def needs_attention(setting: Setting) -> Iterator[Figure]:
    """A full round, an increment of nothing, and the list: rows, exact count, numbers beside choices."""
    yield _round(setting)
    begun = time.perf_counter()
    changed = check_changed(setting.workspace.pk)
    yield Figure(
        name="attention_increment",
        value=(time.perf_counter() - begun) * 1000,
        unit="ms",
        more={"customers_checked": changed},
    )
    for name, query in _QUERIES.items():
        yield figure_of(name, Reading("attention", query, ListState.read_page, setting))
        yield figure_of(f"{name}_count", Reading("attention", query, ListState.count, setting))
    yield figure_of("needs_attention_choices", Reading("attention", "", ListState.count_choices, setting))


def _round(setting: Setting) -> Figure:
    """Customers a second of a whole round; the second one of the same books writes nothing."""
    with enter(setting.workspace.pk):
        Rounds.objects.all().delete()
    begun, cpu = time.perf_counter(), time.process_time()
    customers = check_everybody(setting.workspace.pk)
    seconds = time.perf_counter() - begun
    if not customers:
        raise ValueError("Another round is under way.")
    return Figure(
        name="attention_round",
        value=customers / seconds,
        unit="customers/s",
        n=customers,
        more={"seconds": round(seconds, 1), "cpu_seconds": round(time.process_time() - cpu, 1)},
    )
