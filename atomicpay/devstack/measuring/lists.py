"""Every filter and order of every list, and sets of three filters: the slowest of them by name.

What is measured is the reading (rows, exact count, counts of the choices) inside the member's scope, without
the drawing of the page, which is the same for all of them and measured in `pages`; `cpu` is this process's
part of it. The floor is the same SELECTs as the owner.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from atomicpay.devstack.measuring.figures import Figure, by_turns, percentile
from atomicpay.devstack.measuring.filter_values import Address, orders, single_filters
from atomicpay.devstack.measuring.pages import REPLAYED, is_select, product, replay
from atomicpay.devstack.measuring.setting import Setting
from atomicpay.ui.listing import ListState
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.entry import enter_as

LISTS: Final = ("customers", "sales", "subscriptions")
# Of each address a few readings, to find the slowest, and of those a proper measure.
_TRIES, _SAMPLES, _SHOWN = 3, 20, 8

# Over three tables, with ranges, with what is rare, with opposites; {product} is the one sold most.
TRIPLES: Final = {
    "customers": (
        "bought={product}&subscription=active&spend_min=100&currency=BRL",
        "bought={product}&not_bought={other}&method=pix",
        "refund=yes&dispute=none&method=credit_card",
        "subscription=past_due&last_purchase=last_90_days&country=BR",
        "created=this_year&purchases=any&method=boleto",
        "spend_min=500&currency=BRL&refund=no&subscription=none",
        "first_purchase=last_90_days&method=pix&not_bought={product}",
        "dispute=lost&country=PT&archived=include",
    ),
    "sales": (
        "status=approved&method=pix&date=last_90_days",
        "product={product}&status=refunded&currency=BRL",
        "kind=subscription&status=declined&date=this_year",
        "refunded=yes&method=credit_card&product={product}",
        "disputed=any&currency=BRL&amount_min=100",
        "payment_model=recurring&status=chargeback&method=credit_card",
        "date_field=approved&date=last_30_days&product={product}&amount_min=50&currency=BRL",
        "test=only&status=approved&method=pix",
    ),
    "subscriptions": (
        "status=active&product={recurring}&next_charge=next_7_days",
        "canceled_by=customer&ended=this_year&status=expired",
        "risk=any&started=last_90_days&product={recurring}",
        "status=canceled&started=this_year&canceled_by=customer",
    ),
}


@dataclass(frozen=True)
class Reading:
    """One address of a list, read in one way."""

    page: str
    query: str
    read: Callable[[ListState], object]
    setting: Setting

    def __call__(self) -> None:
        with enter_as(self.setting.workspace.pk, self.setting.membership.pk) as member:
            self.read(get_list_page(self.page).parse(QueryDict(self.query), member))

    @property
    def address(self) -> str:
        return f"{self.page}?{self.query}"

    def milliseconds(self) -> float:
        """The quickest of a few."""
        taken = []
        for _ in range(_TRIES):
            begun = time.perf_counter()
            self()
            taken.append((time.perf_counter() - begun) * 1000)
        return min(taken)


def list_worst_filter(setting: Setting) -> Iterator[Figure]:
    """The slowest of all single filters and orders: its rows, its exact count."""
    addresses = [(page, address.query) for page in LISTS for address in _single(setting, page)]
    yield from _worst(setting, "list_worst_filter", addresses)


def list_three_filters(setting: Setting) -> Iterator[Figure]:
    """The slowest of twenty sets of three filters: its rows, its exact count."""
    named = {
        "product": product(setting),
        "other": product(setting, "prod-2"),
        "recurring": _recurring(setting),
    }
    addresses = [(page, query.format(**named)) for page in LISTS for query in TRIPLES[page]]
    yield from _worst(setting, "list_three_filters", addresses)


def list_choices(setting: Setting) -> Iterator[Figure]:
    """The counts of all choices of a list: unfiltered, and with a filter that no tally knows."""
    queries = {
        "customers": ("", f"bought={product(setting)}"),
        "sales": ("", "date=last_30_days"),
        "subscriptions": ("",),
    }
    for page in LISTS:
        for query in queries[page]:
            name = f"{page}_choices{'_filtered' if query else ''}"
            yield figure_of(name, Reading(page, query, ListState.count_choices, setting))


def _single(setting: Setting, name: str) -> list[Address]:
    with enter_as(setting.workspace.pk, setting.membership.pk) as member:
        state = get_list_page(name).parse(QueryDict(), member)
        return [*single_filters(state), *orders(state)]


def _worst(setting: Setting, name: str, addresses: list[tuple[str, str]]) -> Iterator[Figure]:
    for figure, read in {name: ListState.read_page, f"{name}_count": ListState.count}.items():
        readings = [Reading(page, query, read, setting) for page, query in addresses]
        taken = {reading.address: reading.milliseconds() for reading in readings}
        readings.sort(key=lambda reading: taken[reading.address], reverse=True)
        more = {
            "slowest": {reading.address: round(taken[reading.address], 1) for reading in readings[:_SHOWN]},
            "tried": len(readings),
            "over_60_ms": sum(milliseconds > 60 for milliseconds in taken.values()),
            "over_120_ms": sum(milliseconds > 120 for milliseconds in taken.values()),
            "over_400_ms": sum(milliseconds > 400 for milliseconds in taken.values()),
        }
        yield figure_of(figure, readings[0], more)


def figure_of(name: str, reading: Reading, more: dict[str, Any] | None = None) -> Figure:
    """The 95th percentile of a reading beside its floor."""
    reading()
    with CaptureQueriesContext(connection) as captured:
        reading()
    asked = [query["sql"] for query in captured.captured_queries if is_select(query["sql"])]
    samples = by_turns(reading, lambda: replay(reading.setting, asked), _SAMPLES)
    value, floor = samples.p95()
    median, floor_median = samples.median()
    parts = {
        "of": reading.address,
        "p50": round(median, 2),
        "floor_p50": round(floor_median, 2),
        "cpu_p50": round(percentile(samples.own_cpu, 0.5), 2),
    }
    return Figure(
        name=name,
        value=value,
        unit="ms p95",
        floor=floor,
        queries=len(asked),
        n=len(samples.ours),
        floor_is=REPLAYED,
        more=parts | (more or {}),
    )


def _recurring(setting: Setting) -> str:
    """The public id of the product with the most subscriptions."""
    found = setting.owner.execute(
        "SELECT p.public_id FROM product p JOIN (SELECT product_id, count(*) AS n FROM subscription"
        " WHERE workspace_id = %s GROUP BY 1 ORDER BY 2 DESC LIMIT 1) most ON most.product_id = p.id",
        [setting.workspace.pk],
    ).fetchone()
    assert found is not None  # noqa: S101 -- the seed made it
    return str(found[0])
