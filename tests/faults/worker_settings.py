"""The settings of the worker that is killed: those of the suite, but seconds are what minutes are."""

from datetime import timedelta

from atomicpay.settings.test import *  # noqa: F403 -- a settings module is its names
from atomicpay.settings.test import CELERY_BEAT_SCHEDULE

EXPORT_LEASE = timedelta(seconds=6)
EXPORT_UNHEARD_AFTER = timedelta(seconds=4)
EXPORTS_AT_ONCE = 2

# Nothing but the sweeper: what else is on the schedule would only take the processor from the exports.
CELERY_BEAT_SCHEDULE = {
    "sweep exports": {
        **CELERY_BEAT_SCHEDULE["sweep exports"],
        "schedule": timedelta(seconds=1),
        "options": {"expires": 5},
    }
}
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
