"""How sure a suggestion is, in three words."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Band(StrEnum):
    """How probable it is that two records are of one person."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


LEAST: Final = {Band.CERTAIN: 0.99, Band.LIKELY: 0.9, Band.POSSIBLE: 0.5}
"""The probability at which a band begins. Below the last nothing is suggested."""

WORDS: Final[dict[Band, str | Promise]] = {
    Band.CERTAIN: _("Almost certain"),
    Band.LIKELY: _("Likely"),
    Band.POSSIBLE: _("Possible"),
}


def band_of(probability: float) -> Band | None:
    """The band of a probability; None for what is not suggested."""
    return next((band for band, least in LEAST.items() if probability >= least), None)
