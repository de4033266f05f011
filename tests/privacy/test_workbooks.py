"""A workbook hides nobody: what is packed in it is looked through when a person is anonymised."""

import io

import pytest
from django.utils import timezone

from atomicpay.privacy.files import expire_exports, has
from atomicpay.privacy.marks import Marks
from atomicpay.ui.columns import Kind
from atomicpay.workspaces.entry import enter_as
from atomicpay.workspaces.models import Membership
from exports.cells import safe_text
from exports.dialects import Dialect
from exports.models import Export
from exports.storage import Place, writing
from exports.workbook import Workbook
from exports.writer import FileColumn
from tests.privacy.conftest import make_export

NAME = 'Zenóbia & Filhas "Quixadá"'


def workbook_of(name: str) -> bytes:
    sink = io.BytesIO()
    with Workbook(sink, [FileColumn("name", (), safe_text, Kind.TEXT)]) as workbook:
        workbook.write(f'name\n"{name.replace(chr(34), chr(34) * 2)}"\n'.encode())
    return sink.getvalue()


def marks_of(name: str) -> Marks:
    return Marks.of(names=[name], emails=[], numbers=[])


def test_name_is_found_in_what_a_workbook_packs() -> None:
    book = workbook_of(NAME)
    assert has(io.BytesIO(book), marks_of(NAME).in_files, is_packed=True)
    assert not has(io.BytesIO(book), marks_of("Rui Barros").in_files, is_packed=True)
    # The control: as it lies there nothing of it can be read.
    assert not has(io.BytesIO(book), marks_of(NAME).in_files)


@pytest.mark.django_db(transaction=True)
def test_workbook_with_the_person_expires_and_the_other_stays(owner: Membership) -> None:
    with enter_as(owner.workspace_id, owner.pk):
        exports = [make_export(owner, "", number=number, dialect=Dialect.XLSX) for number in (1, 2)]
        for export, name in zip(exports, (NAME, "Rui Barros"), strict=True):
            with writing(Place(export.workspace_id, export.public_id), 1) as file:
                file.write(workbook_of(name))
        assert len(expire_exports(exports, marks_of(NAME))) == 1
        states = Export.objects.order_by("number").values_list("state", flat=True)
        assert list(states) == ["expired", "ready"]
        gone, kept = Export.objects.order_by("number")
        # The day that the receipt names for the file's end is that of the deletion.
        assert gone.expires_at <= timezone.now() < kept.expires_at
