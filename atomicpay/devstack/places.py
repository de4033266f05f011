"""Where the development stack keeps its state, and the lock that says who uses it."""

import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
STATE = CHECKOUT / "var"
SHARED_TEMPORARY = Path("/var/tmp")  # noqa: S108 -- only directories that we own are used there


def private_directory(path: Path) -> Path:
    """Makes `path`, which only the current user may enter, and returns it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
    except PermissionError:
        raise SystemExit(f"{path} belongs to another user: remove it, or run as that user.") from None
    return path


def directory_for_another_user() -> Path:
    """Where root keeps the files of a server that runs as another user.

    That user may be unable to reach the checkout (under a closed home, say), so it is in /var/tmp and
    named after the checkout. Anyone may write there: what somebody else put in its place is refused.
    """
    name = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    path = SHARED_TEMPORARY / f"atomicpay-{name}"
    try:
        path.mkdir(mode=0o711)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise SystemExit(f"{path} is not ours: remove it and try again.") from None
    path.chmod(0o711)
    return path


@contextmanager
def lock(path: Path) -> Iterator[bool]:
    """Yields whether this process got the lock at `path`; the kernel frees it however the process ends."""
    path.touch(mode=0o600)
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def first_free_directory(parent: Path) -> Iterator[Path]:
    """The first of parent/1, parent/2, ... that no other run is using, kept for this one."""
    for number in count(1):
        directory = private_directory(parent / str(number))
        with lock(directory / "lock") as acquired:
            if acquired:
                yield directory
                return
