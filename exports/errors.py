"""What cannot be done with an export, one class each."""

from collections.abc import Mapping
from typing import Any

from .states import Failure


class CannotExport(Exception):
    """An export that can never succeed as it stands; `failure` is the reason that is shown."""

    def __init__(self, failure: Failure, detail: Mapping[str, Any] | None = None) -> None:
        super().__init__(failure.value)
        self.failure = failure
        self.detail = dict(detail or {})


class AttemptLost(Exception):
    """Another attempt, or a member who canceled, has taken the export from this one."""

    def __init__(self, export_id: int, attempt: int) -> None:
        super().__init__(f"Attempt {attempt} of export {export_id} is no longer the one that counts.")
        self.export_id, self.attempt = export_id, attempt


class CannotCancel(Exception):
    """An export that has ended already; `state` is how."""

    def __init__(self, state: str) -> None:
        super().__init__(f"An export that is {state} cannot be canceled.")
        self.state = state


class CannotDownload(Exception):
    """The file of an export cannot be had; the subclasses say why."""


class NotReady(CannotDownload):
    """The file is not there yet, or never will be."""


class Expired(CannotDownload):
    """The file has been deleted; its receipt stays."""


class NotAllowed(CannotDownload):
    """The member may not, or no longer, have this file."""
