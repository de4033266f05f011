"""The two roles of the database: one that owns and migrates, one that serves and is bound by row security."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString
from urllib.parse import quote

import psycopg
from psycopg import sql

OWNER = "app_owner"
RUNTIME = "app_runtime"


@dataclass(frozen=True)
class Logins:
    """Where each role connects."""

    owner_url: str
    runtime_url: str


def make_database(superuser_url: str, database: str, *, anew: bool = False) -> Logins:
    """Makes both roles with new passwords, and `database` unless it is there, on a server of our own."""
    owner_password, runtime_password = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        _make_role(connection, OWNER, owner_password, sql.SQL("CREATEDB"))
        _make_role(connection, RUNTIME, runtime_password, sql.SQL("NOCREATEDB"))
        connection.execute(sql.SQL("ALTER ROLE {} SET jit = off").format(sql.Identifier(RUNTIME)))
        if anew:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database)))
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", database):
            create = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(create.format(sql.Identifier(database), sql.Identifier(OWNER)))
        address = f"{connection.info.host}:{connection.info.port}/{quote(database)}"
    logins = Logins(
        owner_url=f"postgresql://{OWNER}:{owner_password}@{address}",
        runtime_url=f"postgresql://{RUNTIME}:{runtime_password}@{address}",
    )
    grant_access(logins.owner_url, RUNTIME)
    return logins


def grant_access(owner_url: str, runtime_role: str) -> None:
    """Lets the runtime role into the owner's database; its rights on tables come with the migrations."""
    runtime = sql.Identifier(runtime_role)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        database = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, runtime))
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(runtime))


@contextmanager
def scratch_database(owner_url: str, *, prefix: str) -> Iterator[str]:
    """The name of an empty database of its own, beside the one of `owner_url`; gone afterwards."""
    name = f"{prefix}_{secrets.token_hex(4)}"
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield name
    finally:
        with psycopg.connect(owner_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def put_on_runtime_role(owner_url: str, runtime_role: str) -> None:
    """Makes sure that the owner's login may act as the runtime role, where that has no login of its own."""
    role = sql.Identifier(runtime_role)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        try:
            if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", runtime_role):
                connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOSUPERUSER NOBYPASSRLS").format(role))
            if not _may_become(connection, role):
                connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
        except psycopg.errors.InsufficientPrivilege:
            raise SystemExit(
                f"The login in DATABASE_URL may not act as {runtime_role}. An administrator must do:\n"
                f"  CREATE ROLE {runtime_role} NOLOGIN NOSUPERUSER NOBYPASSRLS;\n"
                f'  GRANT {runtime_role} TO "{connection.info.user}";'
            ) from None


def _may_become(connection: psycopg.Connection, role: sql.Identifier) -> bool:
    """Tried, not looked up: what membership allows differs between the versions of PostgreSQL."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(role))
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def _make_role(connection: psycopg.Connection, name: str, password: str, right: sql.SQL) -> None:
    found = _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", name)
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {} PASSWORD {}").format(
            sql.SQL("ALTER" if found else "CREATE"),
            sql.Identifier(name),
            right,
            sql.Literal(password),
        )
    )


def _exists(connection: psycopg.Connection, query: LiteralString, value: str) -> bool:
    return connection.execute(query, [value]).fetchone() is not None
