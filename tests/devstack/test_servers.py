"""The embedded servers, started for real in a directory of the test."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from atomicpay.devstack import places
from atomicpay.devstack.options import Options
from atomicpay.devstack.postgres import NON_DURABLE
from atomicpay.devstack.roles import scratch_database
from atomicpay.devstack.servers import servers

EMBEDDED = Options(
    database_url=None,
    database_owner_url=None,
    runtime_role="app_runtime",
    redis_url=None,
    port=None,
    chromium=None,
    started_by_make=False,
)
ROLES = """
SELECT rolname, rolcreatedb, rolsuper, rolbypassrls FROM pg_roles WHERE rolname LIKE 'app%' ORDER BY rolname
"""


@pytest.fixture(autouse=True)
def place_for_another_user(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where the server of a suite that root runs keeps its files, until the test ends."""
    with tempfile.TemporaryDirectory(dir=places.SHARED_TEMPORARY) as directory:
        Path(directory).chmod(0o711)
        monkeypatch.setattr(places, "SHARED_TEMPORARY", Path(directory))
        yield


def test_servers_keep_what_is_written_and_guard_it(tmp_path: Path) -> None:
    with servers(tmp_path, EMBEDDED, settings=NON_DURABLE) as first:
        assert first.database_owner_url
        with psycopg.connect(first.database_owner_url) as owner:
            owner.execute("CREATE TABLE kept AS SELECT 1 AS number")
            assert owner.execute(ROLES).fetchall() == [
                ("app_owner", True, False, False),
                ("app_runtime", False, False, False),
            ]
        with psycopg.connect(first.database_url) as runtime:
            with pytest.raises(psycopg.errors.InsufficientPrivilege), runtime.transaction():
                runtime.execute("SELECT number FROM kept")
            with pytest.raises(psycopg.errors.InsufficientPrivilege), runtime.transaction():
                runtime.execute("CREATE TABLE mine ()")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(first.database_url.replace("//app_runtime:", "//app_runtime:not"))
        redis.Redis.from_url(first.redis_url).set("kept", 1)

    with servers(tmp_path, EMBEDDED, settings=NON_DURABLE) as second:
        assert second.database_owner_url
        with psycopg.connect(second.database_owner_url) as owner:
            assert owner.execute("SELECT number FROM kept").fetchall() == [(1,)]
        assert redis.Redis.from_url(second.redis_url).get("kept") == b"1"

    with servers(tmp_path, EMBEDDED, settings=NON_DURABLE, anew=True) as third:
        assert third.database_owner_url
        with psycopg.connect(third.database_owner_url) as owner:
            assert owner.execute("SELECT to_regclass('kept')").fetchall() == [(None,)]


def test_scratch_database_is_the_owners_and_gone_afterwards(tmp_path: Path) -> None:
    named = "SELECT count(*) FROM pg_database WHERE datname = %s"
    with servers(tmp_path, EMBEDDED, settings=NON_DURABLE) as running:
        assert running.database_owner_url
        with psycopg.connect(running.database_owner_url, autocommit=True) as owner:
            with scratch_database(running.database_owner_url, prefix="scratch") as name:
                assert name.startswith("scratch_")
                assert owner.execute(named, [name]).fetchone() == (1,)
            assert owner.execute(named, [name]).fetchone() == (0,)
