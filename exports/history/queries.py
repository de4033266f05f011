"""Reads of the history that a page asks for."""

from datetime import timedelta
from typing import Final

from django.db.models.functions import Now

from .lists import ExportHistory

_OF_LATE: Final = timedelta(days=7)


def recently_told() -> int:
    """How many exports of the last seven days went beyond the limit of their time, as the member may know."""
    large = ExportHistory().all_rows().filter(told_above__isnull=False)
    return int(large.filter(finished_at__gte=Now() - _OF_LATE).count())
