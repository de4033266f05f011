"""What a search text is read as: a table of what people type, and anything at all."""

from datetime import date

import pytest
from django.db import connection
from hypothesis import given, settings, strategies as st

from customers.search_amounts import read_amounts
from customers.search_days import read_day
from customers.search_text import LONGEST, PREFIXES, Kind, mailbox, read_search

BRL, ANY = frozenset({"BRL"}), frozenset[str]()

NAUGHTY = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\u202etxet\u202c",
    "مرحبا بالعالم",
    "\ud800",
    "'; DROP TABLE customer; --",
    "%_\\",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "𝕌𝕟𝕚𝕔𝕠𝕕𝕖",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "email:",
    "amount:" * 30,
    '"' * 9,
    "9" * 400,
    "0" * 60 + ",00",
    "R$ " + "9" * 80,
    "99/99/9999",
    "2026-02-30",
    "+" * 50,
    "@@@",
    "a@b@c.example",
    "١٢٣٤",
    "²³¹",
    "x" * 10_000,
]


@pytest.mark.parametrize(
    ("text", "minor", "decimals", "currencies"),
    [
        ("R$ 97,00", [9700], [2], BRL),
        ("R$97", [9700], [2], BRL),
        ("97,00 BRL", [9700], [2], BRL),
        ("BRL 1.234,50", [123450], [2], BRL),
        ("US$ 10", [1000], [2], frozenset({"USD"})),
        ("€ 5", [500], [2], frozenset({"EUR"})),
        ("JPY 1200", [1200], [0], frozenset({"JPY"})),
        ("KWD 1.234", [1234000, 1234], [3, 3], frozenset({"KWD"})),
        ("97.00", [9700, 97000, 970000], [2, 3, 4], ANY),
        ("97,5", [9750, 97500, 975000], [2, 3, 4], ANY),
        ("1,234.56", [123456, 1234560, 12345600], [2, 3, 4], ANY),
    ],
)
def test_amount_is_read_in_every_way_it_can_be(
    text: str, minor: list[int], decimals: list[int], currencies: frozenset[str]
) -> None:
    found = read_amounts(text, is_named=False)
    assert sorted((a.minor, a.decimals) for a in found) == sorted(zip(minor, decimals, strict=True))
    assert {a.currencies for a in found} == {currencies}


def test_amount_that_may_be_thousands_is_offered_as_both() -> None:
    found = {(a.minor, a.decimals) for a in read_amounts("1.234", is_named=False)}
    assert {(123400, 2), (1234, 0), (1234, 3), (1234000, 3)} <= found


@pytest.mark.parametrize("text", ["97", "silva", "1.23.456", "10 silvas", "-97,00", "1,2,3", "XYZ 10", ""])
def test_what_is_no_amount_is_none(text: str) -> None:
    assert read_amounts(text, is_named=False) == ()


def test_whole_number_is_an_amount_where_it_is_called_one() -> None:
    assert {(a.minor, a.decimals) for a in read_amounts("97", is_named=True)} >= {(9700, 2), (97, 0)}


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-02", "2026/3/2", "02/03/2026", "2.3.2026", "02-03-26", "2 mar 2026", "2 mar. 2026"),
        *("2 de março de 2026", "2 MARÇO 2026", "2 marco 2026", "2 March 2026", "March 2, 2026"),
        "2nd Mar 2026",
    ],
)
def test_day_is_read_in_every_form(text: str) -> None:
    assert read_day(text) == date(2026, 3, 2)


