"""What a person sees when something is wrong: the workspace's own look, or a page that says to try again."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test import Client
from kombu.exceptions import OperationalError as QueueAway

from atomicpay.team.tasks import send_invitation
from atomicpay.workspaces.models import Invitation, Membership
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.conftest import MemberClient


def test_missing_page_keeps_the_look_of_the_workspace(
    owner: Membership, sign_in: Callable[..., MemberClient]
) -> None:
    client = sign_in(owner)
    response = client.get(client.at("no/such/page/"))
    assert response.status_code == 404
    page = response.content.decode()
    assert 'data-workspace-colour="teal"' in page
    assert "Aurora Cursos" in page


def test_forbidden_page_says_who_one_is_here(
    finance: Membership, sign_in: Callable[..., MemberClient]
) -> None:
    client = sign_in(finance)
    response = client.get(client.at("admin/"))
    assert response.status_code == 403
    assert "You are Finance in Aurora Cursos" in response.content.decode()


def test_missing_page_outside_names_no_workspace(owner: Membership, client: Client) -> None:
    client.force_login(owner.user)
    response = client.get("/w/no-such/")
    assert response.status_code == 404
    assert "Aurora" not in response.content.decode()


@pytest.fixture
def database_is_away(transactional_db: None) -> Iterator[None]:
    """Nothing listens where the database should be."""
    connection = connections["default"]
    port = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = "1"
    yield
    connection.close()
    connection.settings_dict["PORT"] = port


@pytest.mark.parametrize(
    "path", ["/", "/w/aurora-cursos/", "/w/aurora-cursos/customers/", "/accounts/login/"]
)
def test_page_asks_to_try_again_while_the_database_is_away(
    client: Client, request: pytest.FixtureRequest, path: str, transactional_db: None
) -> None:
    client.force_login(factories.UserFactory())
    client.raise_request_exception = False
    request.getfixturevalue("database_is_away")
    started = time.monotonic()
    response = client.get(path)
    assert time.monotonic() - started < 5
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "Try again" in response.content.decode()
    assert "psycopg" not in response.content.decode()


def test_readiness_fails_and_liveness_holds_while_the_database_is_away(
    client: Client, database_is_away: None
) -> None:
    assert client.get("/health/live/").status_code == 200
    assert client.get("/health/ready/").status_code == 503


def test_page_is_there_again_with_the_database(client: Client, transactional_db: None) -> None:
    connection = connections["default"]
    port = connection.settings_dict["PORT"]
    client.force_login(factories.UserFactory())
    client.raise_request_exception = False
    connection.close()
    connection.settings_dict["PORT"] = "1"
    assert client.get("/").status_code == 503
    connection.settings_dict["PORT"] = port
    assert client.get("/").status_code == 200


def _raising(error: BaseException) -> Callable[..., Any]:
    def view(*args: Any, **kwargs: Any) -> Any:
        raise error

    return view


@pytest.mark.parametrize(
    ("error", "status"),
    [(OperationalError("canceling statement due to lock timeout"), 503), (ZeroDivisionError("secret"), 500)],
)
def test_fault_is_told_without_its_inside(
    client: Client, owner: Membership, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    monkeypatch.setattr("atomicpay.team.queries.memberships_of", _raising(error))
    client.force_login(owner.user)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == status
    assert str(error) not in response.content.decode()


def test_nobody_guesses_passwords_while_redis_is_away(
    client: Client, owner: Membership, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "10/m/ip"}
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"},
    }
    client.raise_request_exception = False
    started = time.monotonic()
    response = client.post("/accounts/login/", {"login": owner.user.email, "password": factories.PASSWORD})
    assert time.monotonic() - started < 5
    assert response.status_code == 503
    assert "_auth_user_id" not in client.session


def test_invitation_stands_while_the_queue_is_away(
    owner: Membership,
    sign_in: Callable[..., MemberClient],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    """T36: the act is done and can be sent again; the page does not fail."""
    monkeypatch.setattr(send_invitation, "delay", _raising(QueueAway("redis is away")))
    client = sign_in(owner)
    path = client.at("admin/workspaces/invitation/add/")
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(
            path, {"email": "nova@team.example", "role": "finance", "product_access": "all"}
        )
    assert response.status_code == 302
    with enter(owner.workspace_id):
        assert Invitation.objects.get().is_open
