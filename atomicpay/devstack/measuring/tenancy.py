"""What the walls cost a request: entering a workspace and reading inside it, against reading without any."""

from collections.abc import Iterator
from typing import Any

from django.db import connections, models, transaction

from atomicpay.devstack.measuring.figures import Figure, by_turns
from atomicpay.devstack.measuring.setting import Setting
from atomicpay.env import read_environment
from atomicpay.workspaces.scope import enter, narrowed_to
from customers.models import Customer

OWNER = "owner"
ROWS = 50


def tenancy_overhead(setting: Setting) -> Iterator[Figure]:
    """Milliseconds added: the rows of a page, scoped and under row security, less the same as the owner."""
    open_owner_connection()
    workspace = setting.workspace.pk

    def inside() -> None:
        # As a request does: the workspace, then the member's products.
        with enter(workspace), narrowed_to(None):
            list(_newest(Customer.objects.all()))

    def without() -> None:
        # A plain queryset: no predicate, no policy, the workspace as any other filter.
        with transaction.atomic(using=OWNER):
            list(_newest(models.QuerySet(Customer, using=OWNER).filter(workspace_id=workspace)))

    samples = by_turns(inside, without, samples=300)
    ours, floor = samples.median()
    yield Figure(
        name="tenancy_overhead",
        value=ours - floor,
        unit="ms p50",
        floor=None,
        queries=3,
        n=len(samples.ours),
        floor_is="subtracted: the same rows by a plain queryset as the owner",
        more={"inside": round(ours, 3), "without": round(floor, 3)},
    )


def _newest(queryset: "models.QuerySet[Customer]") -> "models.QuerySet[Customer]":
    listed = queryset.filter(archived_at=None, merged_into=None, is_test=False)
    return listed.defer("haystack", "contacts_text").order_by("-created_at", "-id")[:ROWS]


def open_owner_connection() -> None:
    """A second connection of Django, as the owner, for this process."""
    if OWNER in connections.settings:
        return
    usual: dict[str, Any] = dict(connections["default"].settings_dict)
    login = read_environment().owner_database
    connections.settings[OWNER] = {**usual, **login, "OPTIONS": {**usual["OPTIONS"], "options": ""}}
