"""The environment: the only module that reads it, into one typed value that never changes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env  # type: ignore[import-untyped]


class MissingSetting(ImproperlyConfigured):
    """Raised when a required environment variable is unset or empty; `name` is that variable."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The environment variable {name} is missing; see .env.example for what it means.")
        self.name = name


class InvalidSetting(ImproperlyConfigured):
    """Raised when an environment variable is set to something that cannot be understood."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"The environment variable {name} must be {expected}; see .env.example.")
        self.name = name


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What a deployment decides. See .env.example for the meaning of each variable."""

    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    database_owner_url: str | None = field(repr=False)
    connect_as_owner: bool
    runtime_role: str
    redis_url: str = field(repr=False)
    site_url: str
    allowed_hosts: tuple[str, ...]
    export_root: Path
    export_bucket_url: str = field(repr=False)
    export_downloads: str
    upload_root: Path
    email_url: str = field(repr=False)
    default_from_email: str
    log_level: str
    trusted_proxies: int

    @property
    def owner_database(self) -> dict[str, Any]:
        """Django connection settings for the role that owns the tables and migrates them."""
        return _database(self.database_owner_url or self.database_url)

    @property
    def runtime_database(self) -> dict[str, Any]:
        """Django connection settings for the role that serves requests, bound by row security.

        Without a login of its own the runtime role is put on in the start-up packet, so that no query
        can run before it.
        """
        database = _database(self.database_url)
        if self.database_owner_url is None:
            database.setdefault("OPTIONS", {})["options"] = f"-c role={self.runtime_role}"
        return database

    @property
    def database(self) -> dict[str, Any]:
        """The connection of this process: the owner's when `DATABASE_AS=owner`, otherwise the runtime's."""
        return self.owner_database if self.connect_as_owner else self.runtime_database

    @property
    def export_bucket(self) -> dict[str, Any] | None:
        """Options of django-storages for the bucket of finished exports; None where there is none."""
        return _bucket(self.export_bucket_url) if self.export_bucket_url else None

    @property
    def email(self) -> dict[str, Any]:
        """Django's EMAIL_* settings."""
        settings: dict[str, Any] = Env.email_url_config(self.email_url)
        return settings


def _database(url: str) -> dict[str, Any]:
    settings: dict[str, Any] = Env.db_url_config(url)
    return settings


def _bucket(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    name = parts.path.strip("/")
    if parts.scheme not in ("s3", "s3+http") or not parts.hostname or not name or "/" in name:
        raise InvalidSetting("EXPORT_BUCKET_URL", "s3://key:secret@host/bucket")
    scheme = "https" if parts.scheme == "s3" else "http"
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    region = dict(parse_qsl(parts.query)).get("region")
    return {
        "bucket_name": name,
        "endpoint_url": f"{scheme}://{host}",
        # Without them the library asks the machine it runs on.
        "access_key": unquote(parts.username) if parts.username else None,
        "secret_key": unquote(parts.password) if parts.password else None,
        "region_name": region,
    }


def parse_environment(variables: Mapping[str, str]) -> Environment:
    """Reads `variables`, or raises MissingSetting or InvalidSetting naming the first one at fault."""

    def required(name: str) -> str:
        value = variables.get(name, "").strip()
        if not value:
            raise MissingSetting(name)
        return value

    def choice(name: str, choices: tuple[str, ...]) -> str:
        value = variables.get(name, "").strip() or choices[0]
        if value not in choices:
            raise InvalidSetting(name, f"one of {', '.join(choices)}")
        return value

    def number(name: str) -> int:
        value = variables.get(name, "").strip() or "0"
        if not value.isdecimal():
            raise InvalidSetting(name, "a whole number")
        return int(value)

    site_url = required("SITE_URL").rstrip("/")
    if not site_url.startswith(("http://", "https://")):
        raise InvalidSetting("SITE_URL", "an address that starts with https:// (or http://)")
    bucket_url = variables.get("EXPORT_BUCKET_URL", "").strip()
    if bucket_url:
        _bucket(bucket_url)
    downloads = choice("EXPORT_DOWNLOADS", ("stream", "accel", "signed"))
    if (downloads == "accel" and bucket_url) or (downloads == "signed" and not bucket_url):
        raise InvalidSetting("EXPORT_DOWNLOADS", "signed only with EXPORT_BUCKET_URL, accel only without")
    return Environment(
        secret_key=required("SECRET_KEY"),
        database_url=required("DATABASE_URL"),
        database_owner_url=variables.get("DATABASE_OWNER_URL", "").strip() or None,
        connect_as_owner=choice("DATABASE_AS", ("runtime", "owner")) == "owner",
        runtime_role=variables.get("RUNTIME_ROLE", "").strip() or "app_runtime",
        redis_url=required("REDIS_URL"),
        site_url=site_url,
        allowed_hosts=tuple(host.strip() for host in required("ALLOWED_HOSTS").split(",") if host.strip()),
        export_root=Path(required("EXPORT_ROOT")),
        export_bucket_url=bucket_url,
        export_downloads=downloads,
        upload_root=Path(required("UPLOAD_ROOT")),
        email_url=required("EMAIL_URL"),
        default_from_email=required("DEFAULT_FROM_EMAIL"),
        trusted_proxies=number("TRUSTED_PROXIES"),
        log_level=choice("LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL")),
    )


@cache
def read_environment() -> Environment:
    """The process's environment, read the first time it is asked for."""
    return parse_environment(os.environ)
