"""Where files lie: no name leads out of the root, no link is followed, nothing half written is left (T17)."""

import os
import stat
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from exports import storage
from exports.storage import Place

ID = UUID("01890000-0000-7000-8000-000000000001")


def write(place: Place, attempt: int, data: bytes) -> None:
    with storage.writing(place, attempt) as file:
        file.write(data)


def test_file_appears_whole_or_not_at_all() -> None:
    place = Place(1, ID)
    with storage.writing(place, 1) as file:
        file.write(b"a,b\n")
        assert place.part(1).exists()
        assert not place.file(1).exists()
    assert place.file(1).read_bytes() == b"a,b\n"
    assert not place.part(1).exists()


def test_file_is_on_the_disk_before_it_has_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """First its bytes, all of them, then the name: a power cut between leaves no name without its bytes."""
    place, synced = Place(1, uuid4()), []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        status = os.fstat(descriptor)
        size = status.st_size if stat.S_ISREG(status.st_mode) else None
        synced.append((size, place.file(1).exists()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    write(place, 1, b"abc" * 1_000)
    assert synced == [(3_000, False), (None, True)]


def test_block_that_raises_leaves_nothing() -> None:
    place = Place(1, ID)
    with pytest.raises(ZeroDivisionError), storage.writing(place, 1) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert list(place.directory.iterdir()) == []


def test_part_of_a_killed_worker_is_written_over() -> None:
    place = Place(1, ID)
    write(place, 1, b"")
    place.part(2).write_bytes(b"what was there before, and longer")
    write(place, 2, b"new")
    assert place.file(2).read_bytes() == b"new"


def test_workspaces_and_exports_have_directories_of_their_own() -> None:
    other = uuid4()
    places = {Place(1, ID).directory, Place(2, ID).directory, Place(1, other).directory}
    assert len(places) == 3
    assert all(Path(settings.EXPORT_ROOT) in place.parents for place in places)


@pytest.mark.parametrize("name", ["../1", "..", "/etc/passwd", "1/../../2", "%2e%2e"])
def test_no_name_leads_out_of_the_root(name: Any) -> None:
    for make in (
        lambda: Place(name, ID).directory,
        lambda: Place(1, name).directory,
        lambda: Place(1, ID).file(name),
    ):
        with pytest.raises(ValueError, match=r"invalid literal|badly formed"):
            make()


def test_link_in_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    place = Place(1, ID)
    write(place, 1, b"the file")
    with storage.open_file(place, 1) as file:
        assert file.read() == b"the file"
    secret = tmp_path / "secret"
    secret.write_text("secret")
    place.file(1).unlink()
    place.file(1).symlink_to(secret)
    with pytest.raises(FileNotFoundError):
        storage.open_file(place, 1)


def test_link_in_place_of_a_part_is_not_written_through(tmp_path: Path) -> None:
    place = Place(1, ID)
    write(place, 1, b"")
    secret = tmp_path / "secret"
    secret.write_text("secret")
    place.part(2).symlink_to(secret)
    write(place, 2, b"data")
    assert secret.read_text() == "secret"
    assert not place.file(2).is_symlink()


def test_directories_are_private_whatever_the_umask() -> None:
    before = os.umask(0)
    try:
        write(Place(1, ID), 1, b"")
    finally:
        os.umask(before)
    assert Place(1, ID).file(1).stat().st_mode & 0o777 == 0o600
    assert Place(1, ID).directory.stat().st_mode & 0o777 == 0o700


def test_cleaning_keeps_the_file_that_is_offered() -> None:
    place = Place(1, ID)
    write(place, 1, b"1")
    write(place, 2, b"2")
    place.part(3).write_bytes(b"3")
    storage.remove_others(place, 2)
    assert [path.name for path in place.directory.iterdir()] == ["2.csv"]
    storage.remove_all(place)
    assert not place.directory.exists()
    storage.remove_all(place)


def test_hash_and_size_are_of_the_bytes_on_the_disk() -> None:
    with storage.writing(Place(1, ID), 1) as file:
        file.write(b"ab")
        file.write(b"c")
    assert (file.size, file.sha256[:8]) == (3, "ba7816bf")
