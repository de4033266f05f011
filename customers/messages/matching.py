"""Which customers the writers of messages are: by id, then by document, then by email. Never by a name."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from customers.models import Customer, CustomerDocument, CustomerEmail, CustomerIdentity
from sales.intake.reasons import Reason

from .drafts import Whose

Found = int | Reason
"""The pk of a customer, or why there is none."""


def find_customers(asked: Iterable[Whose]) -> dict[Whose, Found]:
    """The customer in scope of each, live ones only: who was merged is found as the one they live on in.

    Four queries, however many are asked for. A document or email that several have is the one whose main one
    it is, then the oldest's: as an import of sales matches its buyers.
    """
    people = list(dict.fromkeys(asked))
    by_public_id = _by_public_id([each.customer_id for each in people])
    by_identity = _by_identity({each.customer_id for each in people} - {""})
    by_document = _first_of(
        CustomerDocument.objects.filter(is_valid=True), {each.document for each in people}
    )
    by_email = _first_of(CustomerEmail.objects.all(), {each.email for each in people})

    def one(each: Whose) -> Found:
        ours = by_public_id.get(_as_uuid(each.customer_id))
        if ours is not None:
            return ours
        theirs = by_identity.get(each.customer_id, {})
        known = theirs.get(each.provider) or next(iter(theirs.values()), None)
        if known is not None:
            is_sure = each.provider in theirs or len(set(theirs.values())) == 1
            return known if is_sure else Reason.SEVERAL_PEOPLE
        return by_document.get(each.document) or by_email.get(each.email) or Reason.NOBODY

    return {each: one(each) for each in people}


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _by_public_id(texts: Iterable[str]) -> dict[UUID | None, int]:
    ids = {public_id for text in texts if (public_id := _as_uuid(text))}
    if not ids:
        return {}
    rows = Customer.objects.filter(public_id__in=ids).values_list("public_id", "pk", "merged_into")
    return {public_id: merged_into or pk for public_id, pk, merged_into in rows}


def _by_identity(ids: set[str]) -> dict[str, dict[str, int]]:
    """The customers known by each id, by the provider that gave it."""
    found: dict[str, dict[str, int]] = {}
    if ids:
        rows = CustomerIdentity.objects.filter(external_id__in=ids)
        for external_id, provider, customer in rows.values_list("external_id", "provider", "customer"):
            found.setdefault(external_id, {})[provider] = customer
    return found


def _first_of(contacts: QuerySet[Any], keys: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    wanted = keys - {""}
    if wanted:
        rows = contacts.filter(normalised__in=wanted).order_by("-is_primary", "customer_id")
        for key, customer in rows.values_list("normalised", "customer_id"):
            found.setdefault(key, customer)
    return found
