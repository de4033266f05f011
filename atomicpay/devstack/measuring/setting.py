"""Where a measure is taken: the seeded workspace, a signed-in member, and the owner's own connection."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.test import Client

from atomicpay.devstack.seeding.mass.plan import SIXTY_EMAIL, WHALE_EMAIL
from atomicpay.env import read_environment
from atomicpay.workspaces.models import Membership, User, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from atomicpay.wsgi import settle_memory
from customers.models import Customer

EMAIL = "bench@bench.example"


@dataclass
class Setting:
    """A workspace with large books and somebody who may see all of it."""

    workspace: Workspace
    customers: int
    membership: Membership = field(init=False)

    def __post_init__(self) -> None:
        user, _made = User.objects.get_or_create(email=EMAIL, defaults={"name": "Bench"})
        with enter(self.workspace.pk):
            self.membership, _made = Membership.objects.get_or_create(
                user=user, defaults={"role": Role.OWNER}
            )

    @cached_property
    def owner(self) -> psycopg.Connection[Any]:
        """A plain connection as the owner, who is exempt from row security: what the floors are read by."""
        connection = psycopg.connect(
            owner_url(), autocommit=True, options="-c jit=off", cursor_factory=psycopg.ClientCursor
        )
        # Functions ask for the workspace, whoever calls them.
        connection.execute("SELECT set_config('app.workspace_id', %s, false)", [str(self.workspace.pk)])
        return connection

    def client(self) -> Client:
        """A browser that is signed in and runs scripts, so that the count is asked for after the rows."""
        client = Client(headers={"host": host()})
        client.force_login(self.membership.user)
        client.cookies["js"] = "1"
        return client

    def at(self, path: str) -> str:
        """A path inside the workspace."""
        return f"{self.workspace.root}{path}"

    def customer(self, email: str) -> Customer:
        with enter(self.workspace.pk):
            return Customer.objects.get(email=email)

    @cached_property
    def sixty(self) -> Customer:
        return self.customer(SIXTY_EMAIL)

    @cached_property
    def whale(self) -> Customer:
        return self.customer(WHALE_EMAIL)


def host() -> str:
    """The host that the settings answer to."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def owner_url() -> str:
    environment = read_environment()
    return environment.database_owner_url or environment.database_url


def open_setting(customers: int, *, fresh: bool) -> Setting:
    """The seeded workspace of that size, made if it is not there or if it is to be made anew."""
    settle_memory()  # As the web server does.
    slug, number = f"bench-{customers}", 1
    while fresh and Workspace.objects.filter(slug=slug).exists():
        number += 1
        slug = f"bench-{customers}-{number}"
    workspace = Workspace.objects.filter(slug=slug).first()
    if workspace is None or not _has_customers(workspace):
        as_owner("seed", f"--workspace={slug}", f"--customers={customers}")
        workspace = Workspace.objects.get(slug=slug)
    return Setting(workspace, customers)


def _has_customers(workspace: Workspace) -> bool:
    with enter(workspace.pk):
        return Customer.objects.exists()


def as_owner(*arguments: str) -> None:
    """Run a management command as the owner; its output goes to stderr, where progress belongs."""
    environment = os.environ | {"DATABASE_AS": "owner"}
    command: Sequence[str] = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, env=environment, cwd=settings.BASE_DIR, stdout=sys.stderr, check=True)


def psql_environment() -> dict[str, str]:
    """The environment in which psql connects as the owner: no password in the process list."""
    parts = psycopg.conninfo.conninfo_to_dict(owner_url())
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    known = {names[key]: str(value) for key, value in parts.items() if key in names}
    return os.environ | known | {"PGOPTIONS": "-c jit=off"}
