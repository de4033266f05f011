"""Why a customer cannot be archived, one class each."""


class CannotArchive(Exception):
    """The record was merged into another or names nobody any more, or a reason that is needed is missing."""


class StillOpen(Exception):
    """A subscription runs or a dispute is open; with a reason it can be done all the same."""

    def __init__(self, subscriptions: int, disputes: int) -> None:
        super().__init__(f"{subscriptions} subscriptions and {disputes} disputes are open.")
        self.subscriptions, self.disputes = subscriptions, disputes
