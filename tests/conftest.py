"""The database as the runtime role, and the cast: the people of Aurora Cursos, and a stranger."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.env import read_environment
from atomicpay.workspaces.models import Membership, ProductAccess, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from sales.models import Sale
from tests import factories
from tests.lanes import database_suffix

CANARY = "CANARY-B"
"""Stands in every text of the other workspace; it may appear in nothing that Aurora's people see."""


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    request: pytest.FixtureRequest,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Make the test database as the owner, migrated or copied, then run every test as the runtime role."""
    connection = connections["default"]
    runtime = dict(connection.settings_dict)
    owner = {**runtime, **read_environment().owner_database, "ENGINE": runtime["ENGINE"]}
    owner["OPTIONS"] = {**runtime["OPTIONS"], "options": ""}

    def connect_as(login: dict[str, Any], name: str) -> None:
        connection.close()
        connection.close_pool()
        connection.settings_dict.update(login | {"NAME": name, "TEST": runtime["TEST"]})

    keep = django_db_keepdb and not django_db_createdb
    runtime["TEST"] = {
        **runtime["TEST"],
        "NAME": f"test_{runtime['NAME']}{database_suffix}",
        # A database that is migrated already; without one, the migrations run here.
        "TEMPLATE": os.environ.get("TEST_DATABASE_TEMPLATE"),
    }
    with django_db_blocker.unblock(), _one_at_a_time(tmp_path_factory):
        connect_as(owner, runtime["NAME"])
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=keep)
        role = connection.ops.quote_name(settings.RUNTIME_ROLE)
        with connection.cursor() as cursor:
            # Only what the test runner itself needs: emptying tables, and temporary ones.
            cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {role}")
            cursor.execute(
                f"GRANT CONNECT, TEMPORARY ON DATABASE {connection.ops.quote_name(name)} TO {role}"
            )
        connect_as(runtime, name)
    yield
    with django_db_blocker.unblock():
        connect_as(owner, name)
        connection.creation.destroy_test_db(runtime["NAME"], verbosity=0, keepdb=keep)


@contextmanager
def _one_at_a_time(paths: pytest.TempPathFactory) -> Iterator[None]:
    """Migrations grant to roles, which all databases of a server share: two at once would collide."""
    with (paths.getbasetemp().parent / "migrating").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(autouse=True)
def private_directories(tmp_path: Path, settings: Any) -> None:
    """Files that a test makes lie in a directory of its own."""
    settings.EXPORT_ROOT = tmp_path / "exports"
    settings.UPLOAD_ROOT = tmp_path / "uploads"


class MemberClient(Client):
    """A signed-in browser of one member."""

    def __init__(self, membership: Membership, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.membership = membership

    def at(self, path: str = "") -> str:
        """The address of `path` inside the member's workspace."""
        return self.membership.workspace.root + path.lstrip("/")


@pytest.fixture
def sign_in(db: None) -> Callable[..., MemberClient]:
    """Sign a member in: `client = sign_in(finance); client.get(client.at("sales/"))`."""

    def _sign_in(membership: Membership, **kwargs: Any) -> MemberClient:
        client = MemberClient(membership, **kwargs)
        client.force_login(membership.user)
        return client

    return _sign_in


@pytest.fixture
def aurora(db: None) -> Workspace:
    """The workspace that a test is about."""
    return factories.WorkspaceFactory(slug="aurora-cursos", name="Aurora Cursos")


