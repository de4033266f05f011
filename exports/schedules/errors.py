"""What cannot be done with schedules."""

from enum import StrEnum


class NotAllowed(Exception):
    """The member lacks a right, or the schedule is somebody else's."""


class Problem(StrEnum):
    """Why a schedule cannot be made, changed or run as it is asked for."""

    NO_RIGHT = "no_right"
    NOT_UNDERSTOOD = "not_understood"
    VIEW_GONE = "view_gone"
    TOO_MANY = "too_many"
    RUNNING = "running"
    HAS_FAILED = "has_failed"


class CannotSchedule(Exception):
    """A schedule cannot be kept or run; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem
