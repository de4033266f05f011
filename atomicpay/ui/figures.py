"""Numbers that open: drawn by code, because a page of one customer holds dozens of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString

from atomicpay.ui.html import attributes, safe


@dataclass(frozen=True, slots=True)
class Number:
    """A figure in words, and where the rows behind it are; "" for one that leads nowhere."""

    words: str
    url: str = ""

    def __html__(self) -> str:
        words = safe(self.words)
        return f"<a{attributes({'href': self.url})}>{words}</a>" if self.url else words

    def __str__(self) -> str:
        return self.__html__()


@dataclass(frozen=True, slots=True)
class Metric:
    """A number with its label, and fainter ones under it; see .metric in components.css."""

    label: str
    value: Number
    subs: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """A cell of a ledger: a number, and others that say what is in it. One that is nothing is faint."""

    value: Number
    is_zero: bool = False
    subs: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One row: a heading, cells before what is added up, and operands of which the last is the result.

    `labels` are of all its cells: they stand beside them where the table is too narrow for its head.
    """

    heading: str
    before: Sequence[Amount]
    operands: Sequence[Amount]
    labels: Sequence[str]


_OPERATOR: Final = '<td role="cell" class="op">{}</td>'


def draw_metrics(metrics: Iterable[Metric]) -> SafeString:
    """The content of `<dl class="metrics">`."""
    return SafeString("".join(map(_metric, metrics)))


def _metric(metric: Metric) -> str:
    subs = f'<dd class="sub">{", ".join(map(safe, metric.subs))}</dd>' if metric.subs else ""
    return f'<div class="metric"><dt>{safe(metric.label)}</dt><dd>{safe(metric.value)}</dd>{subs}</div>'


def draw_ledger(lines: Iterable[LedgerLine]) -> SafeString:
    """The rows of a ledger in which everything after the first operand is subtracted."""
    return SafeString("".join(map(_line, lines)))


def _line(line: LedgerLine) -> str:
    *cells, result = zip((*line.before, *line.operands), line.labels, strict=True)
    before, operands = cells[: len(line.before)], cells[len(line.before) :]
    heading = f'<th role="rowheader" scope="row" class="main">{safe(line.heading)}</th>'
    subtracted = _OPERATOR.format("−").join(_cell(*each, "") for each in operands)
    equals = f"{_OPERATOR.format('=')}{_cell(*result, 'result lead-figure')}"
    first = "".join(_cell(*each, "") for each in before)
    return f'<tr role="row">{heading}{first}{subtracted}{equals}</tr>'


def _cell(amount: Amount, label: str, css: str) -> str:
    css = " ".join(filter(None, (css, "zero" if amount.is_zero else "")))
    subs = "".join(f'<span class="sub">{safe(sub)}</span>' for sub in amount.subs)
    named = attributes({"role": "cell", "class": css or None, "data-label": label})
    return f"<td{named}>{safe(amount.value)}{subs}</td>"
