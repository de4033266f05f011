"""The customers of large books and everything they are known by, as statements over `generate_series`.

`pg_temp.chance(key, salt)` is a number from 0 until 1 that depends on nothing but its arguments and the seed,
so that neither the plan nor the number of workers changes a row.
"""

from atomicpay.devstack.seeding.mass.rows import insert
from customers.models import Customer, CustomerDocument, CustomerEmail, CustomerIdentity, CustomerPhone

CHANCE = """
CREATE FUNCTION pg_temp.chance(key bigint, salt bigint) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (hashint8extended(key, salt + 1000 * %(seed)s) & 4503599627370495)::float8 / 4503599627370496
$$;
-- Laid out as a UUID of version 7: the milliseconds first, then what a hash gives.
CREATE FUNCTION pg_temp.identity(kind text, key bigint, at timestamptz) RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT overlay(overlay(md5(kind || key || '/' || %(seed)s) PLACING '8' FROM 17)
    PLACING lpad(to_hex((date_part('epoch', at) * 1000)::bigint), 12, '0') || '7' FROM 1)::uuid
$$;
"""


def _check_digit(weights: range, more: str = "") -> str:
    """The check digit of a CPF over the nine digits of the number `nine` (weighted sum modulo 11)."""
    total = " + ".join(
        f"{weight} * (nine / {10 ** (8 - place)} %% 10)" for place, weight in enumerate(weights)
    )
    return f"CASE WHEN ({total}{more}) %% 11 < 2 THEN 0 ELSE 11 - ({total}{more}) %% 11 END"


PEOPLE = f"""
CREATE TEMPORARY TABLE person ON COMMIT DROP AS
WITH drawn AS (
  SELECT k, %(start)s::timestamptz + (6 * (k - 1) + 1) * %(gap)s * interval '1 second' AS born,
         1 + floor(cardinality(%(firsts)s::text[]) * power(pg_temp.chance(k, 1), 1.3))::int AS f,
         1 + floor(cardinality(%(lasts)s::text[]) * power(pg_temp.chance(k, 2), 2))::int AS l,
         1 + floor(cardinality(%(lasts)s::text[]) * power(pg_temp.chance(k, 3), 1.6))::int AS l2,
         floor(pg_temp.chance(k, 4) * 1000000000)::bigint AS nine, pg_temp.chance(k, 5) AS luck
    FROM generate_series(1, %(customers)s) k
), named AS (
  SELECT *,
         (%(firsts)s::text[])[f] || ' ' || (%(lasts)s::text[])[l2] || ' ' || (%(lasts)s::text[])[l] AS name,
         CASE k WHEN %(whale)s THEN %(whale_email)s WHEN %(sixty)s THEN %(sixty_email)s
                ELSE (%(plain_firsts)s::text[])[f] || '.' || (%(plain_lasts)s::text[])[l] || k || '@'
                     || (%(domains)s::text[])[1 + k %% cardinality(%(domains)s::text[])] END AS email,
         CASE WHEN luck < 0.15 THEN (%(plain_lasts)s::text[])[l] || k || '@antigo.example' END AS former,
         CASE WHEN luck < 0.8
              THEN '551190' || lpad(floor(pg_temp.chance(k, 6) * 10000000)::int::text, 7, '0') END AS phone,
         {_check_digit(range(10, 1, -1))} AS first_check
    FROM drawn
)
SELECT k, born, name, email, former, phone, luck,
       CASE WHEN pg_temp.chance(k, 7) < 0.7
            THEN lpad(nine::text, 9, '0') || first_check
                 || {_check_digit(range(11, 2, -1), " + 2 * first_check")} END AS cpf,
       'HB' || k AS buyer
  FROM named
"""

_CONTACTS = """concat_ws(' ', CASE WHEN former COLLATE "C" < email COLLATE "C" THEN former || ' ' || email
  ELSE concat_ws(' ', email, former) END, phone, buyer)"""


def customers() -> str:
    """Insert the customers; their search text is the one that the triggers would make."""
    columns = {
        "id": "%(customer0)s + k",
        "workspace_id": "%(workspace)s",
        "public_id": "pg_temp.identity('customer', k, born)",
        "name": "name",
        "email": "email",
        "phone": "coalesce('+' || phone, '')",
        "document": "coalesce(cpf, '')",
        "document_kind": "CASE WHEN cpf IS NULL THEN '' ELSE 'cpf' END",
        "document_valid": "CASE WHEN cpf IS NOT NULL THEN true END",
        "country": "CASE WHEN pg_temp.chance(k, 8) < 0.92 THEN 'BR'"
        " WHEN pg_temp.chance(k, 8) < 0.96 THEN 'PT' ELSE 'US' END",
        "locale": "'pt-BR'",
        "is_test": "pg_temp.chance(k, 9) < 0.001 AND k NOT IN (%(whale)s, %(sixty)s)",
        "created_at": "born",
        "archived_at": "CASE WHEN pg_temp.chance(k, 10) < 0.02 AND k NOT IN (%(whale)s, %(sixty)s)"
        " THEN %(as_of)s::timestamptz - interval '1 day' END",
        "contacts_text": _CONTACTS,
    }
    return insert(Customer, columns, "person ORDER BY k", at="born")


def contacts() -> dict[str, str]:
    """Insert what the customers are known by; the name of each step with its statement."""
    seen = {
        "workspace_id": "%(workspace)s",
        "customer_id": "%(customer0)s + k",
        "source": "'hotmart'",
        "is_primary": "true",
        "first_seen_at": "born",
        "last_seen_at": "%(as_of)s::timestamptz",
    }
    emails = "(SELECT k, born, address, is_main FROM person, LATERAL (VALUES (email, true), (former, false))"
    emails += " known (address, is_main) WHERE address IS NOT NULL ORDER BY k) emails"
    masked = (
        "substr(cpf, 1, 3) || '.' || substr(cpf, 4, 3) || '.' || substr(cpf, 7, 3) || '-' || substr(cpf, 10)"
    )
    return {
        "emails": insert(
            CustomerEmail,
            seen | {"address": "address", "normalised": "address", "is_primary": "is_main"},
            emails,
            at="born",
        ),
        "phones": insert(
            CustomerPhone,
            seen | {"number": "'+' || phone", "digits": "phone"},
            "person WHERE phone IS NOT NULL ORDER BY k",
            at="born",
        ),
        "documents": insert(
            CustomerDocument,
            seen | {"kind": "'cpf'", "number": masked, "normalised": "cpf", "is_valid": "true"},
            "person WHERE cpf IS NOT NULL ORDER BY k",
            at="born",
        ),
        "external ids": insert(
            CustomerIdentity,
            seen | {"provider": "'hotmart'", "external_id": "buyer"},
            "person ORDER BY k",
            at="born",
        ),
    }
