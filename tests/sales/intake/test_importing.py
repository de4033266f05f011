"""What a file does to the books: new, changed, unchanged and refused rows, and importing again (T51, T52)."""

from pathlib import Path

import pytest
from django.db import connection

from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Workspace
from customers.models import Customer
from sales.intake import importing
from sales.intake.errors import AnotherImportIsRunning, NothingToRun
from sales.intake.importing import run_import
from sales.intake.reasons import Reason
from sales.models import CustomerSpend, ImportRun, ImportState, Payment, Sale, SaleEvent
from tests.assertions import hash_of_workspace
from tests.factories import NOON

from .conftest import HEADING, Importer, counts, order, problems, sales_mapping

FORMULA = '"=HYPERLINK(""http://x"",""y"")"'


def test_sale_is_written_with_its_event_payment_product_and_totals(import_lines: Importer) -> None:
    run = import_lines(order())
    assert (run.state, counts(run)) == (ImportState.DONE, {"new": 1})
    sale = Sale.objects.get()
    assert (sale.external_id, sale.reference, sale.provider, sale.status) == ("A1", "A1", "shop", "approved")
    assert (sale.amount_charged, sale.currency, sale.ordered_at) == (9700, "BRL", NOON)
    assert (sale.buyer_name, sale.source_status) == ("Antônia Figueirêdo", "Paid")
    assert (sale.product.external_id, sale.product.name) == ("course", "course")
    event = SaleEvent.objects.get()
    assert (event.from_status, event.to_status, event.occurred_at, event.is_illegal) == (
        "",
        "approved",
        NOON,
        False,
    )
    payment = Payment.objects.get()
    assert (payment.method, payment.status, payment.amount, payment.paid_at) == ("pix", "paid", 9700, NOON)
    spend = CustomerSpend.objects.get()
    assert (spend.gross, spend.net, spend.paid_sales) == (9700, 9700, 1)


def test_sale_that_was_never_paid_has_no_payment(import_lines: Importer) -> None:
    import_lines(order(Status="Refused"))
    assert (Sale.objects.get().method, Payment.objects.count()) == ("pix", 0)
    assert CustomerSpend.objects.count() == 0


def test_known_product_is_used(import_lines: Importer) -> None:
    import_lines(order("A1"), order("A2", Product="ebook"))
    import_lines(order("A3"))
    assert Product.objects.count() == 2


def test_importing_a_file_twice_changes_nothing(import_lines: Importer, in_aurora: Workspace) -> None:
    lines = [
        order("A1"),
        order("A2", Status="Refunded", Document="529.982.247-25"),
        order("A3", Status="Chargeback", Buyer="77", Phone="+5511987654321"),
        order("A4", Status="Nonsense"),
    ]
    first = import_lines(*lines)
    assert counts(first) == {"new": 3, "refused": 1}
    ImportRun.objects.all().delete()
    before = hash_of_workspace(in_aurora.pk)
    again = import_lines(*lines)
    assert counts(again) == {"unchanged": 3, "refused": 1}
    ImportRun.objects.all().delete()
    after = hash_of_workspace(in_aurora.pk)
    # Asking for an import is an audit entry of its own.
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry WHERE workspace_id = %s", [in_aurora.pk])
        assert cursor.fetchone()[0] == 2
    assert before != after
    assert Sale.objects.count() == 3


def test_every_bad_row_is_reported_and_the_good_ones_are_written(import_lines: Importer) -> None:
    run = import_lines(
        order("A1"),
        order("A2", Amount="1.234", Currency="XXZ", Status="Nonsense"),
        order("", Amount="", Email="nobody"),
        order("A4", Amount="-5.00"),
        order("A5", Date="02/03/2026"),
        "A6,too,few",
        order("A7", Document="529.982.247-24", Email="", Method="Barter"),
        order("A8", Amount='"10,000.5"'),
        '"A9"x',
        order("A10"),
    )
    assert counts(run) == {"new": 3, "refused": 7}
    assert problems(run) == [
        (3, "Currency", "XXZ", Reason.NOT_A_CURRENCY),
        (3, "Status", "Nonsense", Reason.UNKNOWN_WORD),
        (4, "Order", "", Reason.EMPTY),
        (4, "Email", "nobody", Reason.NOT_AN_EMAIL),
        (4, "Amount", "", Reason.EMPTY),
        (5, "Amount", "-5.00", Reason.NEGATIVE_AMOUNT),
        (6, "Date", "02/03/2026", Reason.NOT_A_DATE),
        (7, "", "", Reason.WRONG_CELLS),
        (8, "Method", "Barter", Reason.UNKNOWN_WORD),
        (10, "", "", Reason.BROKEN_QUOTES),
    ]


