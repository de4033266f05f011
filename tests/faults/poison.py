"""An export that kills whoever writes it: a worker with this module is killed by files of one column."""

import os
import signal
from typing import Any

from exports import run

_write_csv = run.write_csv


def _kill_for_one_column(queryset: Any, columns: Any, *args: Any, **kwargs: Any) -> int:
    if len(columns) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return _write_csv(queryset, columns, *args, **kwargs)


run.write_csv = _kill_for_one_column
