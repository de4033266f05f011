"""Later files: the state of a sale moves by its lifecycle, late news changes nothing, money follows."""

from typing import Any

import pytest

from sales.models import CustomerSpend, Dispute, Payment, Refund, Sale, SaleEvent

from .conftest import HEADING, Importer, counts, order, problems, sales_mapping


def _net() -> tuple[int, int, int, int]:
    spend = CustomerSpend.objects.get()
    return spend.gross, spend.refunded, spend.disputed, spend.net


def _timed(*orders: tuple[str, str], **cells: str) -> str:
    """A file whose rows carry the time of the source: pairs of status and time."""
    lines = [f"{order(Status=status, **cells)},{time}" for status, time in orders]
    return "\n".join((f"{HEADING},Updated", *lines)) + "\n"


TIMED: dict[str, Any] = sales_mapping(updated_at={"column": "Updated", "format": "iso", "zone": "UTC"})


def test_newer_state_updates_the_sale_with_one_event(import_lines: Importer) -> None:
    import_lines(order(Status="Pending"))
    run = import_lines(order(Status="Paid"))
    assert counts(run) == {"changed": 1}
    events = SaleEvent.objects.order_by("pk").values_list("from_status", "to_status", "is_illegal")
    assert list(events) == [("", "pending", False), ("pending", "approved", False)]
    assert (Sale.objects.get().status, Payment.objects.get().status) == ("approved", "paid")


def test_jump_that_the_lifecycle_does_not_know_is_accepted_and_marked(import_lines: Importer) -> None:
    import_lines(order(Status="Complete"))
    import_lines(order(Status="Refused"))
    event = SaleEvent.objects.latest("pk")
    assert (event.from_status, event.to_status, event.is_illegal) == ("completed", "declined", True)
    assert Sale.objects.get().status == "declined"


def test_older_news_never_moves_a_status_back_and_takes_its_place_in_the_history(
    import_lines: Importer,
) -> None:
    import_lines(content=_timed(("Complete", "2026-03-20")), mapping=TIMED)
    late = _timed(("Paid", "2026-03-03"), Amount="1.00")
    assert counts(import_lines(content=late, mapping=TIMED)) == {"changed": 1}
    sale = Sale.objects.get()
    assert (sale.status, sale.amount_charged) == ("completed", 9700)
    events = SaleEvent.objects.order_by("occurred_at").values_list("to_status", flat=True)
    assert list(events) == ["approved", "completed"]
    assert counts(import_lines(content=late, mapping=TIMED)) == {"unchanged": 1}
    assert SaleEvent.objects.count() == 2


def test_states_of_one_sale_in_one_file_are_taken_in_the_order_of_their_times(import_lines: Importer) -> None:
    content = _timed(("Refunded", "2026-03-09"), ("Pending", "2026-03-02"), ("Paid", "2026-03-03"))
    run = import_lines(content=content, mapping=TIMED)
    assert counts(run) == {"new": 1, "changed": 2}
    events = SaleEvent.objects.order_by("pk").values_list("from_status", "to_status", "is_illegal")
    assert list(events) == [
        ("", "pending", False),
        ("pending", "approved", False),
        ("approved", "refunded", False),
    ]
    assert _net() == (9700, 9700, 0, 0)
    again = import_lines(content=content, mapping=TIMED)
    assert counts(again) == {"unchanged": 3}
    assert SaleEvent.objects.count() == 3


def test_two_states_at_one_time_are_refused(import_lines: Importer) -> None:
    run = import_lines(content=_timed(("Paid", "2026-03-03"), ("Refunded", "2026-03-03")), mapping=TIMED)
    assert counts(run) == {"new": 1, "refused": 1}
    assert [problem[0] for problem in problems(run)] == [3]


def test_empty_cell_takes_nothing_away(import_lines: Importer) -> None:
    import_lines(order(Phone="+5511987654321"))
    run = import_lines(order(Name="", Method=""))
    assert counts(run) == {"unchanged": 1}
    assert Sale.objects.get().buyer_name == "Antônia Figueirêdo"


@pytest.mark.parametrize(
    ("states", "net"),
    [
        (["Paid"], (9700, 0, 0, 9700)),
        (["Refunded"], (9700, 9700, 0, 0)),
        (["Disputed"], (9700, 0, 9700, 0)),
        (["Chargeback"], (9700, 0, 9700, 0)),
        (["Paid", "Refunded"], (9700, 9700, 0, 0)),
        (["Refunded", "Paid"], (9700, 0, 0, 9700)),
        (["Refunded", "Paid", "Refunded"], (9700, 9700, 0, 0)),
        (["Disputed", "Paid"], (9700, 0, 0, 9700)),
        (["Disputed", "Chargeback"], (9700, 0, 9700, 0)),
        (["Chargeback", "Complete"], (9700, 0, 0, 9700)),
        (["Disputed", "Refunded"], (9700, 9700, 0, 0)),
    ],
)
def test_state_writes_the_refund_or_dispute_that_makes_net_right(
    import_lines: Importer, states: list[str], net: tuple[int, int, int, int]
) -> None:
    for state in states:
        import_lines(order(Status=state))
    assert _net() == net
    assert counts(import_lines(order(Status=states[-1]))) == {"unchanged": 1}
    assert _net() == net


