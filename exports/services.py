"""What members do with exports: ask for one, cancel it, take its file."""

from collections.abc import Sequence
from datetime import date, datetime

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from atomicpay.audit.services import record
from atomicpay.workspaces.entry import allowed_products
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import active_scope, active_workspace_id

from . import storage
from .asked import Asked, count_rows, documents_among, open_list
from .attempts import delete_files, place_of
from .dialects import Dialect
from .errors import CannotCancel, CannotExport, Expired, NotAllowed, NotReady
from .left_out import count_left_out
from .limits import assert_within_limits
from .models import Export, ExportDownload, Schedule
from .rights import Demands
from .states import ExportState, sources_of
from .turns import announce_in_turn

log = structlog.get_logger(__name__)


@transaction.atomic
def request_export(
    *,
    acting_member: Membership,
    page: str,
    query: str,
    columns: Sequence[str],
    dialect: str = Dialect.STANDARD,
    mail_when_ready: bool = False,
    at: datetime | None = None,
    schedule: Schedule | None = None,
    scheduled_day: date | None = None,
) -> Export:
    """Ask for a file of a list at an address; it is queued once this is committed.

    What is kept is the address as it was understood, so that the file holds what the screen showed. `at` is
    the moment from which periods are counted: now, or when the schedule was due. Raises CannotExport, also
    when the member has asked for too many today.
    """
    at = at or timezone.now()
    state = open_list(page, query, acting_member, at)
    canonical = state.canonical_query()
    asked = Asked.read(page, canonical, columns, acting_member, at)
    rows, left_out = count_rows(state), count_left_out(state)
    number = _next_number(active_workspace_id())
    assert_within_limits(acting_member, rows)
    export = Export.objects.create(
        number=number,
        requested_by=acting_member,
        requested_at=at,
        page=page,
        query=canonical,
        columns=[column.key for column in asked.columns],
        dialect=Dialect(dialect),
        timezone=acting_member.workspace.timezone,
        mail_when_ready=mail_when_ready,
        filters=[{"label": label, "value": value} for label, value in state.describe()],
        rows_confirmed=rows,
        left_out=[entry.as_json() for entry in left_out],
        schedule=schedule,
        scheduled_day=scheduled_day,
    )
    record(
        "export.requested",
        acting_member=acting_member,
        target=export,
        detail={
            "page": page,
            "rows": export.rows_confirmed,
            "columns": export.columns,
            "format": export.dialect,
        },
    )
    if documents := documents_among(asked.columns):
        record(
            "export.documents_included",
            acting_member=acting_member,
            target=export,
            detail={"page": page, "columns": [column.key for column in documents]},
        )
    announce_in_turn(export)
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
        state=ExportState.CANCELED, finished_at=Now(), lease_until=None, has_leftovers=True
    )
    export.refresh_from_db()
    if not canceled:
        raise CannotCancel(export.state)
    record("export.canceled", acting_member=acting_member, target=export)
    transaction.on_commit(lambda: _throw_away(export))
    return export


def _throw_away(export: Export) -> None:
    """Delete what was written so far; the worker that still writes deletes what is its own."""
    try:
        delete_files(export)
    except (OSError, DatabaseError):
        log.warning("export_not_cleaned_up", export_id=export.pk, exc_info=True)


def wants_mail(member: Membership) -> bool:
    """Whether the member wanted to be mailed about the last export they asked for; True before the first.

    By hand: what a schedule asks for in their name says nothing of what they chose.
    """
    last = Export.objects.filter(requested_by=member, schedule=None).newest_first().first()
    return last is None or last.mail_when_ready


def who_may_download(demands: Demands) -> list[Membership]:
    """The members who may take such a file of another's, by name."""
    members = Membership.objects.current().select_related("user").order_by("user__name", "pk")
    overseers = [member for member in members if member.may("exports.download_any")]
    return [member for member in overseers if demands.are_met_by(member, allowed_products(member))]


def assert_may_have(member: Membership, export: Export) -> None:
    """Raise NotAllowed unless the member, as their rights are now, may have what the file holds.

    Whose export it is says `visible_to`; this asks for the right to export, for the list's own, for each
    column's and for those that decided its rows, and that the file holds no product that the member may not
    see.
    """
    try:
        demands = Demands.of_file(export)
    except CannotExport as error:
        raise NotAllowed from error
    if not demands.are_met_by(member, active_scope().products):
        raise NotAllowed


def assert_ready(export: Export) -> None:
    """Raise NotReady or Expired unless the file is offered now."""
    if export.state == ExportState.EXPIRED or Export.objects.past_keeping().filter(pk=export.pk).exists():
        raise Expired
    if export.state != ExportState.READY:
        raise NotReady


@transaction.atomic
def download_export(*, acting_member: Membership, export: Export) -> None:
    """Note that a member takes the file, which is then delivered to them.

    Raises a CannotDownload, or OSError while what keeps the files is away.
    """
    assert_may_have(acting_member, export)
    assert_ready(export)
    if not storage.is_there(place_of(export), export.attempt):
        log.error("export_file_missing", export_id=export.pk)
        raise Expired
    ExportDownload.objects.create(export=export, member=acting_member)
    record(
        "export.downloaded", acting_member=acting_member, target=export, detail={"rows": export.rows_written}
    )
