"""The preview of a merge as a ledger: what each record brings, and what there is afterwards."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from atomicpay.ui.masks import mask_document
from atomicpay.ui.moments import format_day, format_days
from atomicpay.ui.money import format_money
from customers.history.page import name_of
from customers.models import (
    Customer,
    CustomerContact,
    CustomerDocument,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
)

from .choosing import FIELDS, chosen_records
from .concerns import Concerns
from .decisions import Act
from .plan import Relation, plan
from .queries import Held, Preview
from .words import FIELDS as FIELD_WORDS

_VALUES = {
    CustomerEmail: "address",
    CustomerPhone: "number",
    CustomerDocument: "normalised",
    CustomerIdentity: "external_id",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One of the records, as the head of a column."""

    public_id: UUID
    name: str
    note: str
    url: str
    is_survivor: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of one record for a field."""

    public_id: UUID
    text: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field with the value of each record."""

    name: str
    label: str
    choices: list[Choice]

    @property
    def is_open(self) -> bool:
        """Whether there is anything to choose."""
        return len({choice.text for choice in self.choices}) > 1


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A table: what each record has of it, what there is afterwards, and what is done and why."""

    label: str
    cells: list[str]
    after: str
    act: str
    why: str


@dataclass(frozen=True, slots=True)
class United:
    """Values that are united: each with whose it is and when it was seen."""

    label: str
    values: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """What templates/admin/merging/preview.html prints."""

    columns: list[Column]
    fields: list[FieldRow]
    united: list[United]
    ledger: list[LedgerRow]
    spend: list[LedgerRow]
    warnings: list[str]
    consequences: list[str]


def preview_page(preview: Preview, choices: dict[str, int]) -> PreviewPage:
    """The page, with what was chosen so far."""
    records = preview.records
    chosen = chosen_records(records, choices)
    return PreviewPage(
        columns=[_column(each, place == 0) for place, each in enumerate(records)],
        fields=[_field_row(name, records, chosen[name]) for name in FIELDS],
        united=list(_united(preview)),
        ledger=list(_ledger(preview)),
        spend=list(spend_rows(preview)),
        warnings=list(warning_words(preview.concerns)),
        consequences=_consequences(records),
    )


def spend_rows(preview: Preview) -> Iterator[LedgerRow]:
    """Lifetime spend by currency: from each, and the same together afterwards."""
    currencies = sorted({spend.currency for spends in preview.spend.values() for spend in spends})
    for currency in currencies:
        nets = [
            sum(spend.net for spend in preview.spend[each.pk] if spend.currency == currency)
            for each in preview.records
        ]
        cells = [format_money(net, currency) if net else "–" for net in nets]
        yield LedgerRow(currency, cells, format_money(sum(nets), currency), "", "")


def warning_words(concerns: Concerns) -> Iterator[str]:
    """What must be known before, a sentence each."""
    if concerns.cpfs_differ:
        yield gettext("Their valid CPFs differ: they may be two people.")
    for pair in concerns.apart:
        words = gettext("It was said on %(day)s that %(one)s and %(other)s are not the same person.")
        day = format_day(pair.dismissed_at) if pair.dismissed_at else "–"
        yield words % {"day": day, "one": name_of(pair.low), "other": name_of(pair.high)}
    for plan_name in concerns.plans:
        yield gettext("More than one of them has a running subscription to %(plan)s.") % {"plan": plan_name}
    if concerns.countries:
        yield gettext("Their countries differ: %(countries)s.") % {"countries": ", ".join(concerns.countries)}
    if concerns.anonymised:
        yield gettext("One of them was anonymised: merged, its sales say again whose they are.")
    if concerns.tests:
        yield gettext("Some of the records are tests, and some are not.")
    if concerns.open_disputes:
        words = ngettext(
            "%(number)d dispute is open; whoever answers it should know of the merge.",
            "%(number)d disputes are open; whoever answers them should know of the merge.",
            concerns.open_disputes,
        )
        yield words % {"number": concerns.open_disputes}


def _column(customer: Customer, is_survivor: bool) -> Column:
    note = gettext("known since %(day)s") % {"day": format_day(customer.created_at)}
    return Column(
        customer.public_id,
        name_of(customer),
        note,
        reverse("customers:detail", args=[customer.public_id]),
        is_survivor,
    )


def _field_row(name: str, records: Sequence[Customer], kept: Customer) -> FieldRow:
    choices = [Choice(each.public_id, text_of(name, each), each.pk == kept.pk) for each in records]
    return FieldRow(name, str(FIELD_WORDS[name]), choices)


def text_of(name: str, customer: Customer) -> str:
    """A field of a customer in words, "" where there is nothing; documents masked."""
    if name == "document":
        return mask_document(customer.document) if customer.document else ""
    return ", ".join(filter(None, (getattr(customer, column) for column in FIELDS[name])))


def _united(preview: Preview) -> Iterator[United]:
    for model, rows in preview.contacts.items():
        if rows:
            yield United(_plural(model), list(_seen(model, rows)))
    if preview.tags:
        names = dict.fromkeys(str(each.tag) for each in preview.tags)
        yield United(gettext("Tags"), [(name, "") for name in names])


def _seen(model: type[CustomerContact], rows: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Each value once, with the whole time in which it was seen."""
    times: dict[str, list[Any]] = {}
    for row in rows:
        value = getattr(row, _VALUES[model])
        times.setdefault(mask_document(value) if model is CustomerDocument else value, []).append(row)
    for value, seen in times.items():
        first = min(row.first_seen_at for row in seen)
        yield value, format_days(first, max(row.last_seen_at for row in seen))


