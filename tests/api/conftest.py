"""A program with a token: what it sends as JSON, and what it is told."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.test import Client

from atomicpay.api.services import create_token
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from tests import factories

ADDRESS = "/api/v1/messages/"

Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def own_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test is refused for what another one sent, here or in a process beside this one."""
    monkeypatch.setattr(caches["default"], "key_prefix", uuid4().hex)


@pytest.fixture
def secret(admin: Membership) -> str:
    """The secret of a token of Aurora Cursos."""
    with enter(admin.workspace_id):
        return create_token(acting_member=admin, name="Helpdesk")[1]


@pytest.fixture
def buyer(aurora: Workspace) -> Customer:
    """Whom the messages are of, by each key there is."""
    with enter(aurora.pk):
        customer: Customer = factories.CustomerFactory(name="Antônia", email="antonia@correio.example")
        factories.CustomerEmailFactory(customer=customer)
        factories.CustomerDocumentFactory(customer=customer)
        factories.CustomerIdentityFactory(customer=customer, external_id="buyer-77")
    return customer


def message(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A message as a helpdesk sends it; None takes a field away."""
    fields = {
        "external_id": f"ticket-{number}",
        "email": "Antonia@correio.example",
        "channel": "email",
        "direction": "in",
        "subject": "Acesso",
        "body": "Paguei e não consigo entrar.",
        "sent_at": "2026-03-02T14:05:00-03:00",
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


@pytest.fixture
def send(secret: str) -> Send:
    """Send something as the program would."""

    def _send(body: Any, *, token: str = secret, **extra: Any) -> Any:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        kind = extra.pop("content_type", "application/json")
        client = extra.pop("client", None) or Client()
        return client.post(
            ADDRESS, content, content_type=kind, headers={"Authorization": f"Bearer {token}", **extra}
        )

    return _send
