"""Evidence in words: what speaks for one person and what against, the strongest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from atomicpay.ui.masks import mask_document

from .matching.levels import Level
from .matching.parts import Part

KINDS: Final[dict[str, str | Promise]] = {
    "name": _("Name"),
    "email": _("Email"),
    "phone": _("Phone"),
    "document": _("Document"),
    "street": _("Street"),
    "postcode": _("Postal code"),
    "city": _("City"),
}
"""Kinds of evidence by which the queue is filtered."""

_RARE: Final = 12
"""Bits from which a name that both have is called rare."""

_WORDS: Final[dict[Level, str | Promise]] = {
    Level.NAME_SAME: _("Same name"),
    Level.NAME_CONTAINED: _("One name is contained in the other"),
    Level.NAME_NEAR: _("Names differ by a few letters"),
    Level.NAME_PART: _("Same first name, and a surname in common"),
    Level.NAME_INITIAL: _("Same surname, and the same initial"),
    Level.NAME_GIVEN: _("Same first name, nothing else known of the name"),
    Level.NAME_OTHER_FAMILY: _("Same first name, another surname"),
    Level.NAME_FAMILY: _("Same surname, another first name: maybe family"),
    Level.NAME_DIFFERENT: _("Different names"),
    Level.SUFFIX_DIFFERENT: _("One is Filho, Junior or the like, the other is not"),
    Level.EMAIL_SAME: _("Same mailbox"),
    Level.EMAIL_LOCAL: _("Same email before the @, at another domain"),
    Level.EMAIL_SLIP: _("Emails differ by one letter"),
    Level.EMAIL_BASE: _("Emails are alike"),
    Level.EMAIL_DOMAIN: _("Same domain of its own"),
    Level.EMAIL_DIFFERENT: _("Different emails"),
    Level.PHONE_SAME: _("Same phone"),
    Level.PHONE_NEAR: _("Phones differ by one digit or by the area code"),
    Level.PHONE_DIFFERENT: _("Different phones"),
    Level.DOCUMENT_SAME: _("Same document"),
    Level.DOCUMENT_NEAR: _("Documents differ by one digit"),
    Level.DOCUMENT_DIFFERENT: _("Different valid documents"),
    Level.DOCUMENT_UNLIKE: _("Different documents"),
    Level.STREET_SAME: _("Same street and number"),
    Level.STREET_NEAR: _("Streets are nearly the same"),
    Level.STREET_DIFFERENT: _("Different streets"),
    Level.POSTCODE_SAME: _("Same postal code"),
    Level.POSTCODE_NEAR: _("Postal codes differ by one digit"),
    Level.POSTCODE_DIFFERENT: _("Different postal codes"),
    Level.CITY_SAME: _("Same city"),
    Level.CITY_DIFFERENT: _("Different cities"),
}
_WITHOUT_VALUES: Final = frozenset({"name", "suffix", "city"})


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of evidence: `tone` is ok for what speaks for one person, warn for what speaks against."""

    tone: str
    words: str
    side: str


def evidence_lines(
    evidence: Iterable[tuple[str, float]], parts: Mapping[str, Part] | None = None
) -> list[Line]:
    """Evidence as it is kept, with the values it is about where `parts` has them."""
    return [_line(Level(level), bits, (parts or {}).get(level)) for level, bits in evidence]


def _line(level: Level, bits: float, part: Part | None) -> Line:
    is_rare = level == Level.NAME_SAME and bits >= _RARE
    words = gettext("Same rare name") if is_rare else str(_WORDS[level])
    values = _values(level, part) if part else ""
    side = gettext("speaks for it") if bits > 0 else gettext("speaks against it")
    return Line("ok" if bits > 0 else "warn", f"{words}: {values}" if values else words, side)


def _values(level: Level, part: Part) -> str:
    """The values of both, or the one that both have; documents masked."""
    if level.kind in _WITHOUT_VALUES or not part.one:
        return ""
    shown = dict.fromkeys(_shown(level.kind, value) for value in (part.one, part.other))
    return " / ".join(shown)


def _shown(kind: str, value: str) -> str:
    if kind == "document":
        return mask_document(value.rpartition(":")[2])
    return f"+{value}" if kind == "phone" else value
