"""No room or no right to write where exports are kept: failed with the reason, nothing left (T41, T42)."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from atomicpay.workspaces.models import Membership, Workspace
from exports.models import Export
from exports.states import ExportState, Failure
from tests.exports.conftest import files_of, run
from tests.faults.conftest import AskCustomers

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = 65534
MOUNT, UNMOUNT = "/bin/mount", "/bin/umount"


def text_of_page(client: Any, export: Export) -> str:
    return str(client.get(client.at(f"exports/{export.public_id}/")).content.decode())


def assert_failed_with(words: str, export: Export, client: Any) -> None:
    assert (export.state, export.failure) == (ExportState.FAILED, Failure.NO_ROOM)
    assert files_of(export) == []
    assert words in text_of_page(client, export)
    assert client.get(client.at("exports/")).status_code == 200


@pytest.fixture
def small_disk(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A file system of 1 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run([MOUNT, *options], check=False).returncode:
        pytest.skip("a file system can only be mounted by root, where the machine allows it")
    settings.EXPORT_ROOT = disk / "exports"
    yield disk
    subprocess.run([UNMOUNT, str(disk)], check=True)


def test_full_disk_fails_the_export_with_its_reason_and_serves_it_once_there_is_room(
    finance: Membership,
    crowd: None,
    ask_customers: AskCustomers,
    small_disk: Path,
    settings: Any,
    sign_in: Any,
) -> None:
    failed = run(ask_customers())
    assert_failed_with("there is no room left where exports are kept", failed, sign_in(finance))
    assert list(small_disk.rglob("*.part")) == []
    settings.EXPORT_ROOT = small_disk.parent / "roomy"
    assert run(ask_customers()).state == ExportState.READY


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_limit_on_the_size_of_files_fails_the_export_with_its_reason(
    finance: Membership, crowd: None, ask_customers: AskCustomers, sign_in: Any
) -> None:
    export = ask_customers()
    with files_up_to(1 << 20):
        export = run(export)
    assert_failed_with("it is larger than a file may be there", export, sign_in(finance))
    assert run(ask_customers()).state == ExportState.READY


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Without root's right to write everywhere."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


def test_directory_that_cannot_be_written_fails_the_export_with_its_reason(
    aurora: Workspace,
    finance: Membership,
    ask_customers: AskCustomers,
    tmp_path: Path,
    settings: Any,
    sign_in: Any,
) -> None:
    root = tmp_path / "read-only"
    root.mkdir(mode=0o500)
    settings.EXPORT_ROOT = root
    export = ask_customers()
    with as_somebody_else():
        export = run(export)
    assert_failed_with("nothing may be written where exports are kept", export, sign_in(finance))


def test_root_that_is_no_directory_fails_the_export(
    finance: Membership, ask_customers: AskCustomers, tmp_path: Path, settings: Any, sign_in: Any
) -> None:
    (tmp_path / "file").write_text("")
    settings.EXPORT_ROOT = tmp_path / "file"
    assert_failed_with("The file could not be stored", run(ask_customers()), sign_in(finance))
