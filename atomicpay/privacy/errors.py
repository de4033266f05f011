"""Why a person cannot be anonymised, or given what is held about them, one class each."""


class CannotAnonymise(Exception):
    """It cannot be done; the subclasses say why."""


class IsMerged(CannotAnonymise):
    """The record was merged into another; that one is to be anonymised."""


class ImportIsRunning(CannotAnonymise):
    """A file is being imported, which may bring back what is taken out."""


class ReasonNamesThem(CannotAnonymise):
    """The reason is missing, or holds the very values that are to go."""


class NobodyToAnswer(Exception):
    """The customer was anonymised, or lives on in another record: nothing is held about a person here."""
