"""Plain HTTP on this machine: the demo and development."""

from .base import *  # noqa: F403 -- a settings module is its names
from .base import DATABASE_POOL, DATABASES
from .logs import logging_config

LOGGING = logging_config(json=False)
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = DATABASE_POOL

# Files are served from where they lie, without collectstatic.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
