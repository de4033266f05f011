"""What a text can be read as, and which texts lie one edit away from it."""

import pytest

from atomicpay.missing.keys import read_keys
from atomicpay.missing.near import one_edit_away, same_mailbox


@pytest.mark.parametrize(
    ("text", "email", "document", "phones", "is_whole"),
    [
        ("Ana.Lima@Mail.example", "ana.lima@mail.example", "", (), True),
        ("529.982.247-25", "", "52998224725", ("52998224725", "5552998224725"), True),
        ("(11) 91234-5678", "", "11912345678", ("11912345678", "5511912345678"), True),
        ("12ABC34501DE35", "", "12ABC34501DE35", (), True),
        ("HP-1234", "", "HP1234", (), True),
        ("Ana Lima", "", "", (), False),
        ("ana", "", "", (), False),
        ("", "", "", (), False),
    ],
)
def test_text_is_read_as_every_key_it_can_be(
    text: str, email: str, document: str, phones: tuple[str, ...], is_whole: bool
) -> None:
    keys = read_keys(text)
    assert (keys.email, keys.document, keys.is_whole) == (email, document, is_whole)
    assert set(phones) >= set(keys.phones) if phones else keys.phones == ()


def test_one_edit_is_a_letter_more_less_or_other_or_two_that_changed_places() -> None:
    near = set(one_edit_away("abc", "abcd"))
    assert {"ab", "abcd", "adc", "acb", "dabc"} <= near
    assert near.isdisjoint({"abc", "cba", "a", "abcdd"})


@pytest.mark.parametrize(
    ("email", "other", "is_same"),
    [
        ("ana.lima@gmail.com", "analima@gmail.com", True),
        ("analima@gmail.com", "ana.lima@gmail.com", True),
        ("ana.lima+curso@gmail.com", "analima@gmail.com", True),
        ("ana+curso@mail.example", "ana@mail.example", True),
        ("ana.lima@mail.example", "analima@mail.example", False),
    ],
)
def test_spellings_of_one_mailbox(email: str, other: str, is_same: bool) -> None:
    assert (other in same_mailbox(email)) is is_same
