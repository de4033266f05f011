"""The picture of money by month is drawn from exact figures and hides no month."""

from datetime import date

import pytest
from django.utils import translation

from atomicpay.ui.axes import Tick
from atomicpay.ui.charts import PLOT, BarChart, month_bars
from atomicpay.ui.month_figures import MonthFigures
from atomicpay.ui.months import Months, month_after


def chart_of(*figures: MonthFigures, currency: str = "BRL") -> BarChart:
    chart = month_bars(figures, currency)
    assert chart is not None
    return chart


def months_from(first: date, number: int) -> list[MonthFigures]:
    """A hundred reais every month."""
    figures = []
    for _ in range(number):
        figures.append(MonthFigures(first, 10000))
        first = month_after(first)
    return figures


def test_month_bars_of_nothing_is_nothing() -> None:
    assert month_bars([], "BRL") is None


def test_month_bars_fills_the_months_between() -> None:
    chart = chart_of(MonthFigures(date(2025, 11, 1), 100), MonthFigures(date(2026, 2, 1), 200))
    assert [column.label for column in chart.columns] == ["Nov 2025", "Dec 2025", "Jan 2026", "Feb 2026"]
    assert [len(column.bars) for column in chart.columns] == [1, 0, 0, 1]
    assert chart.years == (Tick("2025", "0.00%"), Tick("2026", "16.67%"))
    assert chart.highest is chart.columns[3]
    assert ">Dec 2025 to Jan 2026: nothing</th></tr>" in chart.table_rows


def test_month_bars_draw_what_went_back_below_the_line() -> None:
    chart = chart_of(MonthFigures(date(2026, 9, 1), gross=10000, refunded=2500, disputed=2500))
    base = PLOT * 2 / 3
    assert chart.base == f"{base:.1f}"
    assert [(bar.kind, bar.y, bar.height) for bar in chart.columns[0].bars] == [
        ("gross", "0.0", f"{base:.1f}"),
        ("refunded", f"{base:.1f}", f"{base / 4:.1f}"),
        ("disputed", f"{base * 5 / 4:.1f}", f"{base / 4:.1f}"),
    ]
    assert [rule.label for rule in chart.rules] == ["\N{MINUS SIGN}50", "0", "50", "100"]
    assert f'<line class="base" x1="0" x2="100%" y1="{base:.1f}" y2="{base:.1f}"/>' in chart.plot


def test_month_bars_say_their_figures_in_the_readers_language() -> None:
    with translation.override("pt-br"):
        chart = chart_of(MonthFigures(date(2026, 9, 1), gross=248300, disputed=119700))
        rows, rules = chart.table_rows, [rule.label for rule in chart.rules]
    assert "<td>2.483,00</td><td></td><td>1.197,00</td><td>1.286,00</td>" in rows
    assert rules == ["\N{MINUS SIGN}1.000", "0", "1.000", "2.000"]


def test_month_bars_draw_the_smallest_amount_and_add_up_below_zero() -> None:
    months = [
        MonthFigures(date(2026, 1, 1), 1),
        MonthFigures(date(2026, 2, 1), 10**9),
        MonthFigures(date(2026, 3, 1), 0, refunded=5),
    ]
    chart = chart_of(*months, currency="JPY")
    assert [[bar.height for bar in column.bars] for column in chart.columns] == [["1.0"], ["112.0"], ["1.0"]]
    assert "<td></td><td>5</td><td></td><td>-5</td>" in chart.table_rows


def test_month_bars_have_lines_at_round_amounts_whatever_their_height() -> None:
    def labels(gross: int) -> list[str]:
        return [rule.label for rule in chart_of(MonthFigures(date(2026, 1, 1), gross), currency="JPY").rules]

    assert labels(0) == ["0"]
    assert labels(3) == ["0", "1", "2", "3"]
    assert labels(47) == ["0", "20", "40"]
    assert labels(99) == ["0", "50"]
    assert labels(10_000) == ["0", "5,000", "10,000"]


def test_month_bars_of_one_month_are_no_wall() -> None:
    chart = chart_of(MonthFigures(date(2026, 1, 1), 100))
    assert [(bar.x, bar.width) for bar in chart.columns[0].bars] == [("1.17%", "6.00%")]


def test_month_bars_of_few_months_stand_at_the_left_under_their_year() -> None:
    one = chart_of(MonthFigures(date(2025, 8, 1), 100))
    assert one.years == (Tick("2025", "0.00%"),)
    few = chart_of(*months_from(date(2025, 8, 1), 4))
    assert [bar.x for column in few.columns for bar in column.bars] == ["1.17%", "9.50%", "17.83%", "26.17%"]


def test_month_bars_name_no_year_so_near_the_next_that_they_touch() -> None:
    assert chart_of(*months_from(date(2024, 12, 1), 14)).years[0] == Tick("2025", "7.14%")
    whole = chart_of(*months_from(date(2024, 1, 1), 24)).years
    assert [year.label for year in whole] == ["2024", "2025"]


def test_month_bars_explain_only_the_kinds_that_are_there() -> None:
    assert "Gross" in chart_of(MonthFigures(date(2026, 1, 1), 100)).key
    assert "Refunded" not in chart_of(MonthFigures(date(2026, 1, 1), 100)).key
    both = chart_of(MonthFigures(date(2026, 1, 1), 100, disputed=50)).key
    assert "Disputed" in both
    assert "Refunded" not in both


def test_month_bars_say_a_month_in_words_that_are_escaped() -> None:
    chart = chart_of(MonthFigures(date(2026, 9, 1), gross=8995, refunded=8900, disputed=100))
    amounts = ("R$\u00a089.95", "R$\u00a089.00", "R$\u00a01.00", "-R$\u00a00.05")
    words = "Sep 2026: gross {}, refunded {}, disputed {}, net {}".format(*amounts)
    assert f"<title>{words}</title>" in chart.plot


@pytest.mark.parametrize(
    ("number", "title", "columns"),
    [
        (60, "Spend by month, BRL", 60),
        (61, "Spend by quarter, BRL", 21),
        (180, "Spend by quarter, BRL", 60),
        (181, "Spend by year, BRL", 16),
        (600, "Spend by year, BRL", 50),
    ],
)
def test_month_bars_of_a_long_history_stay_small_and_add_up(number: int, title: str, columns: int) -> None:
    chart = chart_of(*months_from(date(1977, 1, 1), number))
    assert (chart.title, len(chart.columns)) == (title, columns)
    assert sum(column.figures.gross for column in chart.columns) == 10000 * number
    assert len(chart.years) <= 7
    assert len(chart.plot) + len(chart.table_rows) < 15_000


def test_month_bars_lead_from_each_column_to_its_months() -> None:
    chart = month_bars(months_from(date(2016, 2, 1), 120), "BRL", lambda months: f"/rows/?{months.query}")
    assert chart is not None
    assert chart.columns[0].months == Months(date(2016, 1, 1), date(2016, 3, 1))
    first = '<a href="/rows/?from=2016-01&amp;to=2016-03">Jan 2016 to Mar 2016</a>'
    assert f'<tr><th scope="row">{first}</th>' in chart.table_rows
