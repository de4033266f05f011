"""Watching how much is exported: the limit of a workspace, and telling who oversees exports."""

from django.db import transaction

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership

from .. import letters
from ..models import Export, ExportWatch
from .errors import NotAllowed

SET_LIMIT = "workspace.manage"


@transaction.atomic
def set_limit(*, acting_member: Membership, rows_above: int | None) -> None:
    """Let exports with more rows than this be told of, or with None none. Raises NotAllowed."""
    if not acting_member.may(SET_LIMIT):
        raise NotAllowed
    before = limit()
    if rows_above == before:
        return
    if rows_above is None:
        ExportWatch.objects.all().delete()
    else:
        ExportWatch.objects.update_or_create(defaults={"rows_above": rows_above})
    record(
        "export.limit_changed",
        acting_member=acting_member,
        detail={"rows_before": before, "rows": rows_above},
    )


def limit() -> int | None:
    """From how many rows on an export is told of; None for never."""
    watch = ExportWatch.objects.first()
    return watch.rows_above if watch else None


def watch(export: Export, rows: int) -> None:
    """Tell of an export that has become ready with more rows than the limit. In the transaction of that."""
    rows_above = limit()
    if rows_above is None or rows <= rows_above:
        return
    Export.objects.filter(pk=export.pk).update(told_above=rows_above)
    record(
        "export.told_of", acting_member=None, target=export, detail={"rows": rows, "rows_above": rows_above}
    )
    letters.tell_of_large_export(export)