def test_dispute_keeps_its_story(import_lines: Importer) -> None:
    import_lines(order(Status="Disputed", Method="Card"))
    import_lines(order(Status="Paid", Method="Card"))
    dispute = Dispute.objects.get()
    assert (dispute.kind, dispute.status) == ("card_chargeback", "won")
    assert dispute.closed_at is not None


REFUND_COLUMN = sales_mapping(refunded={"column": "Refunded", "decimal_mark": "."})


def _with_refunded(*rows: tuple[str, str]) -> str:
    lines = [f"{order(Status=status)},{amount}" for status, amount in rows]
    return "\n".join((f"{HEADING},Refunded", *lines)) + "\n"


@pytest.mark.parametrize(
    ("status", "refunded", "becomes", "net"),
    [
        ("Part refunded", "20.00", "partially_refunded", 7700),
        ("Paid", "20.00", "partially_refunded", 7700),
        ("Paid", "97.00", "refunded", 0),
        ("Paid", "0", "approved", 9700),
        ("Paid", "", "approved", 9700),
        ("Refunded", "", "refunded", 0),
        ("Chargeback", "20.00", "chargeback", 0),
    ],
)
def test_amount_refunded_and_status_agree(
    import_lines: Importer, status: str, refunded: str, becomes: str, net: int
) -> None:
    import_lines(content=_with_refunded((status, refunded)), mapping=REFUND_COLUMN)
    assert (Sale.objects.get().status, _net()[3]) == (becomes, net)


def test_partial_refund_grows(import_lines: Importer) -> None:
    import_lines(content=_with_refunded(("Part refunded", "20.00")), mapping=REFUND_COLUMN)
    import_lines(content=_with_refunded(("Part refunded", "50.00")), mapping=REFUND_COLUMN)
    assert (Refund.objects.get().amount, _net()[3]) == (5000, 4700)


@pytest.mark.parametrize(
    ("status", "refunded", "reason", "column"),
    [
        ("Part refunded", "", "refund_unknown", "Status"),
        ("Paid", "98.00", "more_refunded", "Refunded"),
        ("Paid", "-1.00", "negative_amount", "Refunded"),
    ],
)
def test_refund_that_does_not_fit_its_sale_is_refused(
    import_lines: Importer, status: str, refunded: str, reason: str, column: str
) -> None:
    run = import_lines(content=_with_refunded((status, refunded)), mapping=REFUND_COLUMN)
    assert [(problem[1], problem[3]) for problem in problems(run)] == [(column, reason)]


ROWS_ARE_REFUNDS = sales_mapping(refunds={"column": "Status", "is": ["Return"]})
ROWS_POINT = sales_mapping(refunds={"column": "Status", "is": ["Return"], "sale": "Name"})


def test_refund_row_without_a_pointer_is_the_customers_alone(import_lines: Importer) -> None:
    lines = [order("A1"), order("C2", Status="Return", Amount="-120.00")]
    assert counts(import_lines(*lines, mapping=ROWS_ARE_REFUNDS)) == {"new": 2}
    refund = Refund.objects.get()
    assert (refund.sale_id, refund.amount, refund.status, refund.external_id) == (
        None,
        12000,
        "succeeded",
        "C2",
    )
    assert _net() == (9700, 12000, 0, -2300)
    assert counts(import_lines(*lines, mapping=ROWS_ARE_REFUNDS)) == {"unchanged": 2}
    changed = import_lines(order("C2", Status="Return", Amount="-20.00"), mapping=ROWS_ARE_REFUNDS)
    assert counts(changed) == {"changed": 1}
    assert _net() == (9700, 2000, 0, 7700)


def test_refund_row_finds_the_sale_it_names_in_the_file_and_in_the_books(import_lines: Importer) -> None:
    import_lines(
        order("C1", Name="A1", Status="Return", Amount="10.00", Email="elsewhere@correio.example"),
        order("A1"),
        mapping=ROWS_POINT,
    )
    import_lines(order("C2", Name="A1", Status="Return", Amount="20.00"), mapping=ROWS_POINT)
    sale = Sale.objects.get()
    assert list(Refund.objects.values_list("sale_id", "customer_id").distinct()) == [
        (sale.pk, sale.customer_id)
    ]
    assert _net() == (9700, 3000, 0, 6700)


def test_refund_row_that_names_no_known_sale_is_refused(import_lines: Importer) -> None:
    run = import_lines(order("C1", Name="A9", Status="Return"), mapping=ROWS_POINT)
    assert problems(run) == [(2, "Name", "A9", "sale_not_known")]


@pytest.mark.parametrize("together", [True, False])
def test_refund_that_both_a_row_and_a_state_tell_of_is_counted_once(
    import_lines: Importer, together: bool
) -> None:
    sale = order("A1", Status="Refunded")
    refund = order("C1", Name="A1", Status="Return", Amount="97.00")
    if together:
        import_lines(sale, refund, mapping=ROWS_POINT)
    else:
        import_lines(sale, mapping=ROWS_POINT)
        import_lines(refund, mapping=ROWS_POINT)
    assert _net() == (9700, 9700, 0, 0)
