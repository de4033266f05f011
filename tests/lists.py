"""Reading list pages in tests, as a member would."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from atomicpay.ui.listing import AFTER, ListState
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership


@contextmanager
def open_list(name: str, query: str, member: Membership) -> Iterator[ListState]:
    """The list at an address, inside the member's scope."""
    with enter_as(member.workspace_id, member.pk) as membership:
        yield get_list_page(name).parse(QueryDict(query), membership)


def listed(name: str, query: str, member: Membership) -> set[int]:
    """The ids of the rows, after checking that pages, count and file all say the same."""
    with open_list(name, query, member) as state:
        ids = list(state.queryset().values_list("pk", flat=True))
        assert len(ids) == len(set(ids)) == state.count()
        assert set(ids) == {row.pk for row in all_pages(state)}
        assert set(ids) == set(state.export_queryset().values_list("pk", flat=True))
        return set(ids)


def all_pages(state: ListState) -> list[Any]:
    """Every row, read page by page."""
    page = state.read_page()
    rows = list(page.rows)
    while page.next is not None:
        query = QueryDict(f"{state.canonical_query()}&{AFTER}={page.next}")
        page = state.page.parse(query, state.membership).read_page()
        rows += page.rows
    return rows


def ids_by_sql(sql: str, workspace_id: int) -> set[int]:
    """The ids that a hand-written query gives; `%(ws)s` in it is the workspace."""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"ws": workspace_id})
        return {row[0] for row in cursor.fetchall()}


def statements(captured: CaptureQueriesContext) -> list[str]:
    """The statements of a request, without the begin, the end and the settings of its transaction."""
    sqls = [query["sql"] for query in captured.captured_queries]
    return [
        sql for sql in sqls if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SET LOCAL"))
    ]
