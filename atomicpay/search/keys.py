"""Records that a text names by a key of their own: an email, a document, a phone, a reference, a code."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet, TextField, Value

from atomicpay.workspaces.models import Membership
from customers.models import CustomerDocument, CustomerEmail, CustomerIdentity, CustomerPhone
from customers.search_text import Kind, Part, read_search
from customers.search_ways import Wanted
from sales.search import sales_named
from subscriptions.search import subscriptions_named

_MOST: Final = 20
_EXACT, _SAME_MAILBOX = 0, 1


class Named(NamedTuple):
    """A record, by the kind under which its page is ("customers") and its public id."""

    kind: str
    public_id: UUID


def key_of(text: str) -> Part | None:
    """The text as one whole key; None where it is several things, or may only describe a record."""
    parts = read_search(text)
    return parts[0] if len(parts) == 1 and parts[0].is_key else None


def records_named(parts: Iterable[Part], member: Membership) -> list[Named]:
    """What the whole text names, of what the member may see; nothing for a text of several parts.

    Where the very email is known, others that reach the same mailbox do not count.
    """
    known = list(parts)
    if len(known) != 1:
        return []
    queries = [query for kind, query in _queries(Wanted(known[0])) if member.may(f"{kind}.view")]
    if not queries:
        return []
    rows = set(queries[0].union(*queries[1:], all=True)[:_MOST])
    best = min((rank for rank, _kind, _public_id in rows), default=_EXACT)
    return sorted({Named(kind, public_id) for rank, kind, public_id in rows if rank == best})


def _queries(wanted: Wanted) -> list[tuple[str, QuerySet[Any, Any]]]:
    part = wanted.part
    contacts: list[tuple[int, QuerySet[Any]]] = []
    if part.email:
        emails = CustomerEmail.objects.all()
        contacts.append((_EXACT, emails.filter(normalised=part.text.lower())))
        contacts.append((_SAME_MAILBOX, emails.filter(mailbox=part.email)))
    if part.document and part.kind in (Kind.ANY, Kind.DOCUMENT):
        contacts.append((_EXACT, CustomerDocument.objects.filter(normalised=part.document)))
    if part.phones:
        contacts.append((_EXACT, CustomerPhone.objects.filter(digits__in=part.phones)))
    found = [("customers", _row("customers", rows, rank, "customer__public_id")) for rank, rows in contacts]
    if part.is_reference:
        ids = CustomerIdentity.objects.filter(external_id__in=wanted.spellings)
        found.append(("customers", _row("customers", ids, _EXACT, "customer__public_id")))
        found += [("sales", _row("sales", sales, _EXACT)) for sales in sales_named(wanted.spellings)]
        codes = subscriptions_named(wanted.spellings)
        found.append(("subscriptions", _row("subscriptions", codes, _EXACT)))
    return found


def _row(kind: str, rows: QuerySet[Any], rank: int, public_id: str = "public_id") -> QuerySet[Any, Any]:
    named = rows.order_by().annotate(
        rank=Value(rank), leads_to=Value(kind, output_field=TextField()), record=F(public_id)
    )
    return named.values_list("rank", "leads_to", "record")
