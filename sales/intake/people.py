"""Which customer each row of a file belongs to: known by id, then by document, then by email, or new.

A person is one combination of id, valid document and email in the file. Names and phones never decide.
"""

from typing import Any, Final

from django.db.backends.utils import CursorWrapper

from .mapping import Mapping
from .rows import BETWEEN_KEYS
from .writing.statements import sequence_of

_KEYS: Final = ("customer_ref", "document", "email")

_PEOPLE: Final = """
CREATE TEMP TABLE intake_person AS
SELECT row_number() OVER (ORDER BY first_line) AS label, person, first_line,
       split_part(person, %(between)s, 1) COLLATE "C" AS customer_ref,
       split_part(person, %(between)s, 2) COLLATE "C" AS document,
       split_part(person, %(between)s, 3) COLLATE "C" AS email,
       NULL::bigint AS customer_id, false AS is_new
  FROM (SELECT person, min(line) AS first_line FROM intake_row GROUP BY person) people
"""

# Contacts belong to live customers only, so a merged customer is found as the one who survived.
_BY_ID: Final = """
UPDATE intake_person p SET customer_id = i.customer_id
  FROM customer_identity i
 WHERE i.workspace_id = %(workspace)s AND i.provider = %(provider)s AND i.external_id = p.customer_ref
   AND p.customer_ref <> ''
"""
# Where several have it: the one whose main one it is, then the oldest.
_BY_CONTACT: Final = """
UPDATE intake_person p SET customer_id = known.customer_id
  FROM (SELECT DISTINCT ON (k.normalised) k.normalised, k.customer_id FROM {table} k
         WHERE k.workspace_id = %(workspace)s {valid}
           AND k.normalised IN (SELECT {key} FROM intake_person WHERE customer_id IS NULL AND {key} <> '')
         ORDER BY k.normalised, k.is_primary DESC, k.customer_id) known
 WHERE p.customer_id IS NULL AND p.{key} = known.normalised
"""
_BY_DOCUMENT: Final = _BY_CONTACT.format(table="customer_document", key="document", valid="AND k.is_valid")
_BY_EMAIL: Final = _BY_CONTACT.format(table="customer_email", key="email", valid="")
# A person whom nothing finds any more, but whose sale is known: that sale's customer. Not one who was
# anonymised: what else the file has of the person is then somebody's whom the books do not know (`erased`).
_BY_SALE: Final = """
UPDATE intake_person p SET customer_id = known.customer_id
  FROM (SELECT r.person, min(s.customer_id) AS customer_id
          FROM intake_row r JOIN intake_person n ON n.person = r.person AND n.customer_id IS NULL
          JOIN sale s ON s.workspace_id = %(workspace)s AND s.provider = %(provider)s
                     AND s.external_id = r.external_id
          JOIN customer c ON c.workspace_id = s.workspace_id AND c.id = s.customer_id
                         AND c.anonymised_at IS NULL
         WHERE NOT r.is_refund GROUP BY 1) known
 WHERE known.person = p.person
"""
# A group that shares an id, document or email with somebody whom the books know belongs to them.
_SPREAD: Final = """
UPDATE intake_person p SET customer_id = known.customer_id
  FROM (SELECT n.label, min(k.customer_id) AS customer_id
          FROM intake_person n
          JOIN (SELECT {key}, min(customer_id) AS customer_id FROM intake_person
                 WHERE customer_id IS NOT NULL AND {key} <> '' GROUP BY 1) k ON k.{key} = n.{key}
         WHERE n.customer_id IS NULL GROUP BY 1) known
 WHERE p.customer_id IS NULL AND p.label = known.label
"""
# New people who share an id, document or email are one: the lowest label of each group goes round until it
# has reached everybody, and each step also takes the label's own label, so that long chains are short.
_JOIN: Final = """
UPDATE intake_person p SET label = least(shared.label, p.label)
  FROM (SELECT {key}, min(label) AS label FROM intake_person
         WHERE customer_id IS NULL AND {key} <> '' GROUP BY 1 HAVING count(*) > 1) shared
 WHERE p.customer_id IS NULL AND p.{key} = shared.{key} AND p.label > shared.label
"""
_SHORTEN: Final = """
UPDATE intake_person p SET label = q.up
  FROM (SELECT first_label, label AS up FROM intake_person WHERE customer_id IS NULL) q
 WHERE p.customer_id IS NULL AND q.first_label = p.label AND q.up < p.label
"""
_NEW: Final = f"""
UPDATE intake_person p SET customer_id = made.id, is_new = true
  FROM (SELECT label, nextval({sequence_of("customer")}) AS id
          FROM (SELECT label FROM intake_person WHERE customer_id IS NULL GROUP BY 1 ORDER BY 1) labels) made
 WHERE p.customer_id IS NULL AND p.label = made.label
"""


def match_people(cursor: CursorWrapper, mapping: Mapping, workspace_id: int) -> None:
    """Fill `intake_person`: every person of the file with the id of a customer, known or to be made."""
    params = {"workspace": workspace_id, "provider": mapping.provider, "between": BETWEEN_KEYS}
    _run(cursor, _PEOPLE, params)
    cursor.execute("ANALYZE intake_person")
    _run(cursor, _BY_ID, params)
    _run(cursor, _BY_DOCUMENT, params)
    _run(cursor, _BY_EMAIL, params)
    _run(cursor, _BY_SALE, params)
    keys = [
        key
        for key, name in zip(_KEYS, ("customer_id", "document", "email"), strict=True)
        if name in mapping.fields
    ]
    if len(keys) > 1:
        _join_people(cursor, keys)
    _run(cursor, _NEW, params)
    cursor.execute("CREATE INDEX ON intake_person (person)")
    cursor.execute("ANALYZE intake_person")


def _join_people(cursor: CursorWrapper, keys: list[str]) -> None:
    """Let rows of the file that share a key be one person, however long the chain between them."""
    cursor.execute("ALTER TABLE intake_person ADD first_label bigint")
    cursor.execute("UPDATE intake_person SET first_label = label WHERE customer_id IS NULL")
    while sum(_run(cursor, _JOIN.format(key=key)) for key in keys):
        while _run(cursor, _SHORTEN):
            pass
    for key in keys:
        _run(cursor, _SPREAD.format(key=key))


def _run(cursor: CursorWrapper, sql: str, params: dict[str, Any] | None = None) -> int:
    cursor.execute(sql, params)
    return int(cursor.rowcount)
