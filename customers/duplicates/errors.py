"""What cannot be done with a suggestion, one class each."""


class CannotDecide(Exception):
    """There is no such suggestion any more: it was decided, or one of the records has changed."""
