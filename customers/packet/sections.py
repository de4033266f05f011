"""The sections of a packet: plain words in rows, redacted. No query is made here, and no HTML.

Every cell is text, so that what is printed, what is hashed and what was redacted are the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext

from atomicpay.ui.moments import format_day, format_moment
from atomicpay.ui.money import format_money
from customers.access.rules import decide
from customers.access.words import answer_words, rule_words
from customers.as_of.numbers import figures_of
from customers.history.page import name_of
from customers.models import Customer, DocumentKind, Message
from sales.purchases import what_was_bought
from sales.states import DisputeKind, DisputeStatus, PaymentStatus, RefundStatus, SaleStatus
from sales.words import method_words, reason_words
from subscriptions.lifecycle import SubscriptionStatus
from subscriptions.words import what_comes_next, who_canceled

from .choice import Choice, Part
from .queries import LISTED, Contact, Material
from .redaction import Redactor
from .timeline import timeline_rows

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part: headings, rows of words, and how many rows there are of which only these are listed.

    `whole` are the places of columns whose words are never broken: a reference in two lines is misread.
    """

    part: Part
    title: str
    columns: Cells
    rows: list[Cells]
    total: int
    note: str = ""
    whole: tuple[int, ...] = ()

    @property
    def left(self) -> int:
        """How many rows are counted and not listed."""
        return max(self.total - len(self.rows), 0)

    @property
    def nothing(self) -> str:
        """What stands in the place of rows."""
        return gettext("No note was marked.") if self.part == Part.NOTES else gettext("Nothing on record.")

    @property
    def text(self) -> str:
        """The section as it is hashed: title, note, headings and rows, a line each, cells apart by tabs."""
        lines = ["\t".join(cells) for cells in (self.columns, *self.rows)] if self.rows else [self.nothing]
        return "\n".join([self.title, self.note, *lines])


@dataclass(frozen=True, slots=True)
class Maker:
    """What the sections are made from."""

    customer: Customer
    choice: Choice
    material: Material
    redactor: Redactor
    now: datetime


def sections_of(maker: Maker) -> list[Section]:
    """The chosen parts, in their order."""
    return [_MAKERS[part](maker) for part in maker.choice.parts]


def _section(
    part: Part, columns: Cells, rows: Sequence[Cells], total: int = -1, whole: tuple[int, ...] = ()
) -> Section:
    total = len(rows) if total < 0 else total
    left = total - len(rows)
    note = ""
    if left > 0:
        words = gettext(
            "The newest %(listed)d of %(total)d are listed; %(left)d older ones are counted only."
        )
        note = words % {"listed": len(rows), "total": total, "left": left}
    return Section(part, str(part.label), columns, list(rows), total, note, whole)


# Who, and how much --------------------------------------------------------------------------------------


def _identity(maker: Maker) -> Section:
    customer, redactor = maker.customer, maker.redactor
    rows: list[Cells] = [(gettext("Name"), name_of(customer) if customer.name else "", "")]
    rows += [_contact(each, redactor) for each in maker.material.contacts]
    rows.append((gettext("Address"), _address(maker), ""))
    rows.append((gettext("Customer since"), format_day(customer.created_at), ""))
    columns = (gettext("What"), gettext("Value"), gettext("Seen"))
    return _section(Part.IDENTITY, columns, [row for row in rows if row[1]])


def _contact(contact: Contact, redactor: Redactor) -> Cells:
    first, last = format_day(contact.first_at), format_day(contact.last_at)
    seen = first if first == last else gettext("%(first)s to %(last)s") % {"first": first, "last": last}
    if contact.kind == "CustomerEmail":
        return gettext("Email"), redactor.email(contact.text), seen
    if contact.kind == "CustomerPhone":
        return gettext("Phone"), redactor.phone(contact.text), seen
    if contact.kind == "CustomerDocument":
        kind = str(DocumentKind(contact.detail).label) if contact.detail else gettext("Document")
        return kind, redactor.document(contact.detail, contact.text), seen
    return gettext("Known to %(provider)s as") % {"provider": contact.detail.capitalize()}, contact.text, seen


