"""What gives a person away in words: whole values, and parts of them that are hardly anybody else's."""

import pytest

from atomicpay.privacy.marks import Marks, seeks

MARKS = Marks.of(
    names=["João Pedro Gonçalves"],
    emails=["jp.goncalves@correio.example", "suporte@escola.example", "ana@correio.example"],
    numbers=["+55 (85) 98877-6655"],
)


@pytest.mark.parametrize(
    "text",
    [
        "jp.goncalves@correio.example",
        "jp.goncalves",
        "JP.Gonçalves",
        "email:jp.goncalves",
        "acesso jp.goncalves",
        "jp.goncalves@",
        "joao goncalves",
        "8877-6655",
    ],
)
def test_search_for_a_person_is_known_by_a_value_or_a_telling_part(text: str) -> None:
    assert MARKS.are_sought_by(text)


@pytest.mark.parametrize(
    "text", ["", "goncalves", "jp.goncalves2", "suporte", "ana", "vip", "joao", "correio", "6655"]
)
def test_search_that_may_be_for_anybody_is_left(text: str) -> None:
    assert not MARKS.are_sought_by(text)


def test_local_part_is_no_value_in_a_text() -> None:
    """Texts are not emptied for a part of a value; only what looks for the person is."""
    assert not MARKS.are_in("jp.goncalves")


def test_query_is_read_value_by_value() -> None:
    assert seeks("q=jp.goncalves&sort=-created", MARKS)
    assert not seeks("q=vip&tag=suporte", MARKS)
