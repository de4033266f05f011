"""The confirm step: what a file will hold and leave out, and what keeps it from being asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from atomicpay.ui.chosen import COLUMNS
from atomicpay.ui.listing import ListState
from atomicpay.workspaces.models import Membership

from .asked import count_rows
from .choosing import ALL, SCREEN, USUAL, all_columns, columns_on_screen, usual_columns
from .dialects import Dialect, format_of
from .errors import CannotExport
from .failures import say_failure
from .file_templates.pages import TemplatePage
from .file_templates.queries import templates_of
from .left_out import LeftOut, count_left_out
from .limits import Allowance, allowance_of, assert_within_limits
from .rights import Demands
from .services import wants_mail, who_may_download
from .workbook import MOST_ROWS

LIST, COLUMN, DIALECT, START = "list", "column", "dialect", "start"
OWN = (LIST, COLUMN, DIALECT, START)
"""The parameters of the confirm step that are not the list's own."""


def query_of_list(parameters: QueryDict) -> str:
    """The list's own address in that of the confirm step."""
    own = parameters.copy()
    for name in OWN:
        own.pop(name, None)
    return own.urlencode()


class Start(NamedTuple):
    """What a file can begin with, as a link of the confirm step."""

    key: str
    label: str | Promise
    columns: list[str]
    dialect: str = Dialect.STANDARD
    template: TemplatePage | None = None


class Confirmation:
    """What is asked before anything runs."""

    def __init__(self, state: ListState, parameters: QueryDict) -> None:
        self.state = state
        self.page = state.page
        self.parameters = parameters

    @cached_property
    def starts(self) -> list[Start]:
        """What the file can begin with: sets of columns that the list knows, and templates."""
        known = [
            Start(USUAL, _("The usual ones"), usual_columns(self.state)),
            Start(SCREEN, _("As on the screen"), columns_on_screen(self.state)),
            Start(ALL, _("All columns"), all_columns(self.state)),
        ]
        member = self.state.membership
        pages = [TemplatePage(template, member) for template in templates_of(self.page.name, member)]
        return known + [
            Start(
                str(page.template.public_id),
                page.template.name,
                list(page.template.columns),
                page.template.dialect,
                page,
            )
            for page in pages
        ]

    @cached_property
    def start(self) -> Start:
        """What this file begins with: what the address names, or the screen's own columns if it has any."""
        usable = {start.key: start for start in self.starts if not (start.template and start.template.beyond)}
        own = SCREEN if COLUMNS in self.parameters else USUAL
        begun = usable.get(self.parameters.get(START, own), usable[own])
        dialect = self.parameters.get(DIALECT, begun.dialect)
        return Start(
            "" if COLUMN in self.parameters else begun.key,
            begun.label,
            self.parameters.getlist(COLUMN) or begun.columns,
            dialect if dialect in Dialect.values else begun.dialect,
        )

    @property
    def misses_start(self) -> bool:
        """Whether the address names a template that is gone, not the member's, or not theirs to use."""
        asked = self.parameters.get(START)
        return asked is not None and asked != self.start.key and COLUMN not in self.parameters

    @property
    def start_url(self) -> str:
        """The address of this step, to which the key of a start is added."""
        own = self.parameters.copy()
        for name in (COLUMN, DIALECT, START):
            own.pop(name, None)
        return f"?{own.urlencode()}&{START}="

    @cached_property
    def rows(self) -> int:
        return count_rows(self.state)

    def fits(self, dialect: str) -> bool:
        """Whether a file of that format can have so many rows, as far as one can say before it runs."""
        return not format_of(dialect).is_workbook or self.rows <= MOST_ROWS

    @cached_property
    def left_out(self) -> list[LeftOut]:
        return count_left_out(self.state)

    @property
    def member(self) -> Membership:
        return self.state.membership

    @cached_property
    def allowance(self) -> Allowance:
        """How many exports the member may still ask for today."""
        return allowance_of(self.member)

    @cached_property
    def wants_mail(self) -> bool:
        """Whether the member wanted a mail the last time; to begin with they do."""
        return wants_mail(self.member)

    @cached_property
    def refusal(self) -> str:
        """Why it cannot be asked for as it stands, in words; "" where it can."""
        try:
            assert_within_limits(self.member, self.rows)
        except CannotExport as error:
            return say_failure(error.failure, error.detail)
        return ""

    @cached_property
    def others(self) -> list[Membership]:
        """Who else may download it, with the columns that are ticked to begin with."""
        demands = Demands.of_asking(self.state, self.start.columns)
        return [each for each in who_may_download(demands) if each.pk != self.member.pk]

    @property
    def kept_until(self) -> datetime:
        """Until when it can be downloaded, if it is written at once."""
        return timezone.now() + settings.EXPORT_KEEP_FOR

    @property
    def filters(self) -> list[tuple[str, str]]:
        return self.state.describe() if self.state.is_valid else []

    def schedule_url(self, columns: Sequence[str], dialect: str) -> str:
        """Where the same, with what was ticked, is asked for by the clock."""
        query = self.state.canonical_query()
        own = urlencode([(LIST, self.page.name), *((COLUMN, key) for key in columns), (DIALECT, dialect)])
        return f"{reverse('exports:new_schedule')}?{own}{f'&{query}' if query else ''}"

    @property
    def list_url(self) -> str:
        return f"{reverse(self.page.list_url)}?{self.state.canonical_query()}".rstrip("?")
