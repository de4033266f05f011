"""Assertions that say what a safety test means."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client

from atomicpay.workspaces.owned import WorkspaceOwned
from atomicpay.workspaces.scope import enter
from tests.conftest import CANARY


def assert_no_canary(response: HttpResponseBase) -> None:
    """Nothing of the other workspace stands in the answer: not in its body, not in its headers."""
    body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    assert CANARY.lower() not in body.decode("utf-8", "replace").lower()
    assert CANARY.lower() not in headers.lower()


def without_what_changes(body: bytes) -> bytes:
    """A page without what differs each time it is drawn: its CSRF tokens and the time of day."""
    return re.sub(
        rb'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": ?"[^"]+"|<time.*?</time>', b"", body
    )


def assert_same_not_found(client: Client, foreign: str, unknown: str) -> None:
    """What belongs to somebody else and what does not exist give the very same answer."""
    first, second = client.get(foreign), client.get(unknown)
    assert (first.status_code, second.status_code) == (404, 404)
    bodies = [
        without_what_changes(answer.content).replace(address.encode(), b"")
        for answer, address in ((first, foreign), (second, unknown))
    ]
    assert bodies[0] == bodies[1]
    assert_no_canary(first)


def owned_tables() -> list[str]:
    """The table of every model whose rows belong to a workspace."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, WorkspaceOwned) and model._meta.managed and not model._meta.proxy
    )


def hash_of_workspace(workspace_id: int) -> str:
    """A hash over every row of a workspace in every table."""
    digest = hashlib.sha256()
    with enter(workspace_id), connection.cursor() as cursor:
        for table in owned_tables():
            cursor.execute(
                f"SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {table} t"
                " WHERE workspace_id = %s",
                [workspace_id],
            )
            digest.update(f"{table} {cursor.fetchone()[0]}\n".encode())
    return digest.hexdigest()


@contextmanager
def assert_unchanged(*workspace_ids: int) -> Iterator[None]:
    """The block changes no row of these workspaces."""
    before = [hash_of_workspace(workspace_id) for workspace_id in workspace_ids]
    yield
    assert [hash_of_workspace(workspace_id) for workspace_id in workspace_ids] == before