def test_amount_that_can_be_read_in_two_ways_is_refused_where_the_form_does_not_decide(
    import_lines: Importer,
) -> None:
    run = import_lines(
        order("A1", Amount="1.234"),
        order("A2", Amount='"1,234"'),
        order("A3", Amount='"1.234,50"'),
        mapping=sales_mapping(amount={"column": "Amount"}),
    )
    assert problems(run) == [
        (2, "Amount", "1.234", Reason.AMBIGUOUS_AMOUNT),
        (3, "Amount", "1,234", Reason.AMBIGUOUS_AMOUNT),
    ]
    assert Sale.objects.get().amount_charged == 123450


def test_currencies_keep_their_own_decimals(import_lines: Importer) -> None:
    import_lines(
        order("A1", Currency="JPY", Amount="500"),
        order("A2", Currency="KWD", Amount="1.250"),
        order("A3", Currency="brl", Amount="1.25"),
    )
    spend = dict(CustomerSpend.objects.values_list("currency", "net"))
    assert spend == {"JPY": 500, "KWD": 1250, "BRL": 125}


def test_document_in_the_report_is_masked(import_lines: Importer) -> None:
    run = import_lines(
        order(Document="529.982.247-25"),
        mapping=sales_mapping(phone={"column": "Phone"}, card_last4={"column": "Document"}),
    )
    assert problems(run) == [(2, "Document", "•" * 14, Reason.NOT_FOUR_DIGITS)]


def test_nothing_is_written_when_a_row_is_bad_and_it_was_to_be_all_or_nothing(import_lines: Importer) -> None:
    run = import_lines(order("A1"), order("A2", Amount="x"), is_all_or_nothing=True)
    assert (run.state, counts(run)) == (ImportState.REFUSED, {"refused": 1})
    assert problems(run) == [(3, "Amount", "x", Reason.NOT_AN_AMOUNT)]
    assert (Sale.objects.count(), Customer.objects.count(), Product.objects.count()) == (0, 0, 0)


def test_all_or_nothing_writes_all_when_every_row_is_good(import_lines: Importer) -> None:
    run = import_lines(order("A1"), order("A2"), is_all_or_nothing=True)
    assert (run.state, counts(run)) == (ImportState.DONE, {"new": 2})


def test_text_is_stored_as_it_came(import_lines: Importer) -> None:
    import_lines(
        order("A1", Name=FORMULA),
        order("A2", Name='"\'=1+1"', Email="b@correio.example"),
        order("A3", Name='"\t-tab\nand\\N line \x1d"', Email="c@correio.example"),
    )
    names = Sale.objects.order_by("external_id").values_list("buyer_name", flat=True)
    assert list(names) == ['=HYPERLINK("http://x","y")', "'=1+1", "\t-tab\nand\\N line \x1d"]


def test_cells_of_our_own_files_get_their_text_back(import_lines: Importer) -> None:
    import_lines(
        order("A1", Name="'=1+1"),
        order("A2", Name="''=1+1", Email="b@correio.example"),
        order("A3", Name="'twas", Email="c@correio.example"),
        mapping=sales_mapping(written_by_us=True),
    )
    names = Sale.objects.order_by("external_id").values_list("buyer_name", flat=True)
    assert list(names) == ["=1+1", "'=1+1", "'twas"]


def test_file_and_line_tell_equal_rows_apart_and_find_them_again(import_lines: Importer) -> None:
    mapping = sales_mapping(identity="file and line")
    assert counts(import_lines(order(), order(), mapping=mapping)) == {"new": 2}
    assert counts(import_lines(order(), order(), mapping=mapping)) == {"unchanged": 2}
    assert counts(import_lines(order(), order(), order(), mapping=mapping)) == {"new": 3}


def test_identity_of_two_columns_is_not_mistaken_for_another(import_lines: Importer) -> None:
    mapping = sales_mapping(identity={"columns": ["Order", "Buyer"]})
    run = import_lines(order("a|", Buyer="b"), order("a", Buyer="|b"), mapping=mapping)
    assert counts(run) == {"new": 2}


def test_row_that_stands_twice_in_the_file_counts_once(import_lines: Importer) -> None:
    run = import_lines(order(), order("A2"), order())
    assert counts(run) == {"new": 2, "unchanged": 1}


