"""The servers a command needs, embedded or given, and the environment that points the application at them."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from atomicpay.devstack.options import Options, inherited_environment
from atomicpay.devstack.places import private_directory
from atomicpay.devstack.postgres import postgres
from atomicpay.devstack.roles import grant_access, make_database, put_on_runtime_role
from atomicpay.devstack.valkey import valkey

DATABASE = "atomicpay"


@dataclass(frozen=True)
class Servers:
    """Addresses of the running servers."""

    database_url: str
    database_owner_url: str | None
    redis_url: str
    # Where psql is, when the server is an embedded one.
    programs: Path | None = field(default=None)


@contextmanager
def servers(
    home: Path, options: Options, *, settings: Mapping[str, str], durable: bool = True, anew: bool = False
) -> Iterator[Servers]:
    """Runs PostgreSQL (with `settings`) and Valkey under `home`, unless `options` name others to use.

    With `anew` the embedded database is emptied first; a given one is never.
    """
    with ExitStack() as opened:
        redis_url = options.redis_url or opened.enter_context(
            valkey(home / "valkey", home / "valkey.log", durable=durable)
        )
        if options.database_url:
            role = options.runtime_role
            if options.database_owner_url is None:
                put_on_runtime_role(options.database_url, role)
            grant_access(options.database_owner_url or options.database_url, role)
            yield Servers(options.database_url, options.database_owner_url, redis_url)
        else:
            cluster = opened.enter_context(postgres(home / "postgres", home / "postgres.log", settings))
            logins = make_database(cluster.superuser_url, DATABASE, anew=anew)
            yield Servers(logins.runtime_url, logins.owner_url, redis_url, cluster.programs)


def application_environment(
    running: Servers, home: Path, *, settings_module: str, site_url: str
) -> dict[str, str]:
    """The environment variables of the application's processes, with their files under `home`."""
    environment = {
        "DJANGO_SETTINGS_MODULE": settings_module,
        "SECRET_KEY": _kept_secret_key(home),
        "DATABASE_URL": running.database_url,
        "REDIS_URL": running.redis_url,
        "SITE_URL": site_url,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "EXPORT_ROOT": str(private_directory(home / "exports")),
        "UPLOAD_ROOT": str(private_directory(home / "uploads")),
        "EMAIL_URL": f"filemail:///{quote(str(private_directory(home / 'mail')))}",
        "DEFAULT_FROM_EMAIL": "AtomicPay <no-reply@example.com>",
    }
    if running.database_owner_url:
        environment["DATABASE_OWNER_URL"] = running.database_owner_url
    if running.programs:
        environment["PATH"] = f"{running.programs}:{inherited_environment()['PATH']}"
    return environment


def _kept_secret_key(home: Path) -> str:
    """The same key at every start, so that a restart signs nobody out."""
    kept = home / "secret-key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text()
