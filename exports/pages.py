"""What the pages of exports show: the writing, and the receipt."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import cached_property

from atomicpay.catalog.models import Product
from atomicpay.ui.columns import Column, Kind
from atomicpay.ui.html import status
from atomicpay.workspaces.models import Membership

from .asked import find_page
from .changes.pages import ChangesPart
from .confirming import COLUMN, DIALECT, LIST
from .dialects import Dialect, format_of
from .errors import CannotExport, NotAllowed
from .failures import say_failure
from .left_out import LeftOut
from .models import Export, ExportDownload
from .services import assert_may_have
from .states import ExportState, Failure

TONES = {
    ExportState.QUEUED: "wait",
    ExportState.RUNNING: "wait",
    ExportState.READY: "ok",
    ExportState.FAILED: "bad",
    ExportState.CANCELED: "off",
    ExportState.EXPIRED: "off",
}


class CurrencySums(NamedTuple):
    """One line of the receipt's sums: minor units in the order of the money columns."""

    currency: str
    rows: int
    sums: list[int]


class Pace(NamedTuple):
    """How quickly rows are written, and how long the rest takes if it goes on so."""

    rows_a_second: int
    seconds_left: int

    @property
    def minutes_left(self) -> int:
        """Rounded up: nobody minds to wait less."""
        return -(-self.seconds_left // 60)


@dataclass
class ExportPage:
    """One export for one member: how its writing stands, or its receipt."""

    export: Export
    member: Membership

    @cached_property
    def may_have(self) -> bool:
        """Whether the member, as their rights are now, may have what the file holds."""
        try:
            assert_may_have(self.member, self.export)
        except NotAllowed:
            return False
        return True

    @property
    def mark(self) -> Any:
        return status(TONES[ExportState(self.export.state)], self.export.get_state_display())

    @cached_property
    def known_columns(self) -> dict[str, Column]:
        """The columns of the list as it is now; none where the list is no more."""
        try:
            return {column.key: column for column in find_page(self.export.page).export_columns}
        except CannotExport:
            return {}

    @property
    def title(self) -> str:
        """The list's name."""
        try:
            return str(find_page(self.export.page).title)
        except CannotExport:
            return self.export.page

    @property
    def columns(self) -> list[str]:
        """The columns of the file as people call them."""
        return [
            str(self.known_columns[key].label) if key in self.known_columns else key
            for key in self.export.columns
        ]

    @property
    def money_columns(self) -> list[Column]:
        """Those that are summed."""
        columns = (self.known_columns[key] for key in self.export.columns if key in self.known_columns)
        return [column for column in columns if column.kind is Kind.MONEY and column.adds_up]

    @property
    def sums(self) -> list[CurrencySums]:
        """What they sum up to, in each currency by itself."""
        return [
            CurrencySums(
                entry["currency"],
                entry["rows"],
                [entry["sums"].get(column.key, 0) for column in self.money_columns],
            )
            for entry in self.export.sums
        ]

    @cached_property
    def products(self) -> list[Product] | None:
        """The products that its rows were limited to, by name; None: it was not limited.

        For who may have the file: they see each of them.
        """
        if self.export.products is None:
            return None
        return list(Product.objects.filter(pk__in=self.export.products).order_by("name_sort", "pk"))

    @property
    def left_out(self) -> list[LeftOut]:
        """What was left out, and why, counted when it was asked."""
        return [LeftOut(**entry) for entry in self.export.left_out]

    @property
    def pace(self) -> Pace | None:
        """Since the attempt began, so that what it does before the first row counts too; None without rows.

        By the moments of its own signs of life: it goes no further between them.
        """
        export = self.export
        if not (export.started_at and export.heartbeat_at and export.rows_done):
            return None
        seconds = (export.heartbeat_at - export.started_at).total_seconds()
        if seconds <= 0:
            return None
        left = max(0, export.rows_total - export.rows_done)
        return Pace(round(export.rows_done / seconds), math.ceil(seconds * left / export.rows_done))

    @property
    def failure(self) -> str:
        """Why it failed, in words."""
        return say_failure(Failure(self.export.failure), self.export.failure_detail)

    @cached_property
    def changes(self) -> ChangesPart:
        """What changed since the export before."""
        return ChangesPart(self.export)

    @property
    def downloads(self) -> Any:
        """Who took the file, the last first."""
        taken = ExportDownload.objects.filter(export=self.export).select_related("member__user")
        return taken.order_by("-at", "-id")[:20]

    @property
    def as_of(self) -> str:
        """The moment of the snapshot to the second, in the zone of the file."""
        moment = self.export.as_of
        return (
            moment.astimezone(ZoneInfo(self.export.timezone)).isoformat(timespec="seconds") if moment else ""
        )

    @property
    def file_name(self) -> str:
        """What a browser calls the file: plain ASCII, from names that cannot hold anything else."""
        export = self.export
        day = (export.as_of or export.requested_at).astimezone(ZoneInfo(export.timezone)).date()
        stem = f"{self.member.workspace.slug}-{export.page}-{day.isoformat()}-{export.reference}"
        return f"{stem}.{format_of(export.dialect).extension}"

    @property
    def receipt_name(self) -> str:
        """What a browser calls the receipt beside it."""
        return f"{self.file_name.rpartition('.')[0]}.receipt.json"

    @property
    def hash_in_groups(self) -> str:
        """The hash in groups of four, as people compare it."""
        sha256 = self.export.sha256
        return " ".join(sha256[start : start + 4] for start in range(0, len(sha256), 4))

    @property
    def again_url(self) -> str:
        """The confirm step for the same rows, columns and format."""
        columns = [(COLUMN, key) for key in self.export.columns]
        dialect = [(DIALECT, self.export.dialect)] if self.export.dialect != Dialect.STANDARD else []
        own = urlencode([(LIST, self.export.page), *columns, *dialect])
        query = f"&{self.export.query}" if self.export.query else ""
        return f"{reverse('exports:new')}?{own}{query}"