def test_day_stands_first_unless_it_cannot() -> None:
    assert read_day("03/14/2026") == date(2026, 3, 14)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "32/01/2026", "2 foo 2026", "0000-01-01", "9999-01-01", "2026"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text) is None


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("Mariana.Araujo+curso@GMail.com", "email", "marianaaraujo@gmail.com"),
        ("mari.c+x@correio.example", "email", "mari.c@correio.example"),
        ("mari@googlemail.com", "email", "mari@gmail.com"),
        ("mari", "email", ""),
        ("(11) 91234-5678", "phones", ("11912345678", "5511912345678")),
        ("+55 11 91234 5678", "phones", ("5511912345678",)),
        ("912345678", "digits", "912345678"),
        ("12345", "phones", ()),
        ("111.444.777-35", "document", "11144477735"),
        ("11144477735", "document", "11144477735"),
        ("12.abc.345/01de-35", "document", "12ABC34501DE35"),
        ("4242", "card", "4242"),
        ("card 4242", "card", "4242"),
        ("cartão 4242", "card", "4242"),
        ("cartao final 4242", "card", "4242"),
        ("•••• 4242", "card", "4242"),
        ("42421", "card", ""),
        ("02/03/2026", "day", date(2026, 3, 2)),
        ("maria silva", "is_reference", False),
        ("AC-1042", "is_reference", True),
        ("natal", "is_reference", True),
        ("mari@googlemail.com", "is_key", True),
        ("(11) 91234-5678", "is_key", True),
        ("529.982.247-25", "is_key", True),
        ("HP-1234", "is_key", True),
        ("cus_NQ", "is_key", True),
        ("1234 567", "is_key", False),
        ("Ana Lima", "is_key", False),
        ("ana", "is_key", False),
        ("4242", "is_key", False),
        ("97,00", "is_key", False),
        ("2026-03-02", "is_key", False),
    ],
)
def test_free_text_is_whatever_it_can_be(text: str, field: str, value: object) -> None:
    (part,) = read_search(text)
    assert part.kind is Kind.ANY
    assert getattr(part, field) == value


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("email:mari", [(Kind.EMAIL, "mari")]),
        ("EMAIL: mari", [(Kind.EMAIL, "mari")]),
        ("nome:maria silva produto:curso", [(Kind.NAME, "maria silva"), (Kind.PRODUCT, "curso")]),
        ('product:"luz e cor" maria', [(Kind.ANY, "maria"), (Kind.PRODUCT, "luz e cor")]),
        ("maria ref:HP1", [(Kind.ANY, "maria"), (Kind.REFERENCE, "HP1")]),
        ("cpf:111.444.777-35", [(Kind.DOCUMENT, "111.444.777-35")]),
        ("cartão:4242 valor:97", [(Kind.CARD, "4242"), (Kind.AMOUNT, "97")]),
        ("email:", [(Kind.ANY, "email:")]),
        ("mailto:x http://x", [(Kind.ANY, "mailto:x http://x")]),
    ],
)
def test_prefix_word_says_what_is_meant(text: str, parts: list[tuple[Kind, str]]) -> None:
    assert [(part.kind, part.text) for part in read_search(text)] == parts


@pytest.mark.parametrize("text", ["amount:often", "date:soon", "phone:home", "doc:none", "card:42"])
def test_what_is_not_what_its_prefix_word_says_is_noticed(text: str) -> None:
    (part,) = read_search(text)
    assert not part.is_read


def test_every_kind_has_a_prefix_word() -> None:
    assert set(PREFIXES.values()) == set(Kind) - {Kind.ANY}


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_text_is_read_like_any_other(text: str) -> None:
    for part in read_search(text):
        assert part.text == part.text.strip()
        assert len(part.text) <= LONGEST
        part.text.encode()
        assert "\x00" not in part.text


@given(st.text(max_size=300))
@settings(max_examples=300)
def test_any_text_can_be_read(text: str) -> None:
    parts = read_search(text)
    assert bool(parts) == bool("".join(part.text for part in parts))
    for part in parts:
        part.text.encode()


_PIECES = st.sampled_from(["a", "b.", "..", "+", "+x", "@", "gmail.com", "googlemail.com", "x.example", "é"])


@given(st.lists(_PIECES, max_size=8).map("".join))
@settings(max_examples=150, deadline=None)
@pytest.mark.django_db
def test_mailbox_is_the_same_in_the_database(email: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_email_key(%s)", [email])
        assert cursor.fetchone()[0] == mailbox(email)
