"""How often a schedule asks, and why one is paused."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class Rhythm(TextChoices):
    """How often a schedule asks for its file."""

    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")


class ScheduleState(TextChoices):
    """Whether the clock asks."""

    ACTIVE = "active", pgettext_lazy("schedule", "On")
    PAUSED = "paused", pgettext_lazy("schedule", "Paused")


class Pause(TextChoices):
    """Why a schedule is paused; the label is what its page and its mail say."""

    BY_HAND = "by_hand", _("It was paused by hand.")
    OWNER_GONE = "owner_gone", _("Its owner is no longer a member of this workspace.")
    NO_RIGHT = "no_right", _("Its owner may no longer export this list or one of its columns.")
    VIEW_GONE = "view_gone", _("Its saved view was deleted, or is no longer shared with its owner.")
    NOT_UNDERSTOOD = "not_understood", _("The list has changed and no longer knows a filter or a column.")
    FAILED = "failed", _("It failed three times in a row.")


MOST_FAILURES: Final = 3
"""After so many failures one after the other a schedule is paused."""
