"""What members do with exports: ask for one, cancel it, take its file."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import BinaryIO

import structlog
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import active_scope, active_workspace_id

from . import storage
from .asked import CREATE, Asked, count_rows, find_page, open_list
from .attempts import place_of
from .errors import CannotCancel, CannotExport, Expired, NotAllowed, NotReady
from .models import Export, ExportDownload, Schedule
from .queue import announce
from .states import ExportState, sources_of

log = structlog.get_logger(__name__)


@transaction.atomic
def request_export(
    *,
    acting_member: Membership,
    page: str,
    query: str,
    columns: Sequence[str],
    at: datetime | None = None,
    schedule: Schedule | None = None,
    scheduled_day: date | None = None,
) -> Export:
    """Ask for a file of a list at an address; it is queued once this is committed.

    What is kept is the address as it was understood, so that the file holds what the screen showed. `at` is
    the moment from which periods are counted: now, or when the schedule was due. Raises CannotExport.
    """
    at = at or timezone.now()
    state = open_list(page, query, acting_member, at)
    canonical = state.canonical_query()
    asked = Asked.read(page, canonical, columns, acting_member, at)
    export = Export.objects.create(
        number=_next_number(active_workspace_id()),
        requested_by=acting_member,
        requested_at=at,
        page=page,
        query=canonical,
        columns=[column.key for column in asked.columns],
        timezone=acting_member.workspace.timezone,
        filters=[{"label": label, "value": value} for label, value in state.describe()],
        rows_confirmed=count_rows(state),
        left_out=[{"label": label, "rows": rows} for label, rows in state.left_out()],
        schedule=schedule,
        scheduled_day=scheduled_day,
    )
    record(
        "export.requested",
        acting_member=acting_member,
        target=export,
        detail={"page": page, "rows": export.rows_confirmed, "columns": export.columns},
    )
    announce(export.workspace_key, export.pk)
    return export


def _next_number(workspace_id: int) -> int:
    """The next number of the workspace; whoever asks at the same moment waits for this transaction."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace_id)
    return (Export.objects.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def cancel_export(*, acting_member: Membership, export: Export) -> Export:
    """Stop an export that waits or is being written; raises CannotCancel for one that has ended.

    Its worker finds out by its next sign of life, within about a second, and throws away what it has.
    """
    canceled = Export.objects.filter(pk=export.pk, state__in=sources_of(ExportState.CANCELED)).update(
        state=ExportState.CANCELED, finished_at=Now(), lease_until=None
    )
    export.refresh_from_db()
    if not canceled:
        raise CannotCancel(export.state)
    record("export.canceled", acting_member=acting_member, target=export)
    transaction.on_commit(lambda: storage.remove_all(place_of(export)))
    return export


def assert_may_have(member: Membership, export: Export) -> None:
    """Raise NotAllowed unless the member, as their rights are now, may have what the file holds.

    Whose export it is says `visible_to`; this asks for the right to export, for the list's own and for each
    column's, and that the file holds no product that the member may not see.
    """
    products = active_scope().products
    within = products is None or (export.products is not None and set(export.products) <= set(products))
    try:
        page = find_page(export.page)
    except CannotExport as error:
        raise NotAllowed from error
    of_columns = {column.permission for column in page.export_columns if column.key in export.columns}
    needed = {CREATE, page.permission, *of_columns} - {""}
    if not (within and all(member.may(permission) for permission in needed)):
        raise NotAllowed


def assert_ready(export: Export) -> None:
    """Raise NotReady or Expired unless the file is offered now."""
    if export.state == ExportState.EXPIRED or Export.objects.past_keeping().filter(pk=export.pk).exists():
        raise Expired
    if export.state != ExportState.READY:
        raise NotReady


@transaction.atomic
def download_export(*, acting_member: Membership, export: Export) -> BinaryIO:
    """Open the file for a member and note that they took it; raises a CannotDownload."""
    assert_may_have(acting_member, export)
    assert_ready(export)
    try:
        file = storage.open_file(place_of(export), export.attempt)
    except FileNotFoundError as error:
        log.error("export_file_missing", export_id=export.pk)
        raise Expired from error
    ExportDownload.objects.create(export=export, member=acting_member)
    record(
        "export.downloaded", acting_member=acting_member, target=export, detail={"rows": export.rows_written}
    )
    return file