@pytest.fixture
def in_aurora(aurora: Workspace, request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """The test body runs inside Aurora Cursos."""
    if {"beacon", "stranger"} & set(request.fixturenames):
        # The other workspace cannot be entered inside this one, so it is made before.
        request.getfixturevalue("beacon")
    with enter(aurora.pk):
        yield aurora


def _member(workspace: Workspace, role: Role, name: str, **kwargs: Any) -> Membership:
    user = factories.UserFactory(name=name, email=f"{role}.{workspace.slug}@team.example")
    with enter(workspace.pk):
        return factories.MembershipFactory(user=user, role=role, workspace=workspace, **kwargs)


@pytest.fixture
def owner(aurora: Workspace) -> Membership:
    return _member(aurora, Role.OWNER, "Olga Prado")


@pytest.fixture
def admin(aurora: Workspace) -> Membership:
    return _member(aurora, Role.ADMIN, "Ari Lemos")


@pytest.fixture
def project_manager(aurora: Workspace) -> Membership:
    return _member(aurora, Role.PROJECT_MANAGER, "Paula Reis")


@pytest.fixture
def support_manager(aurora: Workspace) -> Membership:
    return _member(aurora, Role.SUPPORT_MANAGER, "Camila Rocha")


@pytest.fixture
def support_agent(aurora: Workspace) -> Membership:
    return _member(aurora, Role.SUPPORT_AGENT, "Saulo Dias")


@pytest.fixture
def finance(aurora: Workspace) -> Membership:
    return _member(aurora, Role.FINANCE, "Fábia Nunes")


@pytest.fixture
def employee(aurora: Workspace) -> Membership:
    return _member(aurora, Role.EMPLOYEE, "Ênio Couto")


@pytest.fixture
def course(aurora: Workspace) -> Product:
    """The one product that `limited_agent` may see."""
    with enter(aurora.pk):
        return factories.ProductFactory(name="Luz e Cor")


@pytest.fixture
def limited_agent(aurora: Workspace, course: Product) -> Membership:
    """A support agent who sees only the product `course`."""
    user = factories.UserFactory(name="Lia Moura", email="limited@team.example")
    with enter(aurora.pk):
        member = factories.MembershipFactory(
            user=user, workspace=aurora, role=Role.SUPPORT_AGENT, product_access=ProductAccess.SELECTED
        )
        ProductGrant.objects.create(membership=member, product=course)
        return member


@dataclass(frozen=True)
class Beacon:
    """The other workspace and some of what is in it."""

    workspace: Workspace
    owner: Membership
    sale: Sale

    @property
    def customer(self) -> Any:
        return self.sale.customer

    @property
    def product(self) -> Any:
        return self.sale.product


@pytest.fixture
def beacon(db: None) -> Beacon:
    """Another workspace, with a row of every kind that could leak."""
    workspace = factories.WorkspaceFactory(
        slug="beacon-labs", name=f"Beacon Labs {CANARY}", default_currency="USD", timezone="America/New_York"
    )
    owner = _member(workspace, Role.OWNER, f"Bea Stone {CANARY}")
    with enter(workspace.pk):
        product = factories.ProductFactory(name=f"{CANARY} product")
        plan = factories.PlanFactory(product=product, name=f"{CANARY} plan", currency="USD")
        customer = factories.CustomerFactory(name=f"{CANARY} Antônia", email=f"{CANARY}@else.example".lower())
        factories.CustomerEmailFactory(customer=customer)
        factories.CustomerPhoneFactory(customer=customer)
        factories.CustomerDocumentFactory(customer=customer)
        factories.CustomerIdentityFactory(customer=customer, external_id=f"{CANARY}-id")
        factories.NoteFactory(customer=customer, body=f"{CANARY} note")
        factories.MessageFactory(customer=customer, body=f"{CANARY} message")
        factories.TagFactory(name=f"{CANARY} tag")
        factories.ApiTokenFactory(created_by=owner, name=f"{CANARY} token")
        subscription = factories.SubscriptionFactory(
            customer=customer, product=product, plan=plan, currency="USD", external_id=f"{CANARY}-SUB"
        )
        sale = factories.SaleFactory(
            customer=customer,
            product=product,
            plan=plan,
            subscription=subscription,
            recurrence_number=1,
            currency="USD",
            external_id=f"{CANARY}-HP",
        )
        factories.PaymentFactory(sale=sale)
        factories.RefundFactory(sale=sale, amount=100, reason=f"{CANARY} reason")
        factories.DisputeFactory(sale=sale, amount=200)
        factories.AccessGrantFactory(sale=sale)
        factories.FindingFactory(sale=sale, dismiss_reason=f"{CANARY} reason", dismissed_at=factories.NOON)
        for page in ("attention", "customers", "sales", "subscriptions"):
            factories.SavedViewFactory(page=page, owner=owner, name=f"{CANARY} view", is_shared=True)
    return Beacon(workspace, owner, sale)


@pytest.fixture
def stranger(beacon: Beacon) -> Membership:
    """The owner of Beacon Labs, who is nobody in Aurora Cursos."""
    return beacon.owner
