"""What becomes of a schedule when an export it asked for has ended."""

from .. import letters
from ..models import Comparison, Export
from ..states import Failure
from . import pausing
from .models import Schedule
from .states import Pause

_FOR_GOOD = {Failure.NO_RIGHT: Pause.NO_RIGHT, Failure.NOT_UNDERSTOOD: Pause.NOT_UNDERSTOOD}


def succeeded(export: Export, comparison: Comparison | None) -> None:
    """Forget earlier failures and mail the link; of what only tells changes, where there are any."""
    schedule = export.schedule
    if schedule is None:
        return
    Schedule.objects.filter(pk=schedule.pk).exclude(failures=0).update(failures=0)
    is_news = comparison is None or comparison.total > 0
    if is_news or not schedule.is_delta_only:
        letters.tell_of_file(export)


def failed(export: Export, failure: Failure) -> None:
    """Pause it for what no further run puts right, or count the failure."""
    if export.schedule_id is None:
        return
    if reason := _FOR_GOOD.get(failure):
        pausing.pause(export.schedule_id, reason)
    else:
        pausing.count_failure(export.schedule_id)
