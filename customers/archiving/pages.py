"""What an act on a whole customer touches, in words: counted lines, and what is still open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext, ngettext, ngettext_lazy

from atomicpay.ui.details import Line
from atomicpay.ui.money import format_money
from atomicpay.workspaces.models import Membership
from sales.queries import Spend

from .queries import Holdings, OpenMatters

_ABOUT: Final = (
    ("CustomerEmail", ngettext_lazy("%(number)d email", "%(number)d emails", "number")),
    ("CustomerPhone", ngettext_lazy("%(number)d phone", "%(number)d phones", "number")),
    ("CustomerDocument", ngettext_lazy("%(number)d document", "%(number)d documents", "number")),
    ("CustomerIdentity", ngettext_lazy("%(number)d external id", "%(number)d external ids", "number")),
    ("CustomerTag", ngettext_lazy("%(number)d tag", "%(number)d tags", "number")),
    ("Note", ngettext_lazy("%(number)d note", "%(number)d notes", "number")),
    ("Message", ngettext_lazy("%(number)d message", "%(number)d messages", "number")),
)


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """What templates/customers/archiving/archive.html prints."""

    name: str
    lines: list[Line]
    open_words: str


def archive_page(name: str, lines: list[Line], still_open: OpenMatters) -> ArchivePage:
    """The page that says what archiving touches."""
    return ArchivePage(name, lines, open_words(still_open))


def archive_lines(
    holdings: Holdings,
    still_open: OpenMatters,
    views: Iterable[str],
    schedules: Iterable[str],
    member: Membership,
) -> list[Line]:
    """What archiving changes and what it leaves as it is, each with its number."""
    views, schedules = list(views), list(schedules)
    return [
        Line(gettext("Lists and exports"), gettext("Left out, unless they ask for archived customers")),
        Line(
            gettext("Saved views"),
            ngettext(
                "%(number)d of those you see lists this customer and will not",
                "%(number)d of those you see list this customer and will not",
                len(views),
            )
            % {"number": len(views)},
            sub=", ".join(views),
        ),
        Line(
            gettext("Scheduled exports"),
            ngettext(
                "%(number)d of those you see holds this customer and will not",
                "%(number)d of those you see hold this customer and will not",
                len(schedules),
            )
            % {"number": len(schedules)},
            sub=", ".join(schedules),
        ),
        *open_lines(still_open, member),
        *money_lines(holdings, member),
        Line(
            gettext("Everything known of them"),
            about_words(holdings),
            sub=gettext("Stays, and is found by search"),
        ),
        Line(
            gettext("Afterwards"), gettext("It can be undone at any time, and a new sale undoes it by itself")
        ),
    ]


def open_lines(still_open: OpenMatters, member: Membership) -> Iterator[Line]:
    """Subscriptions that run and disputes that are open, for who may see such."""
    if member.may("subscriptions.view"):
        yield Line(gettext("Subscriptions that run"), str(still_open.subscriptions))
    if member.may("sales.view"):
        yield Line(gettext("Open disputes"), str(still_open.disputes))


def money_lines(holdings: Holdings, member: Membership) -> Iterator[Line]:
    """What they bought, and that no total changes by a cent."""
    if member.may("sales.view"):
        parts = (
            ngettext("%(number)d sale", "%(number)d sales", holdings.sales) % {"number": holdings.sales},
            ngettext("%(number)d refund", "%(number)d refunds", holdings.refunds)
            % {"number": holdings.refunds},
            ngettext("%(number)d dispute", "%(number)d disputes", holdings.disputes)
            % {"number": holdings.disputes},
        )
        yield Line(gettext("Purchases"), ", ".join(parts), sub=gettext("Each stays"))
    if member.may("spend.view"):
        yield Line(
            gettext("Money in reports"),
            ", ".join(map(_spend_words, holdings.spend)) or gettext("None"),
            sub=gettext("Every total stays as it is, to the cent"),
        )


def about_words(holdings: Holdings) -> str:
    """What is known of somebody, counted: "2 emails, 1 note"."""
    counted = [words % {"number": holdings.about[name]} for name, words in _ABOUT if holdings.about[name]]
    return ", ".join(counted) or gettext("Nothing")


def open_words(still_open: OpenMatters) -> str:
    """What is still open, as a sentence; "" for nothing."""
    parts = [
        words % {"number": number}
        for number, words in (
            (
                still_open.subscriptions,
                ngettext(
                    "%(number)d subscription runs", "%(number)d subscriptions run", still_open.subscriptions
                ),
            ),
            (
                still_open.disputes,
                ngettext("%(number)d dispute is open", "%(number)d disputes are open", still_open.disputes),
            ),
        )
        if number
    ]
    return ", ".join(parts)


def _spend_words(spend: Spend) -> str:
    return format_money(spend.net, spend.currency)
