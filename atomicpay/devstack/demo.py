"""The demo: every process of the product on one machine, with data to look at."""

import json
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from atomicpay.devstack.messages import say
from atomicpay.devstack.options import Options, inherited_environment
from atomicpay.devstack.places import STATE, lock, private_directory
from atomicpay.devstack.processes import Child, Interrupted, management_command, run, running
from atomicpay.devstack.servers import application_environment, servers
from atomicpay.devstack.translations import compile_translations

HOME = STATE / "demo"
RUNNING_DEMO = HOME / "stack.json"  # its environment, with passwords: for its owner's eyes only
SETTINGS_MODULE = "atomicpay.settings.local"
USUAL_PORT = 8000
READY_TIMEOUT = 60.0


def demo(options: Options, *, once: bool) -> int:
    """Runs the whole product until it is stopped; with `once`, makes one journey through it instead."""
    with _claim() as claimed:
        if not claimed:
            environment = _environment_of_running_demo()
            if once:
                return _journey(environment, [])
            raise SystemExit(f"The demo is running already: {environment['SITE_URL']}/")
        with (
            _listen(options.port) as door,
            _stack(options, door.getsockname()[1]) as decided,
            _published(decided),
            ExitStack() as opened,
        ):
            environment = inherited_environment() | decided
            _prepare(environment)
            processes = [opened.enter_context(process) for process in _processes(environment, door)]
            if once:
                return _journey(environment, processes)
            _wait_until_ready(environment["SITE_URL"], processes)
            _greet(environment)
            return _watch(processes)


def manage(options: Options, arguments: Sequence[str]) -> int:
    """Runs a management command on the demo's database, with the running demo if there is one."""
    with _claim() as claimed:
        if not claimed:
            return run(management_command(*arguments), environment=_environment_of_running_demo())
        with _stack(options, options.port or USUAL_PORT) as decided:
            return run(management_command(*arguments), environment=inherited_environment() | decided)


@contextmanager
def _claim() -> Iterator[bool]:
    """Yields True when the demo's directory is ours alone, False when a running demo has it.

    A management command that started the servers for itself is waited for.
    """
    private_directory(HOME)
    is_waiting = False
    while True:
        with lock(HOME / "lock") as acquired:
            if acquired:
                RUNNING_DEMO.unlink(missing_ok=True)  # left behind by a kill -9
                yield True
                return
        if RUNNING_DEMO.exists():
            yield False
            return
        if not is_waiting:
            say("waiting for another command to be done with the demo's servers")
            is_waiting = True
        time.sleep(0.1)


def _listen(port: int | None) -> socket.socket:
    """Listens where the web server will: on the given port, or the usual one, or else any that is free.

    It takes a minute until there is a web server. If another demo that begins meanwhile could take the port,
    we would greet for a server that is not ours. Who asks early waits for the answer.
    """
    try:
        return socket.create_server(("127.0.0.1", port or USUAL_PORT))
    except OSError as error:
        if port:
            raise SystemExit(f"Port {port} cannot be used: {error.strerror}.") from None
    return socket.create_server(("127.0.0.1", 0))


@contextmanager
def _stack(options: Options, port: int) -> Iterator[dict[str, str]]:
    """Runs the demo's servers and yields the environment variables that they decide."""
    compile_translations()
    with servers(HOME, options, settings={}) as addresses:
        yield application_environment(
            addresses, HOME, settings_module=SETTINGS_MODULE, site_url=f"http://127.0.0.1:{port}"
        )


@contextmanager
def _published(decided: Mapping[str, str]) -> Iterator[None]:
    """Lets other commands find the running demo, until it stops."""
    unfinished = HOME / "stack.unfinished"
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(decided))
    unfinished.rename(RUNNING_DEMO)
    try:
        yield
    finally:
        RUNNING_DEMO.unlink()


def _environment_of_running_demo() -> dict[str, str]:
    published: dict[str, str] = json.loads(RUNNING_DEMO.read_text())
    return inherited_environment() | published


def _prepare(environment: Mapping[str, str]) -> None:
    for step, command in (
        ("migrations", management_command("migrate", "--verbosity=0")),
        ("demo data", management_command("seed_demo")),
    ):
        say(step)
        if code := run(command, environment=environment):
            raise SystemExit(code)


def _processes(
    environment: Mapping[str, str], door: socket.socket
) -> Iterator[AbstractContextManager[Child]]:
    """Worker, beat and web server, in the order they start; they stop in the reverse order."""
    celery = [sys.executable, "-m", "celery", "--app=atomicpay"]
    yield running(
        "worker",
        [*celery, "worker", "--concurrency=2", "--loglevel=INFO"],
        log=HOME / "worker.log",
        environment=environment,
        orphan_signal=signal.SIGKILL,  # its pool dies with it; what it was doing is done again
    )
    yield running(
        "beat",
        [*celery, "beat", "--loglevel=INFO", f"--schedule={HOME / 'beat-schedule'}", "--pidfile="],
        log=HOME / "beat.log",
        environment=environment,
    )
    yield running(
        "web server",
        [
            *(sys.executable, "-m", "gunicorn", "--config=python:atomicpay.gunicorn"),
            *(f"--bind=fd://{door.fileno()}", "atomicpay.wsgi"),
        ],
        log=HOME / "web.log",
        environment=environment,
        orphan_signal=signal.SIGQUIT,
        open_files=[door.fileno()],
    )


def _wait_until_ready(site_url: str, processes: Sequence[Child]) -> None:
    deadline = time.monotonic() + READY_TIMEOUT
    answer = ""
    while time.monotonic() < deadline:
        _fail_if_ended(processes)
        try:
            with urllib.request.urlopen(f"{site_url}/health/ready/", timeout=5):  # noqa: S310 -- our own address
                _fail_if_ended(processes)  # or it was somebody else who answered
                return
        except urllib.error.HTTPError as refusal:
            answer = refusal.read().decode(errors="replace")
        except OSError:
            pass  # not listening yet
        time.sleep(0.1)
    raise SystemExit(f"The web server is not ready; see {HOME}/web.log. {answer}")


def _greet(environment: Mapping[str, str]) -> None:
    print(f"\nAtomicPay is at {environment['SITE_URL']}/\n", flush=True)
    run(management_command("demo_accounts"), environment=environment)
    print(f"\nMail is kept in {HOME}/mail, logs beside it. Ctrl-C stops everything.", flush=True)


def _journey(environment: Mapping[str, str], processes: Sequence[Child]) -> int:
    _wait_until_ready(environment["SITE_URL"], processes)
    return run(management_command("demo_journey", "--url", environment["SITE_URL"]), environment=environment)


def _watch(processes: Sequence[Child]) -> int:
    """Goes on until a process ends by itself, which is a failure, or somebody stops us, which is not."""
    try:
        while True:
            _fail_if_ended(processes)
            time.sleep(0.5)
    except Interrupted as interrupted:
        say("stopping")
        return 0 if interrupted.signum == signal.SIGINT else 1


def _fail_if_ended(processes: Sequence[Child]) -> None:
    for child in processes:
        if not child.is_running:
            raise SystemExit(f"The {child.name} ended by itself:\n{child.last_words()}")
