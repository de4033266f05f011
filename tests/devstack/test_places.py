"""Directories of the stack: one for each run, and none that somebody else made."""

from pathlib import Path

import pytest

from atomicpay.devstack import places


def test_two_runs_have_two_directories(tmp_path: Path) -> None:
    with places.first_free_directory(tmp_path) as first, places.first_free_directory(tmp_path) as second:
        assert (first, second) == (tmp_path / "1", tmp_path / "2")
    with places.first_free_directory(tmp_path) as again:
        assert again == first


def test_private_directory_is_closed_to_others(tmp_path: Path) -> None:
    path = places.private_directory(tmp_path / "state")

    assert path.stat().st_mode & 0o777 == 0o700


def test_link_in_a_shared_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "SHARED_TEMPORARY", tmp_path)
    ours = places.directory_for_another_user()
    assert places.directory_for_another_user() == ours
    ours.rmdir()
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    ours.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(SystemExit, match="not ours"):
        places.directory_for_another_user()
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o700
