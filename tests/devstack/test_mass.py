"""Large books: what is loaded into bare tables is, to the cent, what the triggers would have made of it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from atomicpay.devstack.seeding.mass.books import TABLES
from atomicpay.devstack.seeding.mass.plan import SIXTY_EMAIL, WHALE_EMAIL
from atomicpay.env import read_environment
from atomicpay.workspaces.scope import enter
from sales.verification import differences

CUSTOMERS = 300
THROUGH_TRIGGERS, BARE = "seeded-by-triggers", "seeded-bare"
# Numbers that differ from one workspace to the next, and moments at which a row was written.
OF_THE_WORKSPACE = [
    "id",
    "workspace_id",
    "customer_id",
    "product_id",
    "plan_id",
    "subscription_id",
    "sale_id",
]
SCHEMA = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype IN ('p', 'u', 'f')
    UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY 1, 2, 3
"""
Run = Callable[..., list[tuple[Any, ...]]]
BOOKS_OF_ENTRIES = ("sale_tally", "daily_total")
"""Only sums of their rows mean anything."""


@pytest.fixture(scope="module")
def as_owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[Run]:
    """Run a statement in the test database as its owner."""
    with psycopg.connect(_owner_url(), autocommit=True) as owner:

        def run(statement: Any, *parameters: Any) -> list[tuple[Any, ...]]:
            cursor = owner.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture(scope="module")
def seeded(as_owner: Run, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """The same books twice, by both ways, with the schema as it was before; all gone again afterwards."""
    before = as_owner(SCHEMA)
    try:
        _seed(THROUGH_TRIGGERS)
        _seed(BARE, "--bare")
        assert as_owner(SCHEMA) == before
        with django_db_blocker.unblock():
            yield dict(
                as_owner("SELECT slug, id FROM workspace WHERE slug = ANY (%s)", [THROUGH_TRIGGERS, BARE])
            )
    finally:
        _remove(as_owner)


def _owner_url() -> str:
    environment = read_environment()
    url = environment.database_owner_url or environment.database_url
    return make_conninfo(url, dbname=connection.settings_dict["NAME"])


def _seed(slug: str, *more: str) -> None:
    name = connection.settings_dict["NAME"]
    urls = {
        variable: f"{os.environ[variable].rpartition('/')[0]}/{name}"
        for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
        if os.environ.get(variable)
    }
    subprocess.run(
        [
            *(sys.executable, "manage.py", "seed", f"--workspace={slug}", f"--customers={CUSTOMERS}"),
            *("--as-of=2026-11-22", *more),
        ],
        cwd=settings.BASE_DIR,
        env=os.environ | urls | {"DATABASE_AS": "owner"},
        check=True,
        capture_output=True,
    )


def _remove(as_owner: Run) -> None:
    slugs = [THROUGH_TRIGGERS, BARE]
    for table in (*reversed(TABLES), "plan", "product"):
        as_owner(
            sql.SQL(
                "DELETE FROM {} WHERE workspace_id IN (SELECT id FROM workspace WHERE slug = ANY (%s))"
            ).format(sql.Identifier(table)),
            slugs,
        )
    # Taking the rows away was entered in these books.
    for table in BOOKS_OF_ENTRIES:
        as_owner(
            sql.SQL(
                "DELETE FROM {} WHERE workspace_id IN (SELECT id FROM workspace WHERE slug = ANY (%s))"
            ).format(sql.Identifier(table)),
            slugs,
        )
    as_owner("DELETE FROM workspace WHERE slug = ANY (%s)", slugs)


@pytest.mark.parametrize("table", [table for table in TABLES if table not in BOOKS_OF_ENTRIES])
def test_bare_tables_get_the_same_rows(seeded: dict[str, int], as_owner: Run, table: str) -> None:
    statement = sql.SQL(
        "SELECT (to_jsonb(t) - %s::text[])::text FROM {} t WHERE workspace_id = %s ORDER BY 1"
    ).format(sql.Identifier(table))
    by_triggers, bare = (
        as_owner(statement, OF_THE_WORKSPACE, seeded[slug]) for slug in (THROUGH_TRIGGERS, BARE)
    )
    assert len(bare) > 0
    assert bare == by_triggers


def test_bare_tally_adds_up_to_the_same(seeded: dict[str, int], as_owner: Run) -> None:
    # Products and plans have other keys in each workspace; their external ids are the same.
    statement = (
        "SELECT p.external_id, t.status, method, t.currency, is_test, is_charge, sum(sales) FROM sale_tally t"
        " JOIN product p ON p.id = t.product_id WHERE t.workspace_id = %s"
        " GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"
    )
    by_triggers, bare = (as_owner(statement, seeded[slug]) for slug in (THROUGH_TRIGGERS, BARE))
    assert len(bare) > 20
    assert bare == by_triggers


def test_bare_days_add_up_to_the_same(seeded: dict[str, int], as_owner: Run) -> None:
    statement = (
        "SELECT day, currency, sum(gross), sum(refunded), sum(disputed), sum(sales), sum(refunds)"
        " FROM daily_total WHERE workspace_id = %s GROUP BY 1, 2 ORDER BY 1, 2"
    )
    by_triggers, bare = (as_owner(statement, seeded[slug]) for slug in (THROUGH_TRIGGERS, BARE))
    assert len(bare) > CUSTOMERS
    assert bare == by_triggers


@pytest.mark.parametrize("slug", [THROUGH_TRIGGERS, BARE])
def test_large_books_have_right_totals(seeded: dict[str, int], slug: str) -> None:
    with enter(seeded[slug]):
        assert list(differences()) == []


@pytest.mark.parametrize("slug", [THROUGH_TRIGGERS, BARE])
def test_large_books_search_text_is_what_the_triggers_make(
    seeded: dict[str, int], as_owner: Run, slug: str
) -> None:
    statement = "SELECT id, contacts_text FROM customer WHERE workspace_id = %s ORDER BY id"
    before = as_owner(statement, seeded[slug])
    ids = [row[0] for row in before]
    as_owner("SELECT customer_contacts_recompute(%s, %s)", seeded[slug], ids)
    assert as_owner(statement, seeded[slug]) == before
    assert all(text for _id, text in before)


def test_large_books_have_the_two_who_stand_out(seeded: dict[str, int], as_owner: Run) -> None:
    statement = (
        "SELECT c.email, count(*) FROM customer c JOIN sale s ON s.customer_id = c.id"
        " WHERE c.workspace_id = %s AND c.email = ANY (%s) GROUP BY 1 ORDER BY 1"
    )
    assert as_owner(statement, seeded[BARE], [SIXTY_EMAIL, WHALE_EMAIL]) == [
        (SIXTY_EMAIL, 60),
        (WHALE_EMAIL, 70),
    ]


def test_large_books_have_six_sales_each(seeded: dict[str, int], as_owner: Run) -> None:
    ((sales, customers),) = as_owner(
        "SELECT count(*), count(DISTINCT customer_id) FROM sale WHERE workspace_id = %s", seeded[BARE]
    )
    assert customers == CUSTOMERS
    # The two who stand out have theirs beside those of all.
    assert sales == CUSTOMERS * 6 + 69 + 59
