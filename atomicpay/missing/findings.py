"""Why a record is not in a list: from the facts to an ordered list of findings, with no query inside."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .facts import CheckedCause, Counted, Facts, Found, Narrowing


class Kind(StrEnum):
    """What was found out, in the order in which it is told."""

    LISTED = "listed"
    HIDDEN = "hidden"
    MERGED = "merged"
    TEST = "test"
    HAS_NONE = "has_none"
    CAUSE = "cause"
    NARROWS = "narrows"
    NEAR = "near"
    ONLY_TOGETHER = "only_together"
    HIDES_NOTHING = "hides_nothing"
    NOT_COUNTED = "not_counted"
    UNKNOWN = "unknown"
    OUTSIDE = "outside"
    WITHIN_PRODUCTS = "within_products"
    ALL_PRODUCTS = "all_products"


OF_ALL_LISTS: Final = frozenset((Kind.UNKNOWN, Kind.OUTSIDE, Kind.WITHIN_PRODUCTS, Kind.ALL_PRODUCTS))
"""What is not about one list, and told once where several are asked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found out, with what it is about."""

    kind: Kind
    found: Found | None = None
    narrowings: tuple[Narrowing, ...] = ()
    cause: CheckedCause | None = None


def find_reasons(facts: Facts) -> list[Finding]:
    """Everything that can be said, the most telling first.

    The looked-for records come first, those that the fewest filters hide before the others; then what each
    filter leaves out, the fewest rows first; then what is only close; last where nothing was looked at.
    """
    return [
        *_about_records(facts),
        *(Finding(Kind.HAS_NONE, found=buyer) for buyer in facts.buyers),
        *(Finding(Kind.CAUSE, cause=cause) for cause in facts.causes),
        *_about_filters(facts),
        *(Finding(Kind.NEAR, found=near) for near in facts.near),
        *_about_nothing(facts),
        *_about_products(facts),
    ]


def _about_records(facts: Facts) -> list[Finding]:
    found = [Finding(_kind_of(record), found=record) for record in facts.found]
    order = (Kind.LISTED, Kind.HIDDEN, Kind.MERGED, Kind.TEST)
    return sorted(found, key=lambda finding: (order.index(finding.kind), _hiding(finding)))


def _kind_of(record: Found) -> Kind:
    if record.survivor is not None:
        return Kind.MERGED
    if record.is_test and record.shown_at is None:
        return Kind.TEST
    return Kind.HIDDEN if record.hidden_by else Kind.LISTED


def _hiding(finding: Finding) -> int:
    return len(finding.found.hidden_by) if finding.found else 0


def _about_filters(facts: Facts) -> Iterator[Finding]:
    """Rows that were told of already, as the looked-for records that a filter alone hides, are not told of
    again."""
    left_out = [(more, each) for each in facts.narrowings if (more := rows_left_out(each, facts))]
    for more, narrowing in sorted(left_out, key=lambda pair: (pair[0].is_more, pair[0].number)):
        if more.is_more or more.number > _alone_hidden(narrowing, facts):
            yield Finding(Kind.NARROWS, narrowings=(narrowing,))


def rows_left_out(narrowing: Narrowing, facts: Facts) -> Counted | None:
    """How many rows the list has more without a filter; None for no more, and where it is not known.

    Of two lists with more rows than are counted, nobody knows which has more.
    """
    listed = facts.listed or Counted(0)
    if narrowing.rows is None or narrowing.rows <= listed:
        return None
    return Counted(narrowing.rows.number - listed.number, narrowing.rows.is_more)


def _about_nothing(facts: Facts) -> Iterator[Finding]:
    idle = tuple(narrowing for narrowing in facts.narrowings if _leaves_nothing_out(narrowing, facts))
    is_unknown = bool(facts.text) and not (facts.found or facts.near or facts.buyers)
    all_are_idle = len(idle) == len(facts.narrowings) > 1
    if facts.listed == Counted(0) and all_are_idle and not is_unknown:
        yield Finding(Kind.ONLY_TOGETHER, narrowings=idle)
    elif idle:
        yield Finding(Kind.HIDES_NOTHING, narrowings=idle)
    if uncounted := tuple(narrowing for narrowing in facts.narrowings if narrowing.rows is None):
        yield Finding(Kind.NOT_COUNTED, narrowings=uncounted)
    if is_unknown:
        yield Finding(Kind.UNKNOWN)


def _about_products(facts: Facts) -> Iterator[Finding]:
    if not facts.is_limited:
        yield Finding(Kind.ALL_PRODUCTS)
    elif facts.outside:
        yield Finding(Kind.OUTSIDE)
    else:
        yield Finding(Kind.WITHIN_PRODUCTS)


def _leaves_nothing_out(narrowing: Narrowing, facts: Facts) -> bool:
    return narrowing.rows is not None and narrowing.rows == facts.listed and not narrowing.rows.is_more


def _alone_hidden(narrowing: Narrowing, facts: Facts) -> int:
    told = (record for record in facts.found if record.survivor is None)
    names = [{hiding.name for hiding in record.hidden_by} for record in told]
    return names.count({narrowing.name})