def _address(maker: Maker) -> str:
    """Masked it is where about somebody lives."""
    customer = maker.customer
    where = [customer.city, customer.state, customer.country]
    if maker.choice.is_full:
        street = [customer.street, customer.street_number, customer.complement, customer.neighbourhood]
        where = [*street, *where, customer.postal_code]
    return ", ".join(filter(None, where))


def _numbers(maker: Maker) -> Section:
    rows: list[Cells] = []
    for each in figures_of(maker.material.entries):
        spend, currency = each.spend, each.spend.currency
        amounts = (spend.gross, spend.refunded, each.open, each.lost, spend.net, each.won)
        counts = (currency, str(spend.purchases), str(spend.renewals))
        rows.append((*counts, *(format_money(minor, currency) for minor in amounts)))
    columns = (
        *(gettext("Currency"), gettext("Purchases"), gettext("Renewals"), gettext("Gross")),
        *(gettext("Refunded"), gettext("Dispute open"), gettext("Dispute lost"), gettext("Net")),
        gettext("Dispute won"),
    )
    return _section(Part.NUMBERS, columns, rows)


def _access(maker: Maker) -> Section:
    rows = []
    for facts in maker.material.access.products:
        decision = decide(facts, maker.now)
        first = format_moment(facts.first_access_at) if facts.first_access_at else ""
        rows.append((facts.name, answer_words(decision), str(rule_words(decision)), first))
    columns = gettext("Product"), gettext("Access"), gettext("Rule"), gettext("First seen inside")
    return _section(Part.ACCESS, columns, rows[:LISTED], len(rows))


# What was bought ----------------------------------------------------------------------------------------


def _purchases(maker: Maker) -> Section:
    total = sum(entry.number for entry in maker.material.entries if entry.kind in ("sale", "test sale"))
    columns = (
        *(gettext("Ordered"), gettext("Product"), gettext("Status"), gettext("Paid with")),
        *(gettext("Amount"), gettext("Refunded"), gettext("Sale"), gettext("Typed at the checkout")),
    )
    rows = [_purchase(sale, maker.redactor) for sale in maker.material.sales]
    return _section(Part.PURCHASES, columns, rows, total, whole=(6,))


def _purchase(sale: Any, redactor: Redactor) -> Cells:
    typed = ", ".join(
        filter(None, (sale.buyer_name, redactor.email(sale.buyer_email) if sale.buyer_email else ""))
    )
    return (
        format_moment(sale.ordered_at),
        f"{sale.product.name} ({what_was_bought(sale)})",
        str(SaleStatus(sale.status).label),
        method_words(sale.method, sale.card, sale.installments),
        format_money(sale.amount_charged, sale.currency),
        format_money(sale.refunded, sale.currency) if sale.refunded else "",
        sale.reference,
        typed,
    )


def _payments(maker: Maker) -> Section:
    columns = (
        *(gettext("Attempted"), gettext("Sale"), gettext("Paid with"), gettext("Status")),
        *(gettext("Amount"), gettext("Paid"), gettext("Reason")),
    )
    rows: list[Cells] = [
        (
            format_moment(each.attempted_at),
            each.sale.reference,
            method_words(each.method, f"{each.card_brand} {each.card_last4}", each.installments),
            str(PaymentStatus(each.status).label),
            format_money(each.amount, each.currency),
            format_moment(each.paid_at) if each.paid_at else "",
            maker.redactor.text(reason_words(each.decline_reason)),
        )
        for each in maker.material.payments
    ]
    total = maker.material.counts.get(Part.PAYMENTS, 0)
    return _section(Part.PAYMENTS, columns, rows, total, whole=(1,))


