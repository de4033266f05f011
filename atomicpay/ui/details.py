"""What the page of one record is made of: labels with values, and steps in the order they were taken."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Line:
    """A label and its value, with fainter words under it and where it leads; see templates/ui/lines.html.

    A long value is wide: it stands under its label.
    """

    label: str | Promise
    value: str | SafeString
    sub: str | Promise = ""
    url: str = ""
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened, and when; `is_illegal` where the lifecycle knows no such change."""

    at: SafeString
    what: str | SafeString
    sub: str
    is_illegal: bool = False


def known(lines: Iterable[Line]) -> list[Line]:
    """The lines whose value is known."""
    return [line for line in lines if line.value]
