"""Mappings: both that belong to the real files are read, and each mistake is named by its key."""

from pathlib import Path
from typing import Any

import pytest

from sales.intake.errors import CannotReadMapping
from sales.intake.mapping_file import load_mapping, parse_mapping, read_mapping

from .conftest import sales_mapping

MAPPINGS = Path(__file__).resolve().parents[2] / "data" / "mappings"


def test_mappings_of_the_real_files_are_read() -> None:
    assert load_mapping(MAPPINGS / "cdnow.json").is_by_line
    retail = load_mapping(MAPPINGS / "online_retail.json")
    assert (retail.currency, retail.timezone, retail.provider) == ("GBP", "Europe/London", "online_retail")


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"amount": {"column": "Amount", "decimal_mark": "'"}}, "fields.amount.decimal_mark"),
        ({"amount": {"column": "Amount", "unit": "pence"}}, "fields.amount.unit"),
        ({"amount": {"constant": "5"}}, "fields.amount.constant"),
        ({"amount": {"column": "Amount", "mark": "."}}, "fields.amount.mark"),
        ({"amount": {}}, "fields.amount"),
        ({"amount": "Amount"}, "fields.amount"),
        ({"amount": {"column": ""}}, "fields.amount.column"),
        ({"amount": {"column": "Amount", "occurrence": 0}}, "fields.amount.occurrence"),
        ({"ordered_at": {"column": "Date", "format": "%d/%m/%Y"}}, "fields.ordered_at.format"),
        ({"ordered_at": {"column": "Date"}}, "fields.ordered_at.format"),
        ({"ordered_at": {"column": "Date", "format": "iso", "zone": "Brazil"}}, "fields.ordered_at.zone"),
        ({"status": {"column": "Status", "words": {"Paid": "payed"}}}, "fields.status.words.Paid"),
        ({"status": {"constant": "paid"}}, "fields.status.constant"),
        ({"method": {"column": "Method", "otherwise": "cash"}}, "fields.method.otherwise"),
        ({"currency": {"constant": "XYZ"}}, "fields.currency.constant"),
        ({"email": {"constant": "a@b.c"}}, "fields.email.constant"),
        ({"colour": {"column": "Colour"}}, "fields.colour"),
        ({"identity": "line"}, "identity"),
        ({"identity": {"columns": []}}, "identity.columns"),
        ({"refunds": {"column": "Status", "is": []}}, "refunds.is"),
        ({"refunds": {"column": "Status", "is": ["x"], "sale": 5}}, "refunds.sale.column"),
        ({"file": {"separator": "|"}}, "file.separator"),
        ({"file": {"encoding": "ebcdic"}}, "file.encoding"),
        ({"written_by_us": "yes"}, "written_by_us"),
    ],
)
def test_mistake_in_a_mapping_is_named_by_its_key(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(CannotReadMapping) as refused:
        read_mapping(sales_mapping(**changes))
    assert refused.value.where == where


@pytest.mark.parametrize("field", ["ordered_at", "status", "currency", "amount", "product"])
def test_field_that_every_sale_needs_is_missed(field: str) -> None:
    mapping = sales_mapping()
    del mapping["fields"][field]
    with pytest.raises(CannotReadMapping, match=field):
        read_mapping(mapping)


def test_mapping_must_say_who_the_buyer_is() -> None:
    mapping = sales_mapping()
    for field in ("customer_id", "email", "document"):
        del mapping["fields"][field]
    with pytest.raises(CannotReadMapping, match="customer_id, document, email"):
        read_mapping(mapping)


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "{", "[" * 100_000, "null"])
def test_text_that_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(CannotReadMapping):
        parse_mapping(text)


def test_column_is_found_by_any_of_its_names() -> None:
    mapping = read_mapping(sales_mapping(name={"column": ["Created (UTC)", "Created date (UTC)"]}))
    column = mapping.fields["name"].column
    assert column is not None
    assert column.names == ("Created (UTC)", "Created date (UTC)")
