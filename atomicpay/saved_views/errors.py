"""What cannot be done with saved views."""

from enum import StrEnum


class NotAllowed(Exception):
    """The member lacks a right."""


class Problem(StrEnum):
    """Why a view cannot be kept as it is asked for."""

    NAME_TAKEN = "name_taken"
    NOT_UNDERSTOOD = "not_understood"
    TOO_MANY = "too_many"


class CannotSave(Exception):
    """A view cannot be kept; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem
