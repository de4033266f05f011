"""What stands at the end of a packet: when and by which role, what is in it, what was left out, its hash."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext, ngettext

from atomicpay.ui.moments import format_day, format_moment, zone_words
from atomicpay.ui.money import format_money
from atomicpay.workspaces.models import Membership
from customers.as_of.numbers import figures_of

from .choice import NEEDS, Choice, Part
from .queries import Material
from .sections import Section

_GROUP = 8


@dataclass(frozen=True, slots=True)
class Receipt:
    """The last section, in words; `sha256` is over the text of all others."""

    made: str
    made_utc: str
    role: str
    purpose: str
    shown: str
    about: list[str]
    included: list[tuple[str, str]]
    left_out: list[tuple[str, str]]
    sums: list[tuple[str, str]]
    sha256: str

    @property
    def hash_in_groups(self) -> str:
        """Readable, in groups."""
        return " ".join(self.sha256[at : at + _GROUP] for at in range(0, len(self.sha256), _GROUP))


def receipt_of(
    sections: list[Section],
    choice: Choice,
    material: Material,
    member: Membership,
    product: str,
    now: datetime,
) -> Receipt:
    """The receipt of these sections; `product` is the name of the one product it is about, "" for all."""
    text = "\n\n".join(section.text for section in sections)
    return Receipt(
        made=f"{format_moment(now)} ({zone_words(now)})",
        made_utc=f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        role=str(member.get_role_display()),
        purpose=str(choice.purpose.label),
        shown=gettext("Documents, emails and phones in full, as chosen by somebody who may see them.")
        if choice.is_full
        else gettext("Documents, emails and phones masked."),
        about=list(_about(choice, product)),
        included=[(section.title, _rows(len(section.rows), section.left)) for section in sections],
        left_out=list(_left_out(choice, material, member)),
        sums=list(_sums(material)) if choice.has(Part.NUMBERS) else [],
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _rows(listed: int, left: int) -> str:
    words = ngettext("%(number)d row", "%(number)d rows", listed) % {"number": listed}
    if not left:
        return words
    more = ngettext("%(number)d older one counted only", "%(number)d older ones counted only", left)
    return f"{words}, {more % {'number': left}}"


def _about(choice: Choice, product: str) -> Iterator[str]:
    if choice.start:
        yield gettext("From %(day)s") % {"day": format_day(choice.start)}
    if choice.end:
        yield gettext("Before %(day)s") % {"day": format_day(choice.end)}
    if choice.product:
        yield gettext("Only about %(product)s") % {"product": product}
    if choice.sale:
        yield gettext("Only about the sale %(reference)s") % {"reference": choice.sale}


def _left_out(choice: Choice, material: Material, member: Membership) -> Iterator[tuple[str, str]]:
    """Every part that is not in it, with how much there is of it, and notes that were not marked."""
    for part in Part:
        number = _number(part, material)
        if choice.has(part):
            if part == Part.NOTES and number > len(material.notes):
                yield str(part.label), _not_marked(number - len(material.notes))
        elif part in NEEDS and not member.may(NEEDS[part]):
            yield str(part.label), gettext("Not for this role")
        elif part in material.counts or part in (Part.PURCHASES, Part.MONEY_BACK):
            yield str(part.label), f"{gettext('Not chosen')}, {_rows(number, 0)}"
        else:
            yield str(part.label), gettext("Not chosen")


def _not_marked(number: int) -> str:
    return ngettext("%(number)d not marked", "%(number)d not marked", number) % {"number": number}


def _number(part: Part, material: Material) -> int:
    kinds = {Part.PURCHASES: ("sale", "test sale"), Part.MONEY_BACK: ("refund", "dispute")}.get(part)
    if kinds is None:
        return material.counts.get(part, 0)
    return sum(entry.number for entry in material.entries if entry.kind in kinds)


def _sums(material: Material) -> Iterator[tuple[str, str]]:
    for each in figures_of(material.entries):
        spend, currency = each.spend, each.spend.currency
        words = gettext(
            "charged %(gross)s, refunded %(refunded)s, disputed %(disputed)s, net %(net)s, of %(sales)d paid"
        )
        yield (
            currency,
            words
            % {
                "gross": format_money(spend.gross, currency),
                "refunded": format_money(spend.refunded, currency),
                "disputed": format_money(spend.disputed, currency),
                "net": format_money(spend.net, currency),
                "sales": spend.paid_sales,
            },
        )