def _subscriptions(maker: Maker) -> Section:
    columns = (
        *(gettext("Started"), gettext("Product"), gettext("Status"), gettext("Next date")),
        *(gettext("Why"), gettext("Amount"), gettext("Charges")),
    )
    rows: list[Cells] = []
    for each in maker.material.subscriptions:
        why = ": ".join(filter(None, (who_canceled(each), maker.redactor.text(each.cancel_reason))))
        status = str(SubscriptionStatus(each.status).label)
        amount = format_money(each.amount, each.currency)
        started = format_moment(each.started_at)
        rows.append(
            (started, each.product.name, status, what_comes_next(each), why, amount, str(each.charges_count))
        )
    total = maker.material.counts.get(Part.SUBSCRIPTIONS, 0)
    return _section(Part.SUBSCRIPTIONS, columns, rows, total)


def _money_back(maker: Maker) -> Section:
    columns = (
        *(gettext("Began"), gettext("Kind"), gettext("Sale"), gettext("Status"), gettext("Amount")),
        *(gettext("Why"), gettext("Ended")),
    )
    material = maker.material
    both: list[tuple[datetime, Cells]] = []
    for refund in material.refunds:
        why = ". ".join(filter(None, (str(reason_words(refund.reason)), refund.failure_reason)))
        status, ended = str(RefundStatus(refund.status).label), refund.completed_at
        row = _back(refund, refund.requested_at, gettext("Refund"), status, maker.redactor.text(why), ended)
        both.append((refund.requested_at, row))
    for dispute in material.disputes:
        kind, status = str(DisputeKind(dispute.kind).label), str(DisputeStatus(dispute.status).label)
        why = maker.redactor.text(str(reason_words(dispute.reason)))
        row = _back(dispute, dispute.opened_at, kind, status, why, dispute.closed_at)
        both.append((dispute.opened_at, row))
    rows = [row for _at, row in sorted(both, key=lambda each: each[0], reverse=True)[:LISTED]]
    total = sum(entry.number for entry in material.entries if entry.kind in ("refund", "dispute"))
    return _section(Part.MONEY_BACK, columns, rows, max(total, len(rows)), whole=(2,))


def _back(row: Any, began: datetime, kind: str, status: str, why: str, ended: datetime | None) -> Cells:
    sale = row.sale.reference if row.sale else gettext("Names no sale")
    amount = format_money(row.amount, row.currency)
    return format_moment(began), kind, sale, status, amount, why, format_moment(ended) if ended else ""


# What was said, and everything in one order --------------------------------------------------------------


def _messages(maker: Maker) -> Section:
    """Without who of the team wrote: it is the business that speaks."""
    columns = gettext("Sent"), gettext("From"), gettext("Channel"), gettext("What was said")
    rows: list[Cells] = []
    for each in maker.material.messages:
        is_in = each.direction == Message.Direction.IN
        who = gettext("The buyer") if is_in else gettext("Support")
        said = maker.redactor.text("\n".join(filter(None, (each.subject, each.body))))
        rows.append((format_moment(each.sent_at), who, str(each.get_channel_display()), said))
    return _section(Part.MESSAGES, columns, rows, maker.material.counts.get(Part.MESSAGES, 0))


def _notes(maker: Maker) -> Section:
    """Only those that were marked."""
    columns = gettext("Written"), gettext("Note")
    rows = [(format_moment(each.created_at), maker.redactor.text(each.body)) for each in maker.material.notes]
    return _section(Part.NOTES, columns, rows)


def _timeline(maker: Maker) -> Section:
    rows: list[Cells] = list(timeline_rows(maker.material, maker.redactor))
    columns = gettext("When"), gettext("What"), gettext("Detail")
    return _section(Part.TIMELINE, columns, rows[-LISTED:], len(rows))


_MAKERS: Final[dict[Part, Callable[[Maker], Section]]] = {
    Part.IDENTITY: _identity,
    Part.NUMBERS: _numbers,
    Part.ACCESS: _access,
    Part.PURCHASES: _purchases,
    Part.PAYMENTS: _payments,
    Part.SUBSCRIPTIONS: _subscriptions,
    Part.MONEY_BACK: _money_back,
    Part.MESSAGES: _messages,
    Part.NOTES: _notes,
    Part.TIMELINE: _timeline,
}
