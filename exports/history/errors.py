"""What cannot be done with the history of exports."""


class NotAllowed(Exception):
    """The member lacks a right."""
