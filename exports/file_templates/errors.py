"""What cannot be done with export templates."""

from enum import StrEnum


class NotAllowed(Exception):
    """The member lacks a right."""


class Problem(StrEnum):
    """Why a template cannot be kept as it is asked for."""

    NAME_TAKEN = "name_taken"
    COLUMNS = "columns"
    TOO_MANY = "too_many"


class CannotKeep(Exception):
    """A template cannot be kept; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem
