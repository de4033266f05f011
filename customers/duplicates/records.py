"""Keeps the records that are compared, and their keys, as the customers and their contacts are."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from atomicpay.workspaces.scope import active_workspace_id
from customers.contacts import Document, read_document, read_phone
from customers.models import DocumentKind

from .matching.frequencies import counted_keys
from .matching.keys import keys_of
from .matching.persons import Person, read_person

# Test data are nobody's, who was merged lives on in another, and of who was anonymised nothing is left.
_CUSTOMERS: Final = """
SELECT c.id, c.name, c.email, c.phone, c.document, c.street, c.street_number, c.postal_code, c.city,
       ARRAY(SELECT e.normalised FROM customer_email e
              WHERE e.workspace_id = %(workspace)s AND e.customer_id = c.id),
       ARRAY(SELECT p.digits FROM customer_phone p
              WHERE p.workspace_id = %(workspace)s AND p.customer_id = c.id),
       ARRAY(SELECT d.kind || ':' || d.normalised FROM customer_document d
              WHERE d.workspace_id = %(workspace)s AND d.customer_id = c.id AND d.is_valid),
       ARRAY(SELECT d.kind || ':' || d.normalised FROM customer_document d
              WHERE d.workspace_id = %(workspace)s AND d.customer_id = c.id AND NOT d.is_valid)
  FROM customer c
 WHERE c.workspace_id = %(workspace)s AND c.id = ANY(%(ids)s)
   AND c.merged_into_id IS NULL AND NOT c.is_test AND c.anonymised_at IS NULL
"""
_KEPT: Final = """
SELECT customer_id, "values", keys FROM customer_match WHERE workspace_id = %s AND customer_id = ANY(%s)
"""
_FORGET_KEYS: Final = """
DELETE FROM customer_key k USING unnest(%(keys)s::bigint[], %(ids)s::bigint[]) gone(key, customer_id)
 WHERE k.workspace_id = %(workspace)s AND k.key = gone.key AND k.customer_id = gone.customer_id
"""
_ADD_KEYS: Final = """
INSERT INTO customer_key (workspace_id, key, customer_id)
SELECT %(workspace)s, new.key, new.customer_id
  FROM unnest(%(keys)s::bigint[], %(ids)s::bigint[]) new(key, customer_id)
    ON CONFLICT DO NOTHING
"""
_FORGET: Final = "DELETE FROM customer_match WHERE workspace_id = %s AND customer_id = ANY(%s)"
_KEEP: Final = """
INSERT INTO customer_match (workspace_id, customer_id, "values", keys, counted)
SELECT %(workspace)s, (r ->> 0)::bigint, r -> 1, ARRAY(SELECT jsonb_array_elements_text(r -> 2)::bigint),
       ARRAY(SELECT jsonb_array_elements_text(r -> 3)::bigint)
  FROM jsonb_array_elements(%(records)s::jsonb) r
    ON CONFLICT (workspace_id, customer_id)
    DO UPDATE SET "values" = excluded."values", keys = excluded.keys, counted = excluded.counted
"""


@dataclass(slots=True)
class Changes:
    """What was different: customers whose record changed or went, and keys that came and went with them."""

    customers: set[int] = field(default_factory=set)
    keys: Counter[int] = field(default_factory=Counter)
    """By how much each key's holders grew."""


def bring_up_to_date(customer_ids: Sequence[int]) -> Changes:
    """Read these customers and keep what is compared of them; writes only what is different."""
    kept = _kept(customer_ids)
    fresh = dict(read_persons(customer_ids))
    changes, records = Changes(), []
    gone: list[tuple[int, int]] = []
    come: list[tuple[int, int]] = []
    for customer_id in {*kept, *fresh}:
        before, keys_before = kept.get(customer_id, (None, frozenset[int]()))
        person = fresh.get(customer_id)
        packed = None if person is None else json.loads(json.dumps(person.pack()))
        if packed == before:
            continue
        changes.customers.add(customer_id)
        keys = frozenset(keys_of(person)) if person else frozenset[int]()
        gone += [(key, customer_id) for key in keys_before - keys]
        come += [(key, customer_id) for key in keys - keys_before]
        if person:
            records.append([customer_id, packed, sorted(keys), counted_keys(person)])
    _write(gone, come, records, [each for each in kept if each not in fresh])
    changes.keys.update(key for key, _customer in come)
    changes.keys.subtract(key for key, _customer in gone)
    return changes


def read_persons(customer_ids: Sequence[int]) -> Iterator[tuple[int, Person]]:
    """Customers as they are compared, from their rows and contacts as they are now."""
    with connection.cursor() as cursor:
        cursor.execute(_CUSTOMERS, {"workspace": active_workspace_id(), "ids": list(customer_ids)})
        for row in cursor.fetchall():
            yield row[0], _person(*row[1:])


def _person(
    name: str,
    email: str,
    phone: str,
    document: str,
    street: str,
    number: str,
    postcode: str,
    city: str,
    emails: list[str],
    phones: list[str],
    valid: list[str],
    others: list[str],
) -> Person:
    if not phones and phone and (read := read_phone(phone)):
        phones = [read.digits] if read.is_valid else []
    documents = [*_documents(valid, is_valid=True), *_documents(others, is_valid=False)]
    if not documents and (main := read_document(document)):
        documents = [main]
    return read_person(
        # Somebody of whom only an email is known is called by it.
        "" if "@" in name else name,
        emails=[*emails, email],
        phones=phones,
        documents=documents,
        street=f"{street} {number}",
        postcode=postcode,
        city=city,
    )


def _documents(texts: Iterable[str], *, is_valid: bool) -> Iterator[Document]:
    for text in texts:
        kind, _colon, number = text.partition(":")
        yield Document(DocumentKind(kind), number, number, is_valid)


def _kept(customer_ids: Sequence[int]) -> dict[int, tuple[Any, frozenset[int]]]:
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [active_workspace_id(), list(customer_ids)])
        return {
            customer_id: (read_json(values), frozenset(keys))
            for customer_id, values, keys in cursor.fetchall()
        }


def read_json(value: Any) -> Any:
    """JSON from a cursor: the ORM reads it by its fields, and so keeps the driver from doing it."""
    return json.loads(value) if isinstance(value, str) else value


def _write(
    gone: list[tuple[int, int]], come: list[tuple[int, int]], records: list[Any], without: list[int]
) -> None:
    workspace_id = active_workspace_id()
    with connection.cursor() as cursor:
        for sql, pairs in ((_FORGET_KEYS, gone), (_ADD_KEYS, come)):
            if pairs:
                keys, ids = zip(*sorted(pairs), strict=True)
                cursor.execute(sql, {"workspace": workspace_id, "keys": list(keys), "ids": list(ids)})
        if without:
            cursor.execute(_FORGET, [workspace_id, without])
        if records:
            cursor.execute(_KEEP, {"workspace": workspace_id, "records": json.dumps(records)})
