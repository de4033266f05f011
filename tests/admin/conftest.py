"""What the tests of the admin share: its pages, and a record of each kind in both workspaces."""

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Invitation, Membership, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from exports.models import Export
from sales.models.imports import ImportRun
from tests import factories
from tests.conftest import CANARY, Beacon

PAGES: list[ModelAdmin] = sorted(admin.site._registry.values(), key=lambda page: page.opts.label)


def name_of(page: ModelAdmin) -> str:
    """Its model, for the name of a test."""
    return str(page.opts.label)


def address(page: ModelAdmin, rest: str = "") -> str:
    """The path of a page inside the mount."""
    return f"admin/{page.opts.app_label}/{page.opts.model_name}/{rest}"


@pytest.fixture
def beacon_rows(beacon: Beacon) -> dict[str, int]:
    """A record of Beacon Labs for each page of the admin, by the model's name, each with the canary."""
    with enter(beacon.workspace.pk):
        invitation = factories.InvitationFactory(
            email=f"{CANARY}@invited.example", invited_by=beacon.owner, role=Role.ADMIN
        )
        record("member.removed", acting_member=beacon.owner, target=invitation, reason=f"{CANARY} reason")
        ImportRun.objects.create(number=1, file_name=f"{CANARY}.csv", started_by=beacon.owner)
        Export.objects.create(
            number=1,
            requested_by=beacon.owner,
            page=CANARY,
            columns=["name"],
            timezone="UTC",
            rows_confirmed=1,
        )
        factories.SuggestionFactory(
            low=beacon.customer, high=factories.CustomerFactory(name=f"{CANARY} twin")
        )
        factories.MergeFactory(survivor=beacon.customer, member=beacon.owner, reason=f"{CANARY} reason")
        rows = {}
        for page in PAGES:
            manager = page.model._default_manager
            # There are two customers, as one of them may be the other.
            row = beacon.workspace if page.model is Workspace else manager.order_by("pk").first()
            rows[page.opts.label] = row.pk
    return rows


@pytest.fixture
def aurora_rows(owner: Membership) -> Membership:
    """Something of its own on each list of Aurora Cursos."""
    with enter(owner.workspace_id):
        sale = factories.SaleFactory()
        factories.SubscriptionFactory(customer=sale.customer)
        factories.SuggestionFactory()
        factories.PlanFactory()
        factories.TagFactory()
        factories.MergeFactory(survivor=sale.customer, member=owner)
        factories.InvitationFactory(invited_by=owner)
        record("member.joined", acting_member=owner, target=owner)
        assert Invitation.objects.count() == 1
    return owner
