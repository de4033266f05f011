"""The test suite: the real database and queue, quick passwords, mail kept in memory."""

from .base import *  # noqa: F403 -- a settings module is its names
from .base import CELERY_TASK_PUBLISH_RETRY_POLICY
from .logs import logging_config

LOGGING = logging_config(json=False)
# A refusal is what many tests are about; a test that fails is not to be buried under a hundred of them.
LOGGING["loggers"]["django_structlog"] = {"level": "ERROR"}
LOGGING["loggers"]["django.security.csrf"] = {"level": "ERROR"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Rate limits are tested where they are turned on again. False, not {}: that would be the library's own.
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]
CELERY_TASK_PUBLISH_RETRY_POLICY = {**CELERY_TASK_PUBLISH_RETRY_POLICY, "max_retries": 0}
# A queue of their own: a worker of the demo on the same server leaves what the tests put there alone.
CELERY_TASK_DEFAULT_QUEUE = "tests"
