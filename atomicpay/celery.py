"""The Celery application: settings named CELERY_*, tasks from each app's `tasks` module."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atomicpay.settings.production")

app = Celery("atomicpay")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Binds a task's id, and the id of the request that asked for it, to every log line the task writes.
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**signal: Any) -> None:
    """The worker logs as the web does; a receiver keeps Celery from setting up a format of its own."""
    dictConfig(settings.LOGGING)