def test_identity_with_two_stories_is_refused(import_lines: Importer) -> None:
    run = import_lines(order(), order(Amount="98.00"))
    assert counts(run) == {"new": 1, "refused": 1}
    assert problems(run) == [(3, "", "A1", Reason.TWICE_IN_FILE)]
    assert Sale.objects.get().amount_charged == 9700


def test_rows_that_the_mapping_ignores_are_counted(import_lines: Importer) -> None:
    run = import_lines(
        order(),
        order("Totals", Amount="x"),
        mapping=sales_mapping(ignore={"column": "Order", "is": ["Totals"]}),
    )
    assert counts(run) == {"new": 1, "ignored": 1}


def test_constants_stand_for_columns_that_the_file_lacks(import_lines: Importer) -> None:
    mapping = sales_mapping(
        status={"constant": "completed"}, currency={"constant": "USD"}, product={"constant": "Gift card"},
        method={"constant": "wallet"}, country={"constant": "PT"}, is_test={"constant": "yes"},
    )  # fmt: skip
    import_lines(order(), mapping=mapping)
    sale = Sale.objects.get()
    assert (sale.status, sale.currency, sale.product.name, sale.method) == (
        "completed",
        "USD",
        "Gift card",
        "wallet",
    )
    assert (sale.customer.country, sale.is_test, CustomerSpend.objects.count()) == ("PT", True, 0)


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (HEADING + "\n", "only_heading"),
        ("", "empty"),
        ("Order,Buyer\n1,2\n", "column_missing"),
        (HEADING + ",Amount\n" + order() + ",1\n", "column_twice"),
        (b"PK\x03\x04", "workbook"),
    ],
)
def test_file_that_cannot_be_imported_says_why(
    import_lines: Importer, content: str | bytes, failure: str
) -> None:
    run = import_lines(content=content)
    assert (run.state, run.failure) == (ImportState.FAILED, failure)
    assert run.finished_at is not None


def test_column_that_stands_more_than_once_is_chosen_by_its_number(import_lines: Importer) -> None:
    content = f"{HEADING},amount\n{order()},55.00\n"
    mapping = sales_mapping(amount={"column": "Amount", "occurrence": 2, "decimal_mark": "."})
    import_lines(content=content, mapping=mapping)
    assert Sale.objects.get().amount_charged == 5500


def test_file_that_changed_since_it_was_looked_at_is_refused(
    in_aurora: Workspace, import_lines: Importer, tmp_path: Path
) -> None:
    run = import_lines(order())
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.QUEUED)
    (tmp_path / "orders.csv").write_text(f"{HEADING}\n{order(Amount='1.00')}\n")
    run_import(workspace_id=in_aurora.pk, run_id=run.pk, path=tmp_path / "orders.csv")
    run.refresh_from_db()
    assert (run.state, run.failure) == (ImportState.FAILED, "changed")
    assert Sale.objects.get().amount_charged == 9700


def test_failure_in_the_middle_keeps_what_was_written_and_can_be_run_again(
    in_aurora: Workspace, import_lines: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_FIRST_CHUNKS", (2, 2, 2))
    write_events, calls = importing.write_events, []

    def fail_at_the_second(*args: object) -> int:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("power cut")
        return write_events(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "write_events", fail_at_the_second)
    lines = [order(f"A{n}", Email=f"{n}@correio.example") for n in range(5)]
    with pytest.raises(RuntimeError):
        import_lines(*lines)
    run = ImportRun.objects.get()
    assert (run.state, run.failure, run.rows_done, Sale.objects.count()) == ("failed", "unexpected", 2, 2)
    ImportRun.objects.update(state=ImportState.QUEUED, failure="")
    run_import(workspace_id=in_aurora.pk, run_id=run.pk, path=tmp_path / "orders.csv")
    run.refresh_from_db()
    assert (run.state, counts(run), run.attempt) == (ImportState.DONE, {"new": 3, "unchanged": 2}, 2)


def test_run_that_is_done_is_not_done_again(in_aurora: Workspace, import_lines: Importer) -> None:
    run = import_lines(order())
    with pytest.raises(NothingToRun):
        run_import(workspace_id=in_aurora.pk, run_id=run.pk)


def test_two_imports_of_a_workspace_do_not_run_at_once(
    in_aurora: Workspace, import_lines: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('sales.import', %s))", [in_aurora.pk])
        with pytest.raises(AnotherImportIsRunning):
            import_lines(order())
    finally:
        other.close()
    assert ImportRun.objects.get().state == ImportState.QUEUED
    assert Sale.objects.count() == 0
