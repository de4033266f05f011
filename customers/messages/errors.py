"""What cannot be done with a support message, one class each."""


class CannotRecord(Exception):
    """A message without words, or about somebody who was anonymised."""


class CannotDelete(Exception):
    """The message is somebody else's, and the member may not delete those."""
