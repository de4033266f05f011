"""The archive itself: written table by table into a file without a name, so that nothing of it is kept.

Rows go from PostgreSQL's COPY straight into the compressor: twenty thousand sales take about a second and no
more memory than one.
"""

import tempfile
from dataclasses import dataclass
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.timezone import localtime, now

from atomicpay.audit.models import AuditEntry
from customers.models import Customer
from exports.writer import FileColumn, write_csv

from ..reach import Table, tables_about_customers
from .columns import LANGUAGES, columns_of, log_columns
from .places import LOG, PLACES, Place

_INDEX: Final = "index.html"
_PRIVATE: Final = 0o600 << 16


@dataclass(frozen=True, slots=True)
class Written:
    """One file of the archive, and how many rows it has."""

    name: str
    holds: Promise
    rows: int


@dataclass(frozen=True, slots=True)
class Archive:
    """The open file, at its beginning, and what is in it."""

    file: IO[bytes]
    files: list[Written]

    @property
    def rows(self) -> int:
        """Of all files together."""
        return sum(each.rows for each in self.files)

    def rows_in(self, label: str) -> int:
        """Of the file of one table."""
        return sum(each.rows for each in self.files if each.name == PLACES[label].name)


def write_archive(customer: Customer, ids: list[int], zone: str, business: str) -> Archive:
    """Everything about these records of one person. The caller closes the file, which is gone then."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- handed on to the response, which closes it
    written = []
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for table in tables_about_customers():
            if place := PLACES.get(table.label):
                columns = columns_of(table.model, place.without)
                written.append(_write(archive, place, _rows(table, ids), columns, zone))
        entries = AuditEntry.objects.filter(target_type=Customer._meta.label_lower, target_id__in=ids)
        written.append(_write(archive, LOG, entries.order_by("at", "pk"), log_columns(), zone))
        archive.writestr(_named(_INDEX), _index(customer, written, business))
    file.seek(0)
    return Archive(file, written)


def _rows(table: Table, ids: list[int]) -> QuerySet:
    return table.rows_of(ids).order_by("pk")


def _write(archive: ZipFile, place: Place, rows: QuerySet, columns: list[FileColumn], zone: str) -> Written:
    with archive.open(_named(place.name), "w", force_zip64=True) as file:
        number = write_csv(rows, columns, file, zone=zone)
    return Written(place.name, place.holds, number)


def _named(name: str) -> ZipInfo:
    info = ZipInfo(name, localtime().timetuple()[:6])
    info.compress_type, info.external_attr = ZIP_DEFLATED, _PRIVATE
    return info


def _index(customer: Customer, written: list[Written], business: str) -> str:
    context: dict[str, Any] = {
        "record": customer.public_id,
        "business": business,
        "made_at": localtime(now()).isoformat(timespec="minutes"),
        "files": written,
        "languages": LANGUAGES,
    }
    return render_to_string("privacy/archive_index.html", context)
