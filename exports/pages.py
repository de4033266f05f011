"""What the pages of exports show: the confirm step, the writing, and the receipt."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import cached_property

from atomicpay.ui.columns import Column, Kind
from atomicpay.ui.html import status
from atomicpay.ui.listing import ListState
from atomicpay.workspaces.models import Membership

from .asked import count_rows, find_page
from .changes.pages import ChangesPart
from .errors import CannotExport, NotAllowed
from .models import Export, ExportDownload
from .services import assert_may_have
from .states import ExportState

LIST, COLUMN = "list", "column"
"""The parameters of the confirm step that are not the list's own."""

TONES = {
    ExportState.QUEUED: "wait",
    ExportState.RUNNING: "wait",
    ExportState.READY: "ok",
    ExportState.FAILED: "bad",
    ExportState.CANCELED: "off",
    ExportState.EXPIRED: "off",
}


def query_of_list(parameters: QueryDict) -> str:
    """The list's own address in that of the confirm step."""
    own = parameters.copy()
    for name in (LIST, COLUMN):
        own.pop(name, None)
    return own.urlencode()


class Confirmation:
    """What is asked before anything runs."""

    def __init__(self, state: ListState) -> None:
        self.state = state
        self.page = state.page

    @cached_property
    def rows(self) -> int:
        return count_rows(self.state)

    @cached_property
    def left_out(self) -> list[tuple[str, int]]:
        return self.state.left_out() if self.state.is_valid else []

    @property
    def filters(self) -> list[tuple[str, str]]:
        return self.state.describe() if self.state.is_valid else []

    @property
    def keep_days(self) -> int:
        """How long the file will be kept."""
        return int(settings.EXPORT_KEEP_FOR.days)

    @property
    def schedule_url(self) -> str:
        """Where the same is asked for by the clock."""
        own, query = urlencode({LIST: self.page.name}), self.state.canonical_query()
        return f"{reverse('exports:new_schedule')}?{own}{f'&{query}' if query else ''}"

    @property
    def list_url(self) -> str:
        return f"{reverse(self.page.list_url)}?{self.state.canonical_query()}".rstrip("?")


class CurrencySums(NamedTuple):
    """One line of the receipt's sums: minor units in the order of the money columns."""

    currency: str
    rows: int
    sums: list[int]


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

    @property
    def left_out(self) -> list[tuple[str, int]]:
        """What the filters that hold by default left out, counted when it was asked."""
        return [(entry["label"], entry["rows"]) for entry in self.export.left_out]

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
        return f"{self.member.workspace.slug}-{export.page}-{day.isoformat()}-{export.reference}.csv"

    @property
    def hash_in_groups(self) -> str:
        """The hash in groups of four, as people compare it."""
        sha256 = self.export.sha256
        return " ".join(sha256[start : start + 4] for start in range(0, len(sha256), 4))

    @property
    def again_url(self) -> str:
        """The confirm step for the same rows and columns."""
        own = urlencode([(LIST, self.export.page), *((COLUMN, key) for key in self.export.columns)])
        query = f"&{self.export.query}" if self.export.query else ""
        return f"{reverse('exports:new')}?{own}{query}"
