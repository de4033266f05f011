"""What is told, and in which order, from facts alone: a table of cases."""

from dataclasses import replace

import pytest

from atomicpay.missing.facts import Counted, Facts, Found, Hiding, How, Narrowing, Survivor
from atomicpay.missing.findings import Kind, find_reasons

NONE = Counted(0)


def narrowing(name: str, rows: Counted | None) -> Narrowing:
    return Narrowing(name, name.capitalize(), "on", f"without={name}", rows)


def found(*hidden_by: str, how: How = How.TEXT, **more: object) -> Found:
    hiding = tuple(Hiding(name, name.capitalize(), "own", "asks", f"without={name}") for name in hidden_by)
    return Found("Ana", "ana@mail.example", "/ana/", how, hidden_by=hiding, **more)  # type: ignore[arg-type]


SURVIVOR = Survivor("Ana Lima", "/lima/")

CASES: dict[str, tuple[Facts, list[Kind]]] = {
    "nothing is on and nothing is asked": (Facts(NONE), [Kind.ALL_PRODUCTS]),
    "one filter leaves rows out": (
        Facts(NONE, narrowings=(narrowing("status", Counted(3)), narrowing("date", NONE))),
        [Kind.NARROWS, Kind.HIDES_NOTHING, Kind.ALL_PRODUCTS],
    ),
    "no filter alone": (
        Facts(NONE, narrowings=(narrowing("status", NONE), narrowing("date", NONE))),
        [Kind.ONLY_TOGETHER, Kind.ALL_PRODUCTS],
    ),
    "one filter that is on and leaves nothing out": (
        Facts(NONE, narrowings=(narrowing("status", NONE),)),
        [Kind.HIDES_NOTHING, Kind.ALL_PRODUCTS],
    ),
    "more than is counted, of a list that has some": (
        Facts(Counted(12), narrowings=(narrowing("status", Counted(1000, True)),)),
        [Kind.NARROWS, Kind.ALL_PRODUCTS],
    ),
    "more than is counted both ways: nobody knows": (
        Facts(Counted(1000, True), narrowings=(narrowing("status", Counted(1000, True)),)),
        [Kind.ALL_PRODUCTS],
    ),
    "not counted in time": (
        Facts(NONE, narrowings=(narrowing("status", None), narrowing("date", NONE))),
        [Kind.HIDES_NOTHING, Kind.NOT_COUNTED, Kind.ALL_PRODUCTS],
    ),
    "the record is there": (Facts(Counted(5), "ana", found=(found(),)), [Kind.LISTED, Kind.ALL_PRODUCTS]),
    "the one hidden record is not counted again": (
        Facts(NONE, "ana", (narrowing("status", Counted(1)),), (found("status"),)),
        [Kind.HIDDEN, Kind.ALL_PRODUCTS],
    ),
    "its filter hides others as well": (
        Facts(NONE, "ana", (narrowing("status", Counted(2)),), (found("status"),)),
        [Kind.HIDDEN, Kind.NARROWS, Kind.ALL_PRODUCTS],
    ),
    "what one filter hides comes before what two hide, what is there before both": (
        Facts(NONE, "ana", found=(found("status", "date"), found("status"), found())),
        [Kind.LISTED, Kind.HIDDEN, Kind.HIDDEN, Kind.ALL_PRODUCTS],
    ),
    "merged": (
        Facts(NONE, "ana", found=(found("archived", survivor=SURVIVOR),)),
        [Kind.MERGED, Kind.ALL_PRODUCTS],
    ),
    "test data": (
        Facts(NONE, "ana", found=(found(is_test=True, shown_at=None),)),
        [Kind.TEST, Kind.ALL_PRODUCTS],
    ),
    "a near miss comes after what was found and before what hides nothing": (
        Facts(NONE, "ana", (narrowing("status", NONE),), near=(found(how=How.ONE_LETTER),)),
        [Kind.NEAR, Kind.HIDES_NOTHING, Kind.ALL_PRODUCTS],
    ),
    "known, and nothing to list": (
        Facts(NONE, "ana", buyers=(found(),)),
        [Kind.HAS_NONE, Kind.ALL_PRODUCTS],
    ),
    "nobody of that name": (
        Facts(NONE, "ana", (narrowing("q", NONE), narrowing("date", NONE))),
        [Kind.HIDES_NOTHING, Kind.UNKNOWN, Kind.ALL_PRODUCTS],
    ),
    "within products": (Facts(NONE, is_limited=True), [Kind.WITHIN_PRODUCTS]),
    "outside products": (
        Facts(NONE, "ana@mail.example", is_limited=True, outside=True),
        [Kind.UNKNOWN, Kind.OUTSIDE],
    ),
    "asked, and not outside products": (
        Facts(NONE, "ana@mail.example", is_limited=True, outside=False),
        [Kind.UNKNOWN, Kind.WITHIN_PRODUCTS],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_findings_of_facts(case: str) -> None:
    facts, kinds = CASES[case]
    assert [finding.kind for finding in find_reasons(facts)] == kinds


def test_filters_with_the_fewest_rows_come_first() -> None:
    rows = {"a": Counted(1000, True), "b": Counted(9), "c": Counted(2)}
    facts = Facts(NONE, narrowings=tuple(narrowing(name, counted) for name, counted in rows.items()))
    told = [finding.narrowings[0].name for finding in find_reasons(facts) if finding.kind is Kind.NARROWS]
    assert told == ["c", "b", "a"]


def test_record_hidden_by_fewer_filters_comes_first() -> None:
    facts = Facts(NONE, "ana", found=(found("status", "date"), replace(found("status"), title="Bia")))
    assert [f.found.title for f in find_reasons(facts) if f.found] == ["Bia", "Ana"]
