"""What the pages of the privacy room say: what is deleted, what stays, and by which law."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.apps import apps
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from atomicpay.ui.details import Line
from atomicpay.ui.moments import format_moment
from atomicpay.workspaces.models import Membership
from customers.archiving.pages import about_words, money_lines, open_lines, open_words
from customers.archiving.queries import Holdings, OpenMatters

from .decisions import DECISIONS, Reason
from .models import Erasure

_CALLED: Final[dict[str, str | Promise]] = {
    "audit.AuditEntry": _("Entries of the audit log that lost their words"),
    "saved_views.SavedView": _("Saved views that looked for them"),
    "exports.Export": _("Exports whose filters named them"),
    "exports.Schedule": _("Scheduled exports that looked for them"),
    "sales.ImportProblem": _("Lines in reports of imports"),
    "customers.Tag": _("Tags that named them"),
    "customers.NameWord": _("Words of names that nobody else has"),
    "sales.CustomerProduct": _("which products were bought"),
    "sales.CustomerMethod": _("how was paid"),
}

_TOUCHED: Final[dict[str, str | Promise]] = {
    "customers.Customer": _("Records that lost who they are"),
    "customers.CustomerEmail": _("Emails deleted"),
    "customers.CustomerPhone": _("Phones deleted"),
    "customers.CustomerDocument": _("Documents deleted"),
    "customers.CustomerIdentity": _("External ids deleted"),
    "customers.CustomerTag": _("Tags taken off them"),
    "customers.Note": _("Notes deleted"),
    "customers.Message": _("Messages deleted"),
    "duplicates.MatchRecord": _("Values for finding duplicates deleted"),
    "duplicates.CustomerKey": _("Keys for finding duplicates deleted"),
    "duplicates.Suggestion": _("Suggestions of duplicates deleted"),
    "merging.Merge": _("Merges that lost their reasons"),
    "merging.MergedRow": _("Values that merges wrote over deleted"),
    "attention.Finding": _("Findings deleted"),
    "subscriptions.Subscription": _("Subscriptions that lost their reasons"),
    "subscriptions.SubscriptionEvent": _("Events of subscriptions that lost their details"),
    "sales.Sale": _("Sales that lost their buyer"),
    "sales.Payment": _("Payments that lost card and reason"),
    "sales.Refund": _("Refunds that lost their reasons"),
    "sales.Dispute": _("Disputes that lost their reasons"),
    "sales.AccessGrant": _("Grants of access that lost their reasons"),
}
"""What was done to the rows of a table, as the title of their number."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Why something stays, and what it is."""

    reason: str
    tables: str


@dataclass(frozen=True, slots=True)
class AnonymisePage:
    """What templates/privacy/anonymise.html prints."""

    name: str
    lines: list[Line]
    kept: list[Kept]
    open_words: str
    merged: str


@dataclass(frozen=True, slots=True)
class ErasedPage:
    """What templates/privacy/anonymised.html prints."""

    lines: list[Line]
    kept: list[Kept]
    is_settled: bool


def anonymise_lines(
    holdings: Holdings,
    still_open: OpenMatters,
    views: int,
    schedules: int,
    files: int,
    others: int,
    member: Membership,
) -> Iterator[Line]:
    """What anonymising deletes and what stays, each with its number."""
    yield Line(
        gettext("Deleted"),
        about_words(holdings),
        sub=gettext("With the name, the address, the buyer on each sale, card numbers and every free text"),
    )
    yield Line(gettext("Saved views that look for them"), str(views), sub=gettext("Deleted"))
    yield Line(gettext("Scheduled exports that look for them"), str(schedules), sub=gettext("Deleted"))
    yield Line(
        gettext("Files of exports"),
        ngettext("%(number)d is kept now", "%(number)d are kept now", files) % {"number": files},
        sub=gettext("Those that hold this person are found and deleted; their receipts stay"),
    )
    yield from open_lines(still_open, member)
    yield from money_lines(holdings, member)
    yield Line(
        gettext("Other records with the same email, phone or document"),
        str(others),
        sub=gettext("They are not touched: merge them first, or anonymise each") if others else "",
    )
    yield Line(gettext("A later purchase"), gettext("Makes a new customer: nothing leads back to this one"))


def anonymise_page(name: str, lines: Iterator[Line], still_open: OpenMatters, merged: int) -> AnonymisePage:
    """The page before the act."""
    words = ngettext(
        "%(number)d record that was merged into this one goes with it.",
        "%(number)d records that were merged into this one go with it.",
        merged,
    )
    return AnonymisePage(
        name, list(lines), kept(), open_words(still_open), words % {"number": merged} if merged else ""
    )


def subject_access_lines(holdings: Holdings, member: Membership) -> list[Line]:
    """What the archive of a person holds, counted."""
    return [
        Line(gettext("Known of them"), about_words(holdings), sub=gettext("Documents in full")),
        *money_lines(holdings, member),
        Line(gettext("Left out"), gettext("Names of members, affiliates and agents: they are other people")),
    ]


def erased_page(erasure: Erasure) -> ErasedPage:
    """The page after it: who did it when and why, what it touched."""
    touched = [
        Line(touched_words(table), str(number), is_wide=False)
        for table, number in sorted(erasure.touched.items())
    ]
    return ErasedPage(
        lines=[
            Line(gettext("When"), format_moment(erasure.at)),
            Line(gettext("By"), str(erasure.member)),
            Line(gettext("Reason"), erasure.reason, is_wide=True),
            *touched,
        ],
        kept=kept(),
        is_settled=erasure.settled_at is not None,
    )


def kept() -> list[Kept]:
    """What stays of somebody who was anonymised, by the reason why the law lets it or makes it stay."""
    by_reason: dict[Reason, list[str]] = {}
    for label, decision in DECISIONS.items():
        if decision.stays is not None:
            by_reason.setdefault(decision.stays, []).append(_called(label))
    return [Kept(str(reason.value), capfirst(", ".join(tables))) for reason, tables in by_reason.items()]


def touched_words(table: str) -> str:
    """What was done to the rows of a table; one that was decided on since is called by its name."""
    return str(_TOUCHED.get(table) or capfirst(_called(table)))


def _called(table: str) -> str:
    """A table as people call it."""
    return str(_CALLED.get(table) or apps.get_model(table)._meta.verbose_name_plural)
