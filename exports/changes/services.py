"""Taking the file of changes: under the rules of the export's own."""

from typing import BinaryIO

from django.db import transaction

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership

from .. import storage
from ..attempts import place_of
from ..errors import Expired, NotReady
from ..models import Comparison, Export, ExportDownload
from ..services import assert_may_have, assert_ready


@transaction.atomic
def download_changes(*, acting_member: Membership, export: Export) -> BinaryIO:
    """Open the file of changes for a member and note that they took it.

    Raises a CannotDownload, or OSError while what keeps the files is away.
    """
    assert_may_have(acting_member, export)
    assert_ready(export)
    if not Comparison.objects.filter(export=export).exists():
        raise NotReady
    try:
        file = storage.open_file(place_of(export), export.attempt, storage.CHANGES)
    except FileNotFoundError as error:
        raise Expired from error
    ExportDownload.objects.create(export=export, member=acting_member)
    record("export.downloaded", acting_member=acting_member, target=export, detail={"part": "changes"})
    return file
