"""New customers with every contact the file names, new contacts of known ones, archived ones brought back."""

from typing import Any, Final, NamedTuple

from django.db.backends.utils import CursorWrapper

from atomicpay.audit.models import AuditEntry
from customers.models import (
    Customer,
    CustomerContact,
    CustomerDocument,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
)

from .statements import insert_from, public_id_of

# The first value that the file gives, in the order of its lines.
_FIRST: Final = "coalesce((array_agg({0} ORDER BY line) FILTER (WHERE {0} <> ''))[1], '')"

# As customer_contacts_recompute() writes it, so that the triggers of the contacts find nothing to do.
_CONTACTS_TEXT: Final = """concat_ws(' ',
  string_agg(DISTINCT email, ' ' ORDER BY email) FILTER (WHERE email <> ''),
  string_agg(DISTINCT phone_digits, ' ' ORDER BY phone_digits) FILTER (WHERE phone_digits <> ''),
  string_agg(DISTINCT customer_ref, ' ' ORDER BY customer_ref) FILTER (WHERE customer_ref <> ''))"""

_NEW_CUSTOMERS: Final = """
FROM intake_chunk r
WHERE is_new AND NOT EXISTS (
  SELECT 1 FROM customer c
   WHERE c.workspace_id = %(workspace)s AND c.id = r.customer_id)
GROUP BY customer_id ORDER BY customer_id
"""

# Contacts of the chunk that their customer does not have yet; `is_first` where there is none of the kind.
_NEW_CONTACTS: Final = """
FROM (SELECT customer_id, {key} AS value, min(line) AS first_line,
             min(ordered_at) AS first_at, max(ordered_at) AS last_at,
             bool_and(is_new) AS is_new, {details}
        FROM intake_chunk WHERE {key} <> '' GROUP BY 1, 2) found
WHERE NOT EXISTS (
  SELECT 1 FROM {table} k
   WHERE k.workspace_id = %(workspace)s AND k.{column} = found.value {of_customer})
ORDER BY customer_id, first_line
"""
_IS_MAIN: Final = """(row_number() OVER (PARTITION BY customer_id ORDER BY first_line) = 1
  AND (is_new OR NOT EXISTS (SELECT 1 FROM {table} k
                              WHERE k.workspace_id = %(workspace)s AND k.customer_id = found.customer_id)))"""

_SEEN: Final = """
UPDATE {table} k SET first_seen_at = least(k.first_seen_at, found.first_at),
                     last_seen_at = greatest(k.last_seen_at, found.last_at)
  FROM (SELECT customer_id, {key} AS value, min(ordered_at) AS first_at, max(ordered_at) AS last_at
          FROM intake_chunk WHERE {key} <> '' AND NOT is_new AND act <> 'unchanged' GROUP BY 1, 2) found
 WHERE k.workspace_id = %(workspace)s AND k.customer_id = found.customer_id AND k.{column} = found.value
   AND (k.first_seen_at > found.first_at OR k.last_seen_at < found.last_at)
"""

_UNARCHIVE: Final = """
UPDATE customer c SET archived_at = NULL, archived_by_id = NULL, archive_reason = '', updated_at = now()
 WHERE c.workspace_id = %(workspace)s AND c.archived_at IS NOT NULL
   AND c.id IN (SELECT customer_id FROM intake_chunk WHERE act = 'new')
RETURNING c.id, c.public_id
"""


class _Contact(NamedTuple):
    """A kind of contact: its model, the staged column that tells two apart, and what else is kept."""

    model: type[CustomerContact]
    key: str
    column: str
    details: dict[str, str]
    main: dict[str, str]


_CONTACTS: Final = (
    _Contact(CustomerEmail, "email", "normalised", {"address": "buyer_email"}, {"email": "address"}),
    _Contact(CustomerPhone, "phone_digits", "digits", {"number": "buyer_phone"}, {"phone": "number"}),
    _Contact(
        CustomerDocument,
        "document",
        "normalised",
        {"number": "buyer_document", "kind": "document_kind", "is_valid": "document_valid"},
        {"document": "normalised", "document_kind": "kind", "document_valid": "is_valid"},
    ),
    _Contact(CustomerIdentity, "customer_ref", "external_id", {}, {}),
)


