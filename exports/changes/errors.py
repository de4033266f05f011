"""Why two exports cannot be compared."""


class CannotCompare(Exception):
    """What is kept of the earlier export is gone, of another making, or has two rows of one key."""
