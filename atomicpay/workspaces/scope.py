"""Which workspace, and which of its products, the running code may see: the one way to enter a workspace."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from .errors import NoActiveWorkspace, WorkspaceAlreadyActive


@dataclass(frozen=True, slots=True)
class Scope:
    """What is visible: one workspace and, for a member limited to products, those products.

    `products` is None for all products, or the (possibly empty) ids of the products that may be seen.
    """

    workspace_id: int
    products: tuple[int, ...] | None = None


_active: ContextVar[Scope | None] = ContextVar("active_scope", default=None)


def active_scope() -> Scope:
    """The scope that is entered; raises NoActiveWorkspace when there is none."""
    scope = _active.get()
    if scope is None:
        raise NoActiveWorkspace
    return scope


def active_workspace_id() -> int:
    """The id of the workspace that is entered; raises NoActiveWorkspace when there is none."""
    return active_scope().workspace_id


def is_limited_to_products() -> bool:
    """Whether the active scope shows only selected products."""
    return active_scope().products is not None


@contextmanager
def enter(
    workspace_id: int,
    *,
    products: Iterable[int] | None = None,
    snapshot: bool = False,
    statement_seconds: int = 0,
    lock_seconds: int = 0,
    using: str = DEFAULT_DB_ALIAS,
) -> Iterator[Scope]:
    """Run a block inside a workspace: one transaction, in which both the ORM and PostgreSQL know it.

    Entered again inside itself it costs a savepoint; entered inside another workspace it raises
    WorkspaceAlreadyActive. With `snapshot` the whole block reads one REPEATABLE READ
    snapshot, which must be chosen before the first statement and so only works at the outermost level.
    With `statement_seconds` PostgreSQL breaks off any statement that takes longer, with `lock_seconds` any
    that waits longer for a lock; 0 is no limit.

    The setting is local to the transaction: a session-wide one would reach the next user of a pooled
    connection.
    """
    scope = Scope(int(workspace_id), None if products is None else tuple(sorted(products)))
    outer = _active.get()
    if outer is not None and outer.workspace_id != scope.workspace_id:
        raise WorkspaceAlreadyActive(outer.workspace_id, scope.workspace_id)
    connection = connections[using]
    nested = connection.in_atomic_block
    with transaction.atomic(using=using):
        if snapshot:
            if nested:
                raise transaction.TransactionManagementError(
                    "A snapshot can only start with its transaction."
                )
            _execute(using, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        if outer is None:
            _set_workspace(using, str(scope.workspace_id), statement_seconds, lock_seconds)
        token = _active.set(scope)
        try:
            yield scope
        finally:
            _active.reset(token)
        if outer is None and nested and not connection.needs_rollback:
            # A released savepoint keeps the value until the outer transaction ends.
            _set_workspace(using, "", 0, 0)


def enter_for_request(workspace_id: int) -> AbstractContextManager[Scope]:
    """Enter a workspace to answer a request: nothing that it asks of the database takes long."""
    return enter(
        workspace_id,
        statement_seconds=settings.REQUEST_STATEMENT_SECONDS,
        lock_seconds=settings.REQUEST_LOCK_SECONDS,
    )


@contextmanager
def narrowed_to(products: Iterable[int] | None) -> Iterator[Scope]:
    """Run a block inside the active workspace with only these products visible, or all of them for None.

    No savepoint: an error leaves the block for the one that entered the workspace, which undoes everything.
    So nothing may catch it in between; what is to be undone alone goes into a transaction of its own.
    """
    scope = replace(active_scope(), products=None if products is None else tuple(sorted(products)))
    token = _active.set(scope)
    try:
        yield scope
    finally:
        _active.reset(token)


@contextmanager
def in_scope_of_slots(workspace: Any, products: tuple[Any, ...] | None) -> Iterator[None]:
    """For `compiled` alone: show no workspace, only places for one. PostgreSQL is told nothing."""
    token = _active.set(Scope(workspace, products))
    try:
        yield
    finally:
        _active.reset(token)


def _set_workspace(using: str, value: str, statement_seconds: int, lock_seconds: int) -> None:
    _execute(
        using,
        "SELECT set_config('app.workspace_id', %s, true), set_config('statement_timeout', %s, true),"
        " set_config('lock_timeout', %s, true)",
        [value, f"{statement_seconds}s", f"{lock_seconds}s"],
    )


def _execute(using: str, sql: str, params: list[str] | None = None) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
