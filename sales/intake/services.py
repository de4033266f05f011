"""Asking for an import, from a page or from a command, and asking for one again."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

from celery import Task
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import active_workspace_id

from ..models import ImportKind, ImportRun, ImportState
from .errors import CannotReadFile, NothingToRun
from .layout import Layout
from .mapping import Mapping
from .reading import FileFacts, inspect, open_table

_LONGEST_NAME: Final = 200
_PRIVATE_FILE: Final = 0o600
_PRIVATE_DIRECTORY: Final = 0o700


class Reader(Protocol):
    """What reads a file, as it is kept with the import."""

    @property
    def source(self) -> Any: ...


def request_import(
    *,
    acting_member: Membership | None,
    mapping: Reader,
    file_name: str,
    kind: str = ImportKind.SALES,
    is_all_or_nothing: bool = False,
    sha256: str = "",
    is_stored: bool = False,
) -> ImportRun:
    """Add the row of an import that is to be done; nothing is started by it."""
    with transaction.atomic():
        # The workspace is locked so that two requests at once do not get one number.
        Workspace.objects.select_for_update().get(pk=active_workspace_id())
        last = ImportRun.objects.aggregate(last=Max("number"))["last"] or 0
        run = ImportRun.objects.create(
            number=last + 1,
            started_by=acting_member,
            kind=kind,
            file_name=Path(file_name).name[:_LONGEST_NAME],
            is_stored=is_stored,
            sha256=sha256,
            mapping=mapping.source,
            is_all_or_nothing=is_all_or_nothing,
        )
        record("import.requested", acting_member=acting_member, target=run)
        return run


def upload_import(
    *, acting_member: Membership, mapping: Mapping, upload: UploadedFile, is_all_or_nothing: bool
) -> ImportRun:
    """Keep an uploaded file of sales and have the worker import it; raises CannotReadFile."""
    return keep_upload(
        acting_member=acting_member,
        mapping=mapping,
        upload=upload,
        look=lambda path: look_at(path, mapping),
        is_all_or_nothing=is_all_or_nothing,
    )


def keep_upload(
    *,
    acting_member: Membership,
    mapping: Reader,
    upload: UploadedFile,
    look: Callable[[Path], FileFacts],
    kind: str = ImportKind.SALES,
    is_all_or_nothing: bool = False,
) -> ImportRun:
    """Keep an uploaded file and have the worker import it; raises CannotReadFile before anything is kept.

    The hash of what `look` saw here is on the row: a file that is another one later is refused.
    """
    with transaction.atomic():
        run = request_import(
            acting_member=acting_member,
            mapping=mapping,
            file_name=upload.name or "",
            kind=kind,
            is_all_or_nothing=is_all_or_nothing,
            is_stored=True,
        )
        path = run.stored_file
        _store(upload, path)
        try:
            run.sha256 = look(path).sha256
        except CannotReadFile:
            path.unlink()
            raise
        run.save(update_fields=["sha256"])
        _send_on_commit(run)
        return run


def look_at(path: Path, mapping: Mapping) -> FileFacts:
    """See whether a file can be read by a mapping at all; raises CannotReadFile."""
    facts = inspect(path, mapping.encoding)
    table = open_table(path, facts, separator=mapping.separator, wanted=mapping.wanted)
    Layout(mapping, table.heading)
    return facts


def run_again(*, acting_member: Membership, run: ImportRun) -> ImportRun:
    """Have a stored file imported again after it failed or was refused; raises NothingToRun."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if run.state == ImportState.DONE or not run.is_stored or not run.stored_file.is_file():
            raise NothingToRun
        run.state, run.failure, run.failure_detail = ImportState.QUEUED, "", ""
        run.save(update_fields=["state", "failure", "failure_detail"])
        record("import.repeated", acting_member=acting_member, target=run)
        _send_on_commit(run)
        return run


def _send_on_commit(run: ImportRun) -> None:
    task = _task_of(run)
    transaction.on_commit(lambda: task.delay(workspace_id=run.workspace_id, run_id=run.pk))


def _task_of(run: ImportRun) -> Task:
    # The tasks import the services.
    if run.kind == ImportKind.MESSAGES:
        from customers.messages.tasks import import_messages

        return import_messages
    from .tasks import import_file

    return import_file


def _store(upload: UploadedFile, path: Path) -> None:
    """Write the upload where only this program reads it, block by block."""
    path.parent.mkdir(mode=_PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        for block in upload.chunks():
            file.write(block)
