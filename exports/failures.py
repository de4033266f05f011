"""Why an export failed or cannot be asked for, as its reader understands it: the words, with the figures."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from .states import Failure


def say_failure(failure: Failure, detail: Mapping[str, Any]) -> str:
    """The reason in words."""
    match failure:
        case Failure.TOO_MANY if "a_day" in detail:
            return ngettext(
                "Today you have asked for %(number)s export, as many as one may in a day.",
                "Today you have asked for %(number)s exports, as many as one may in a day.",
                detail["a_day"],
            ) % {"number": detail["a_day"]}
        case Failure.TOO_MANY_ROWS if "most" in detail:
            return gettext("It has %(rows)s rows, and a file may have %(most)s.") % {
                "rows": number_format(detail["rows"], force_grouping=True),
                "most": number_format(detail["most"], force_grouping=True),
            }
        case Failure.NO_ROOM if "errno" in detail:
            return _of_storage(detail["errno"])
        case _:
            return str(failure.label)


def _of_storage(errno: int | None) -> str:
    match errno:
        case 28 | 122:  # ENOSPC, EDQUOT
            return gettext("The file could not be stored: there is no room left where exports are kept.")
        case 1 | 13 | 30:  # EPERM, EACCES, EROFS
            return gettext("The file could not be stored: nothing may be written where exports are kept.")
        case 27:  # EFBIG
            return gettext("The file could not be stored: it is larger than a file may be there.")
        case _:
            return str(Failure.NO_ROOM.label)
