"""The quick readers of cells agree with the careful ones of customers.contacts."""

from hypothesis import example, given, settings, strategies as st

from customers.contacts import read_document, read_email, read_phone
from sales.intake.cells import BadCell, cell_reader
from sales.intake.mapping import FieldForm

_DIGITS = st.text("0123456789", min_size=9, max_size=14)


@given(_DIGITS | st.from_regex(r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", fullmatch=True))
@example("529.982.247-25")
@example("52998224725")
@example("11111111111")
@example("12ABC34501DE35")
def test_quick_document_is_the_careful_one(text: str) -> None:
    reader = cell_reader("document", FieldForm("document"), required=False)
    document = read_document(text)
    assert document is not None
    is_valid = "t" if document.is_valid else "f"
    assert reader.read(text) == (document.normalised, document.kind, is_valid, document.number)


@given(st.emails() | st.text("ab@. ", max_size=12))
@settings(max_examples=200)
def test_quick_email_is_the_careful_one(text: str) -> None:
    reader = cell_reader("email", FieldForm("email"), required=False)
    email = read_email(text)
    try:
        values = reader.read(text)
    except BadCell:
        assert email is not None
        assert not email.is_valid
    else:
        assert values == ((email.normalised, email.address) if email else ("", ""))


@given(st.from_regex(r"(\+?55 ?)?\(?[1-9][0-9]\)? ?9[0-9]{4}[ -]?[0-9]{4}", fullmatch=True))
@example("+5511987654321")
@example("11 3456-7890")
@example("+351 912 345 678")
def test_quick_phone_is_the_careful_one(text: str) -> None:
    reader = cell_reader("phone", FieldForm("phone", country="BR"), required=False)
    phone = read_phone(text, "BR")
    assert phone is not None
    assert reader.read(text) == (phone.digits, phone.number)
