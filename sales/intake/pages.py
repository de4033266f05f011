"""What the pages of imports show: how the work stands, and the report."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.timezone import now

from atomicpay.ui.html import status

from ..models import ImportProblem, ImportRun, ImportState
from .queries import failure_words, problems_of

MANAGE: Final = "imports.manage"

_TONES: Final = {
    ImportState.QUEUED: "wait",
    ImportState.RUNNING: "wait",
    ImportState.DONE: "ok",
    ImportState.REFUSED: "warn",
    ImportState.FAILED: "bad",
}
_PROBLEMS_SHOWN: Final = 100
_SILENCE: Final = timedelta(minutes=5)


def state_mark(run: ImportRun) -> SafeString:
    """The state of an import: word, shape and tone."""
    return status(_TONES[ImportState(run.state)], run.get_state_display())


@dataclass
class ImportPage:
    """One import, as its page shows it."""

    run: ImportRun

    @property
    def mark(self) -> SafeString:
        return state_mark(self.run)

    @property
    def failure(self) -> str:
        """Why it failed."""
        return failure_words(self.run)

    @cached_property
    def problems(self) -> list[ImportProblem]:
        """The first refused rows; the file of all of them can be downloaded."""
        return list(problems_of(self.run)[:_PROBLEMS_SHOWN])

    @property
    def is_cut_short(self) -> bool:
        """Whether the page shows fewer problems than there are."""
        return len(self.problems) == _PROBLEMS_SHOWN

    @property
    def is_silent(self) -> bool:
        """Whether it should be running and has given no sign of life; running it again does no harm."""
        last = self.run.heartbeat_at or self.run.requested_at
        return self.run.is_open and last < now() - _SILENCE

    @property
    def may_run_again(self) -> bool:
        """Whether the file is still there and there is something left to do."""
        is_over = self.run.state in (ImportState.FAILED, ImportState.REFUSED)
        return self.run.is_stored and (is_over or self.is_silent) and self.run.stored_file.is_file()

    @property
    def percent(self) -> int:
        """How much is written."""
        return self.run.rows_done * 100 // self.run.rows_total if self.run.rows_total else 0
