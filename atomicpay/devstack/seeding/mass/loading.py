"""Loading into bare tables: what makes writing slow is taken off and put back, in one transaction.

Only for a database in which nobody works: the tables are locked until the load is done. A load that fails
leaves the database as it was.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from atomicpay.devstack.seeding.mass.progress import step

# Of this session alone. One worker more than cores gains nothing.
SESSION = {
    "maintenance_work_mem": "1GB",
    "work_mem": "512MB",
    "max_parallel_maintenance_workers": "2",
    "synchronous_commit": "off",
    "jit": "off",
}

_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f'
      AND (conrelid::regclass::text = ANY (%(tables)s) OR confrelid::regclass::text = ANY (%(tables)s))
    ORDER BY 1, 2
"""
_KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype IN ('p', 'u') AND conrelid::regclass::text = ANY (%(tables)s) ORDER BY contype, 1, 2
"""
_INDEXES = """
    SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i
    WHERE i.indrelid::regclass::text = ANY (%(tables)s)
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
    ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Part:
    """A key or an index: its table, its name and its definition."""

    table: str
    name: str
    definition: str


@contextmanager
def bare_tables(tables: Sequence[str]) -> Iterator[None]:
    """Run a block with these tables without triggers, keys and indexes; needs the owner."""
    with transaction.atomic():
        for name, value in SESSION.items():
            _execute(f"SET LOCAL {name} = '{value}'")
        foreign_keys, keys, indexes = (_read(query, tables) for query in (_FOREIGN_KEYS, _KEYS, _INDEXES))
        for table in tables:
            _execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for part in (*foreign_keys, *keys):
            _execute(f"ALTER TABLE {part.table} DROP CONSTRAINT {part.name}")
        for part in indexes:
            _execute(f"DROP INDEX {part.name}")
        yield
        # A table with checks that wait for the commit cannot be altered.
        _execute("SET CONSTRAINTS ALL IMMEDIATE")
        _restore(tables, keys, indexes, foreign_keys)


def vacuum(tables: Sequence[str]) -> None:
    """Mark what was loaded as visible to all and count it: index-only scans and the planner live on that."""
    with step("vacuum and analyze"):
        for table in tables:
            _execute(f"VACUUM (ANALYZE) {table}")


def _restore(
    tables: Sequence[str], keys: Sequence[Part], indexes: Sequence[Part], foreign_keys: Sequence[Part]
) -> None:
    for table in tables:
        with step(f"indexes of {table}"):
            for part in keys:
                if part.table == table:
                    _execute(f"ALTER TABLE {table} ADD CONSTRAINT {part.name} {part.definition}")
            for part in indexes:
                if part.table == table:
                    _execute(part.definition)
            # Checking the keys needs to know how much there is.
            _execute(f"ANALYZE {table}")
    with step("foreign keys"):
        for part in foreign_keys:
            _execute(f"ALTER TABLE {part.table} ADD CONSTRAINT {part.name} {part.definition}")
    for table in tables:
        _execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _read(query: str, tables: Sequence[str]) -> list[Part]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"tables": list(tables)})
        return [Part(*row) for row in cursor.fetchall()]


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
