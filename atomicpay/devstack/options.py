"""What the caller chooses by environment variables; the only place where the development stack reads them."""

import os
from dataclasses import dataclass

# Set for the processes of the stack, whatever the caller has; everything else is passed on to them.
DECIDED_BY_THE_STACK = ("DATABASE_AS", "DATABASE_OWNER_URL")


@dataclass(frozen=True, kw_only=True)
class Options:
    """Servers to use instead of the embedded ones, and the few other choices."""

    database_url: str | None
    database_owner_url: str | None
    runtime_role: str
    redis_url: str | None
    port: int | None
    chromium: str | None
    started_by_make: bool


def read_options() -> Options:
    return Options(
        database_url=os.environ.get("DATABASE_URL") or None,
        database_owner_url=os.environ.get("DATABASE_OWNER_URL") or None,
        runtime_role=os.environ.get("RUNTIME_ROLE") or "app_runtime",
        redis_url=os.environ.get("REDIS_URL") or None,
        port=int(os.environ.get("PORT") or 0) or None,
        chromium=os.environ.get("CHROMIUM_PATH") or None,
        started_by_make="MAKELEVEL" in os.environ,
    )


def inherited_environment() -> dict[str, str]:
    """Our own environment, for the processes of the stack."""
    return {name: value for name, value in os.environ.items() if name not in DECIDED_BY_THE_STACK}
