"""The queue is only a hint: down or frozen, it costs a moment and never an export (T36, T37)."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from django.conf import settings

from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import enter
from exports.models import Export
from exports.states import ExportState
from exports.tasks import write_export
from tests.exports.conftest import Ask, again

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def announced() -> None:
    """Here the queue is told."""


@pytest.fixture
def frozen_server() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def use_broker(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(current_app.conf, "broker_write_url", url)


def ask_on_the_page(client: Any) -> float:
    """Ask for an export as a browser does; the seconds it took."""
    started = time.monotonic()
    answer = client.post(client.at("exports/new/?list=sales"), {"column": ["reference"]})
    assert answer.status_code == 302
    assert "Queued" in client.get(answer["Location"]).content.decode()
    return time.monotonic() - started


def the_export(member: Membership) -> Export:
    with enter(member.workspace_id):
        return Export.objects.get()


def test_queue_that_is_down_delays_no_page(
    finance: Membership, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_broker(monkeypatch, "redis://127.0.0.1:1/0")
    assert ask_on_the_page(sign_in(finance)) < 3
    assert the_export(finance).state == ExportState.QUEUED


def test_queue_that_is_frozen_delays_a_page_by_a_moment(
    finance: Membership, sign_in: Any, monkeypatch: pytest.MonkeyPatch, frozen_server: int
) -> None:
    use_broker(monkeypatch, f"redis://127.0.0.1:{frozen_server}/0")
    assert ask_on_the_page(sign_in(finance)) < 3
    assert the_export(finance).state == ExportState.QUEUED


def test_hint_names_ids_only_and_does_not_live_long(
    finance: Membership, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Controls the two above: with a queue that works, it is told."""
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr(
        current_app,
        "send_task",
        lambda name, **kwargs: sent.append((name, kwargs["kwargs"], kwargs["expires"])),
    )
    export = ask(finance)
    ids = {"workspace_id": export.workspace_id, "export_id": export.pk}
    assert sent == [(write_export.name, ids, 60)]
    assert again(export).state == ExportState.QUEUED


def test_sweeper_is_on_the_schedule() -> None:
    schedule = settings.CELERY_BEAT_SCHEDULE["sweep exports"]
    assert schedule["task"] in current_app.tasks
    assert schedule["schedule"].total_seconds() == 30
