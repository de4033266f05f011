"""The marks on the axes of a chart: where they stand and what they say."""

from dataclasses import dataclass

from atomicpay.ui.money import currency_exponent, format_amount


@dataclass(frozen=True)
class Tick:
    """A mark on an axis, at its place in the plot."""

    label: str
    at: str


def rules_at(up: int, down: int, base: float, scale: float, currency: str) -> tuple[Tick, ...]:
    """The base line, and two or three others at round amounts."""
    step = 1
    while (up + down) // step > 3:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    heights = range(-(down // step) * step, up + 1, step)
    return tuple(Tick(_short(height, currency), f"{base - height * scale:.1f}") for height in heights)


def _short(minor: int, currency: str) -> str:
    """An axis label: decimals only where the amount has any."""
    exponent = currency_exponent(currency)
    text = format_amount(abs(minor), currency)
    text = text if exponent == 0 or minor % 10**exponent else text[: -exponent - 1]
    return f"\N{MINUS SIGN}{text}" if minor < 0 else text
