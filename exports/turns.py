"""Whose turn it is: a workspace has only so many exports in hand at once, and the others wait for theirs.

The queue is served in the order in which it was told. So it is told of one export of a workspace after the
other: a hundred of one workspace stand in it as one, and another workspace waits for that one alone.
"""

from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from atomicpay.workspaces.scope import active_workspace_id

from .models import Export
from .queue import announce

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('exports.turns', %s))"


def has_room() -> bool:
    """Whether the active workspace may have one more in hand; nobody takes it before this is committed."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [active_workspace_id()])
    return _room() > 0


def announce_in_turn(export: Export) -> None:
    """Tell the queue of a new export, unless others of the workspace come first: their end tells of it."""
    before = Export.objects.filter(pk__lt=export.pk)
    if before.being_written().count() + before.never_tried_or_unheard().count() < settings.EXPORTS_AT_ONCE:
        announce(export.workspace_key, export.pk)


def announce_next() -> None:
    """Tell the queue of those whose turn it is in the active workspace."""
    for export in Export.objects.never_tried_or_unheard().in_turn()[: _room()]:
        announce(export.workspace_key, export.pk)


def announce_unheard() -> None:
    """Tell the queue again of those whose turn it is and that no worker seems to have heard of."""
    for export in Export.objects.unheard().in_turn()[: _room()]:
        # A running one keeps its state: its worker may be alive after all, and the claim decides.
        Export.objects.claimable().filter(pk=export.pk).update(queued_at=Now())
        announce(export.workspace_key, export.pk)


def _room() -> int:
    return max(0, settings.EXPORTS_AT_ONCE - Export.objects.being_written().count())
