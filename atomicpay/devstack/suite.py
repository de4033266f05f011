"""The test suite, on servers of its own that forget quickly and so are fast."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from atomicpay.devstack.chromium import find_or_install_chromium
from atomicpay.devstack.messages import say
from atomicpay.devstack.options import Options, inherited_environment
from atomicpay.devstack.places import STATE, first_free_directory, private_directory
from atomicpay.devstack.postgres import NON_DURABLE
from atomicpay.devstack.processes import management_command, run
from atomicpay.devstack.roles import scratch_database
from atomicpay.devstack.servers import application_environment, servers
from atomicpay.devstack.translations import compile_translations

HOME = STATE / "test"
SETTINGS_MODULE = "atomicpay.settings.test"
BROWSER_TESTS = "tests/browser"
# Left out of every run; the other fault tests are in it, in short.
CRASH_TESTS = "tests/faults/test_trouble.py"


def test(options: Options, arguments: Sequence[str]) -> int:
    """Runs all tests, or pytest once with `arguments`; returns the exit code.

    One process for each processor (`tests/lanes.py`), each with its own copy of a database that is migrated
    once. The browser tests come after the others: Playwright keeps an event loop in the thread, in which the
    ORM cannot be used. What crashes the database server, and so every database in it, is for `make
    test-faults` alone.
    """
    wants_browser = not arguments or any(BROWSER_TESTS in argument for argument in arguments)
    chromium = find_or_install_chromium(options) if wants_browser else ""
    compile_translations()
    with (
        first_free_directory(private_directory(HOME)) as home,
        servers(home, options, settings=NON_DURABLE, durable=False) as addresses,
    ):
        environment = inherited_environment() | application_environment(
            addresses, home, settings_module=SETTINGS_MODULE, site_url="http://testserver"
        )
        environment["CHROMIUM_PATH"] = chromium
        pytest = [sys.executable, "-m", "pytest"]
        if arguments:
            return run([*pytest, *arguments], environment=environment)
        with _migrated_once(environment) as template:
            return _run_all(pytest, environment | {"TEST_DATABASE_TEMPLATE": template})


@contextmanager
def _migrated_once(environment: dict[str, str]) -> Iterator[str]:
    """The name of a migrated database, which each process of the tests copies instead of migrating one."""
    logins = {
        name: environment[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL") if name in environment
    }
    owner = logins.get("DATABASE_OWNER_URL", logins["DATABASE_URL"])
    with scratch_database(owner, prefix="test_template") as template:
        there = {name: urlsplit(url)._replace(path=f"/{template}").geturl() for name, url in logins.items()}
        say("migrations")
        if code := run(management_command("migrate", "--verbosity=0"), environment=environment | there):
            raise SystemExit(code)
        yield template


def _run_all(pytest: Sequence[str], environment: dict[str, str]) -> int:
    say("tests")
    # A queue's server has sixteen numbers unless it was told otherwise, and each process takes one.
    lanes = ["--numprocesses=logical", "--maxprocesses=8", "--dist=worksteal", "--max-worker-restart=0"]
    apart = [f"--ignore={BROWSER_TESTS}", f"--ignore={CRASH_TESTS}"]
    code = run([*pytest, "tests", *apart, *lanes], environment=environment)
    say("browser tests")
    # Any code but 0 is a failure: 5 means that nothing was tested.
    return code or run([*pytest, BROWSER_TESTS, *lanes], environment=environment)
