"""Keeping imprints: one for each view, as long as the next export may want it, and nobody's who is erased."""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.scope import enter

from ..models import Comparison, Export, Imprint
from .comparing import previous_of
from .errors import CannotCompare
from .imprints import Drawer, ImprintReader, drawer_of
from .results import Change, Compared

_STRAY_AFTER_SECONDS: Final = 24 * 60 * 60

log = structlog.get_logger(__name__)


def keep(export: Export, rows: int, compared: Compared) -> Comparison | None:
    """Keep the imprint of an export that is ready instead of the one before, and what was found."""
    while superseded := previous_of(export):
        _drop(superseded)
    Imprint.objects.create(export=export, attempt=export.attempt, rows=rows)
    found = compared.found
    if found is None:
        return None
    comparison: Comparison = Comparison.objects.create(
        export=export,
        previous_id=found.previous_id,
        **{change.value: found.number(change) for change in Change},
        same=found.same,
        reasons={change.value: dict(found.reasons[change]) for change in Change},
        sha256=found.sha256,
        size=found.size,
    )
    return comparison


def forget_old() -> None:
    """Delete what has been kept long enough, and what a lost worker left, in every workspace with such."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT workspace_id FROM workspaces_with_imprints()")
        workspaces = [workspace_id for (workspace_id,) in cursor.fetchall()]
    for workspace_id in workspaces:
        try:
            with enter(workspace_id):
                for imprint in Imprint.objects.filter(made_at__lt=Now() - settings.IMPRINT_KEEP_FOR):
                    _drop(imprint)
                _delete_strays(workspace_id)
        except (DatabaseError, OSError):
            log.warning("imprints_not_forgotten", workspace_id=workspace_id, exc_info=True)


def forget_records(ids_of: Mapping[str, Iterable[bytes]]) -> int:
    """Overwrite the fingerprints of records, given by the label of their model; how many rows there were.

    Raises OSError where a file cannot be changed.
    """
    found = 0
    for imprint in Imprint.objects.select_related("export").select_for_update(of=("self",)).order_by("pk"):
        model = get_list_page(imprint.export.page).model._meta.label
        keys = set(ids_of.get(model, ()))
        if not keys:
            continue
        try:
            reader = ImprintReader(_drawer(imprint))
        except CannotCompare:
            # Not there, or nobody can compare anything with it any more.
            _drop(imprint)
            continue
        found += reader.forget(keys)
        reader.close()
    return found


def _drop(imprint: Imprint) -> None:
    path = _drawer(imprint).path
    imprint.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def _drawer(imprint: Imprint) -> Drawer:
    export = imprint.export
    return Drawer(export.workspace_key, export.public_id, imprint.attempt)


def _delete_strays(workspace_id: int) -> None:
    """Files that no row speaks of any more, once no worker can be at them."""
    known = {_drawer(imprint).path for imprint in Imprint.objects.select_related("export")}
    directory = drawer_of(workspace_id)
    for path in directory.iterdir() if directory.is_dir() else ():
        if path not in known and _is_old(path):
            path.unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > _STRAY_AFTER_SECONDS