def write_customers(cursor: CursorWrapper, fields: set[str], params: dict[str, Any]) -> int:
    """Make the new customers of the chunk and add every new contact; returns how many customers are new."""
    cursor.execute("SELECT EXISTS (SELECT 1 FROM intake_chunk WHERE is_new)")
    created = _make_customers(cursor, params) if cursor.fetchone()[0] else 0
    for contact in _CONTACTS:
        if _FIELD_OF[contact.key] in fields:
            _add_contacts(cursor, contact, params)
    return created


_FIELD_OF: Final = {
    "email": "email",
    "phone_digits": "phone",
    "document": "document",
    "customer_ref": "customer_id",
}


def _make_customers(cursor: CursorWrapper, params: dict[str, Any]) -> int:
    first = _FIRST.format
    document = "(array_agg({0} ORDER BY line) FILTER (WHERE document <> ''))[1]"
    values = {
        "id": "customer_id",
        "public_id": public_id_of("customer", "customer_id"),
        "workspace_id": "%(workspace)s",
        # Somebody of whom only an id is known is called by it.
        "name": f"CASE WHEN max(name || email) <> '' THEN {first('name')} ELSE {first('customer_ref')} END",
        "email": first("buyer_email"),
        "phone": first("buyer_phone"),
        "document": first("document"),
        "document_kind": f"coalesce({document.format('document_kind')}, '')",
        "document_valid": document.format("document_valid"),
        "country": first("country"),
        "is_test": "bool_and(is_test)",
        "contacts_text": _CONTACTS_TEXT,
        "created_at": "least(min(ordered_at), now())",
        "updated_at": "now()",
    }
    sql, defaults = insert_from(Customer, values, _NEW_CUSTOMERS)
    cursor.execute(sql, params | defaults)
    return int(cursor.rowcount)


def _add_contacts(cursor: CursorWrapper, contact: _Contact, params: dict[str, Any]) -> None:
    table, is_identity = contact.model._meta.db_table, contact.model is CustomerIdentity
    details = [
        f"(array_agg({staged} ORDER BY line))[1] AS {name}" for name, staged in contact.details.items()
    ]
    values = {
        "workspace_id": "%(workspace)s",
        "customer_id": "customer_id",
        contact.column: "value",
        **{name: name for name in contact.details},
        "source": "%(provider)s",
        "is_primary": _IS_MAIN.format(table=table),
        "first_seen_at": "first_at",
        "last_seen_at": "last_at",
        **({"provider": "%(provider)s"} if is_identity else {}),
    }
    source = _NEW_CONTACTS.format(
        key=contact.key,
        details=", ".join(details) or "1 AS nothing",
        table=table,
        column=contact.column,
        # An id is one customer's in the whole workspace; an email may be several people's.
        of_customer="AND k.provider = %(provider)s"
        if is_identity
        else "AND k.customer_id = found.customer_id",
    )
    sql, defaults = insert_from(contact.model, values, source)
    if is_identity:
        cursor.execute(f"{sql} ON CONFLICT DO NOTHING", params | defaults)
    else:
        _fill_main(cursor, contact, sql, params | defaults)
    cursor.execute(_SEEN.format(table=table, key=contact.key, column=contact.column), params)


def _fill_main(cursor: CursorWrapper, contact: _Contact, insert: str, params: dict[str, Any]) -> None:
    """Add the contacts; the first of its kind also becomes the customer's main one, where there was none."""
    returned = ", ".join(("customer_id", "is_primary", *contact.main.values()))
    changes = ", ".join(f"{column} = added.{value}" for column, value in contact.main.items())
    column = next(iter(contact.main))
    cursor.execute(
        f"WITH added AS ({insert} RETURNING {returned})"
        f" UPDATE customer c SET {changes}, updated_at = now() FROM added"
        f" WHERE c.workspace_id = %(workspace)s AND c.id = added.customer_id AND c.{column} = ''"
        " AND added.is_primary",
        params,
    )


def unarchive_buyers(cursor: CursorWrapper, params: dict[str, Any]) -> int:
    """An archived customer who buys again is listed again, and the audit log says why."""
    cursor.execute(_UNARCHIVE, params)
    AuditEntry.objects.bulk_create(
        AuditEntry(
            action="customer.restored",
            actor_id=params["member"],
            target_type=Customer._meta.label_lower,
            target_id=customer_id,
            target_label=str(public_id),
            reason="",
            detail={"cause": "new_sale", "import": params["run"]},
        )
        for customer_id, public_id in cursor.fetchall()
    )
    return int(cursor.rowcount)