def _ledger(preview: Preview) -> Iterator[LedgerRow]:
    for relation in plan():
        held = [preview.held.get((relation.label, each.pk), Held()) for each in preview.records]
        if relation.decision.act is Act.RECOMPUTE or not any(each.rows for each in held):
            continue
        yield LedgerRow(
            label=_label(relation),
            cells=[_held_words(each) for each in held],
            after=_after(preview, relation, held),
            act=str(relation.decision.act.value),
            why=str(relation.decision.why),
        )


def _after(preview: Preview, relation: Relation, held: Sequence[Held]) -> str:
    """What the survivor has afterwards. What is united is counted by its key."""
    match relation.decision.act:
        case Act.MOVE:
            return _held_words(_together(held))
        case Act.UNITE:
            rows = preview.contacts.get(relation.model)
            if rows is not None:
                return str(len({tuple(getattr(row, key) for key in relation.decision.key) for row in rows}))
            if relation.label == "customers.CustomerTag.customer":
                return str(len({each.tag_id for each in preview.tags}))
            return _held_words(_together(held))
    return _held_words(held[0])


def _together(held: Iterable[Held]) -> Held:
    rows, sums = 0, dict[str, int]()
    for each in held:
        rows += each.rows
        for currency, total in each.sums.items():
            sums[currency] = sums.get(currency, 0) + total
    return Held(rows, sums)


def _held_words(held: Held) -> str:
    if not held.rows:
        return "–"
    sums = [format_money(total, currency) for currency, total in sorted(held.sums.items())]
    return " · ".join((str(held.rows), *sums))


def _label(relation: Relation) -> str:
    if relation.model is Customer:
        return gettext("Records merged before")
    return relation.words


def _plural(model: type[CustomerContact]) -> str:
    words = str(model._meta.verbose_name_plural)
    return words[:1].upper() + words[1:]


def _consequences(records: Sequence[Customer]) -> list[str]:
    return [
        gettext("Addresses of the merged records lead to the survivor, with a notice."),
        gettext("Lists, saved views and exports, scheduled ones too, show the survivor alone."),
        gettext("Suggestions that they are one person are settled; those about others look at the survivor."),
        gettext("Imports, messages and search find the survivor by all that any of them was known by."),
        gettext("Every sale keeps the buyer as typed at the checkout. No total changes by a cent."),
        gettext("It can be undone: exactly what moved goes back, and what has changed since is asked about."),
    ]
