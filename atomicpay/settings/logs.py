"""How log lines look: structured, with the request's id; never with its body, its query or a secret link."""

import re
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

from .base import LOG_LEVEL

# Whoever has the rest of such an address may act with it: join a workspace, set a password, confirm an email.
_SECRET_LINK: Final = re.compile(
    r"(/(?:invitations/[^/\s]+|accounts/confirm-email|accounts/password/reset/key)/)[^/\s]+"
)


def _without_secrets(logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The line without the secrets of links, whoever wrote it: Django and its CSRF check log paths too."""
    return {
        key: _SECRET_LINK.sub(r"\1***", value) if isinstance(value, str) else value
        for key, value in line.items()
    }


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    _without_secrets,
]


def logging_config(*, json: bool) -> dict[str, Any]:
    """Django's LOGGING: JSON lines for machines, or short lines for people. Sets structlog up as well."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": renderer,
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": LOG_LEVEL},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "ERROR"},
            "django_structlog": {"level": "WARNING"},
        },
    }
