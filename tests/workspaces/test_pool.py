"""One pooled connection handed from request to request (T10): no workspace may survive in it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from tests import factories


@pytest.fixture
def pool_of_one(transactional_db: None) -> Iterator[ConnectionPool[Any]]:
    """Django's own pool, one connection large."""
    connection.close()
    options = dict(connection.settings_dict["OPTIONS"])
    connection.settings_dict["OPTIONS"] = {**options, "pool": {"min_size": 1, "max_size": 1}}
    connection.ensure_connection()
    yield connection.pool
    connection.close()
    connection.close_pool()
    connection.settings_dict["OPTIONS"] = options


def _next_client(pool: ConnectionPool[Any]) -> str | None:
    """What the next user of the one connection finds set."""
    connection.close()
    with pool.connection() as raw:
        return raw.execute("SELECT current_setting('app.workspace_id', true)").fetchone()[0]


def test_pooled_connection_forgets_the_workspace(pool_of_one: ConnectionPool[Any]) -> None:
    aurora = factories.WorkspaceFactory()
    with enter(aurora.pk):
        factories.CustomerFactory()
    assert not _next_client(pool_of_one)


def test_pooled_connection_forgets_the_workspace_after_an_exception(pool_of_one: ConnectionPool[Any]) -> None:
    aurora = factories.WorkspaceFactory()
    with pytest.raises(ZeroDivisionError), enter(aurora.pk):
        factories.CustomerFactory()
        raise ZeroDivisionError
    assert not _next_client(pool_of_one)


def test_pooled_connection_forgets_the_workspace_when_the_client_goes_away(
    pool_of_one: ConnectionPool[Any],
) -> None:
    aurora = factories.WorkspaceFactory()
    with pytest.raises(GeneratorExit), enter(aurora.pk):
        Customer.objects.count()
        raise GeneratorExit
    assert not _next_client(pool_of_one)


def test_session_wide_setting_would_leak_to_the_next_client(pool_of_one: ConnectionPool[Any]) -> None:
    """The control: the same probe finds a workspace that is set for the session."""
    aurora = Workspace(pk=77)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.workspace_id', %s, false)", [str(aurora.pk)])
    assert _next_client(pool_of_one) == "77"
    with pool_of_one.connection() as raw:
        raw.execute("RESET app.workspace_id")


def test_raw_connection_without_a_workspace_gets_an_error(pool_of_one: ConnectionPool[Any]) -> None:
    _next_client(pool_of_one)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), pool_of_one.connection() as raw:
        raw.execute("SELECT count(*) FROM customer")
