"""Finished exports in a bucket: the same rules as on a disk, and the same doors (T13, T16, T17, T41, T63)."""

import hashlib
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from atomicpay.privacy.files import delete, expire_exports
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from exports import storage
from exports.attempts import place_of
from exports.models import Export, ExportDownload
from exports.states import ExportState, Failure
from exports.storage import Place
from exports.sweep import sweep
from tests.exports.conftest import Ask, again, change, files_of, run
from tests.exports.store import BUCKET, Store, run_store
from tests.exports.test_storage import ID
from tests.factories import SaleFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store(settings: Any) -> Iterator[Store]:
    with run_store() as running:
        settings.EXPORT_BUCKET = {
            "bucket_name": BUCKET,
            "endpoint_url": running.url,
            "access_key": "key",
            "secret_key": "secret",
            "region_name": "sa-east-1",
        }
        yield running


@pytest.fixture
def sale(aurora: Workspace) -> None:
    with enter(aurora.pk):
        SaleFactory(reference="HP-1")


def key_of(export: Export) -> str:
    return f"{export.workspace_id}/{export.public_id}/{export.attempt}.csv"


def test_file_lies_in_the_bucket_alone_private_and_whole(
    finance: Membership, sale: None, ask: Ask, store: Store
) -> None:
    export = run(ask(finance))
    assert list(store.objects) == [key_of(export)]
    data = store.objects[key_of(export)]
    assert (export.state, export.size) == (ExportState.READY, len(data))
    assert export.sha256 == hashlib.sha256(data).hexdigest()
    assert store.given_rights == {""}
    assert files_of(export) == []


def test_large_file_is_put_in_parts(store: Store) -> None:
    place, data = Place(1, ID), b"0123456789abcdef" * (1 << 20)
    with storage.writing(place, 1) as file:
        file.write(data)
    assert store.objects[place.key(1)] == data
    with storage.open_file(place, 1) as read:
        assert hashlib.sha256(read.read()).hexdigest() == file.sha256


def test_bucket_that_spoils_a_byte_is_found_out(
    finance: Membership, sale: None, ask: Ask, store: Store
) -> None:
    store.spoils_a_byte = True
    export = run(ask(finance))
    assert (export.state, export.failure) == (ExportState.FAILED, Failure.NO_ROOM)
    assert store.objects == {}
    assert files_of(export) == []


def test_bucket_that_is_full_fails_the_export_and_leaves_nothing(
    finance: Membership, sale: None, ask: Ask, store: Store
) -> None:
    store.is_full = True
    export = run(ask(finance))
    assert (export.state, export.failure) == (ExportState.FAILED, Failure.NO_ROOM)
    assert (store.objects, files_of(export)) == ({}, [])


def test_download_is_streamed_through_the_web_process(
    finance: Membership, sale: None, ask: Ask, store: Store, sign_in: Any
) -> None:
    export = run(ask(finance))
    client = sign_in(finance)
    answer = client.get(client.at(f"exports/{export.public_id}/download/"))
    assert b"".join(answer.streaming_content) == store.objects[key_of(export)]
    assert answer["Cache-Control"] == "no-store, private"


def test_signed_address_works_for_a_minute_and_only_as_it_is(
    finance: Membership, sale: None, ask: Ask, store: Store, sign_in: Any, settings: Any
) -> None:
    settings.EXPORT_DOWNLOADS = "signed"
    export = run(ask(finance))
    client = sign_in(finance)
    answer = client.get(client.at(f"exports/{export.public_id}/download/"))
    address = answer["Location"]
    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-store, private")
    assert address.startswith(f"{store.url}/{BUCKET}/{key_of(export)}?")
    assert "X-Amz-Expires=60&" in address
    with urllib.request.urlopen(address) as taken:  # noqa: S310 -- the store of this test
        assert taken.read() == store.objects[key_of(export)]
        assert taken.headers["Content-Disposition"].endswith('E-0001.csv"')
        assert taken.headers["Cache-Control"] == "no-store, private"
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(urlsplit(address)._replace(query="").geturl())  # noqa: S310
    assert refused.value.code == 403
    refused.value.close()
    with enter(export.workspace_id):
        assert ExportDownload.objects.count() == 1


def test_signed_address_is_made_for_nobody_who_may_not_have_the_file(
    finance: Membership, sale: None, ask: Ask, store: Store, sign_in: Any, settings: Any
) -> None:
    settings.EXPORT_DOWNLOADS = "signed"
    export = run(ask(finance))
    with enter(export.workspace_id):
        Membership.objects.filter(pk=finance.pk).update(role=Role.SUPPORT_AGENT)
    client = sign_in(finance)
    answer = client.get(client.at(f"exports/{export.public_id}/download/"))
    assert (answer.status_code, "Location" in answer) == (403, False)


def test_expired_file_is_deleted_from_the_bucket(
    finance: Membership, sale: None, ask: Ask, store: Store, sign_in: Any
) -> None:
    kept, gone = run(ask(finance)), run(ask(finance))
    change(gone, expires_at=timezone.now() - timedelta(seconds=1))
    sweep()
    assert list(store.objects) == [key_of(kept)]
    assert again(gone).state == ExportState.EXPIRED
    client = sign_in(finance)
    assert client.get(client.at(f"exports/{gone.public_id}/download/")).status_code == 410


def test_object_that_is_missing_is_gone(
    finance: Membership, sale: None, ask: Ask, store: Store, sign_in: Any
) -> None:
    export = run(ask(finance))
    store.objects.clear()
    client = sign_in(finance)
    assert client.get(client.at(f"exports/{export.public_id}/download/")).status_code == 410


def test_what_a_lost_attempt_left_is_cleaned_up(store: Store) -> None:
    place = Place(1, ID)
    for attempt in (1, 2):
        with storage.writing(place, attempt) as file:
            file.write(b"data")
    storage.remove_others(place, 2)
    assert list(store.objects) == [place.key(2)]
    storage.remove_own(place, 2)
    assert store.objects == {}


def test_file_that_holds_an_anonymised_person_is_found_in_the_bucket(
    finance: Membership, sale: None, ask: Ask, store: Store
) -> None:
    export = run(ask(finance))
    with enter(export.workspace_id):
        named = expire_exports([export], None)
    assert again(export).state == ExportState.EXPIRED
    assert named == [f"EXPORT_ROOT:{place_of(export).name}"]
    delete(named[0])
    assert store.objects == {}


def test_web_server_is_told_where_the_file_is(
    finance: Membership, sale: None, ask: Ask, sign_in: Any, settings: Any
) -> None:
    settings.EXPORT_DOWNLOADS = "accel"
    export = run(ask(finance))
    client = sign_in(finance)
    answer = client.get(client.at(f"exports/{export.public_id}/download/"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["X-Accel-Redirect"] == f"/protected/exports/{key_of(export)}"
    assert answer["Content-Disposition"].endswith('E-0001.csv"')
    assert (answer["Content-Type"], answer["Cache-Control"]) == (
        "text/csv; charset=utf-8",
        "no-store, private",
    )
    change(export, expires_at=timezone.now())
    assert "X-Accel-Redirect" not in client.get(client.at(f"exports/{export.public_id}/download/"))
