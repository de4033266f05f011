"""The picture of money by month is drawn from exact figures and hides no month."""

from datetime import date

from django.utils import translation

from atomicpay.ui.charts import BASE, MonthFigures, Tick, month_bars


def test_month_bars_of_nothing_is_nothing() -> None:
    assert month_bars([], "BRL") is None


def test_month_bars_fills_the_months_between() -> None:
    chart = month_bars([MonthFigures(date(2025, 11, 1), 100), MonthFigures(date(2026, 2, 1), 200)], "BRL")
    assert chart is not None
    assert [column.month for column in chart.columns] == ["Nov 2025", "Dec 2025", "Jan 2026", "Feb 2026"]
    assert [len(column.bars) for column in chart.columns] == [1, 0, 0, 1]
    assert chart.years == (Tick("2025", "0.00%"), Tick("2026", "50.00%"))
    assert chart.highest is chart.columns[3]


def test_month_bars_stack_what_was_refunded_and_disputed_on_what_stayed() -> None:
    chart = month_bars([MonthFigures(date(2026, 9, 1), net=5000, refunded=2500, disputed=2500)], "BRL")
    assert chart is not None
    bars = chart.columns[0].bars
    assert [(bar.kind, bar.y, bar.height) for bar in bars] == [
        ("net", f"{BASE / 2:.1f}", f"{BASE / 2:.1f}"),
        ("refunded", f"{BASE / 4:.1f}", f"{BASE / 4:.1f}"),
        ("disputed", "0.0", f"{BASE / 4:.1f}"),
    ]


def test_month_bars_say_their_figures_in_the_readers_language() -> None:
    with translation.override("pt-br"):
        chart = month_bars([MonthFigures(date(2026, 9, 1), net=128600, refunded=0, disputed=119700)], "BRL")
    assert chart is not None
    column = chart.columns[0]
    assert (column.month, column.net, column.refunded, column.disputed) == (
        "set. 2026",
        "R$\u00a01.286,00",
        "",
        "R$\u00a01.197,00",
    )
    assert [rule.label for rule in chart.rules] == ["0", "1.000", "2.000"]


def test_month_bars_draw_the_smallest_amount_and_no_negative_one() -> None:
    months = [
        MonthFigures(date(2026, 1, 1), 1),
        MonthFigures(date(2026, 2, 1), 10**9),
        MonthFigures(date(2026, 3, 1), -5),
    ]
    chart = month_bars(months, "JPY")
    assert chart is not None
    assert [[bar.height for bar in column.bars] for column in chart.columns] == [["1.0"], ["112.0"], []]
    assert chart.columns[2].net == "-JP¥\u00a05"


def test_month_bars_have_lines_at_round_amounts_whatever_their_height() -> None:
    def labels(net: int) -> list[str]:
        chart = month_bars([MonthFigures(date(2026, 1, 1), net)], "JPY")
        assert chart is not None
        return [rule.label for rule in chart.rules]

    assert labels(3) == ["0", "1", "2", "3"]
    assert labels(47) == ["0", "20", "40"]
    assert labels(99) == ["0", "50"]
    assert labels(10_000) == ["0", "5,000", "10,000"]


def test_month_bars_of_one_month_are_no_wall() -> None:
    chart = month_bars([MonthFigures(date(2026, 1, 1), 100)], "BRL")
    assert chart is not None
    assert [(bar.x, bar.width) for bar in chart.columns[0].bars] == [("47.00%", "6.00%")]


def test_month_bars_say_a_month_in_words_that_are_escaped() -> None:
    chart = month_bars([MonthFigures(date(2026, 9, 1), net=-5, refunded=8900, disputed=100)], "BRL")
    assert chart is not None
    words = "Sep 2026: net -R$\u00a00.05, refunded R$\u00a089.00, disputed R$\u00a01.00"
    assert chart.columns[0].words == words
    assert f"<title>{words}</title>" in chart.pictures
    assert '<th scope="row">Sep 2026</th><td>-R$\u00a00.05</td>' in chart.table_rows
