"""Child processes that never outlive us: signalled by the kernel when we die, and stopped in order."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Never

from atomicpay.devstack.places import CHECKOUT

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)  # loaded here: nothing may be imported between fork and exec

STOP_TIMEOUT = 30.0


@dataclass(frozen=True)
class Account:
    """The user and group a child runs as, when it must not be ours."""

    uid: int
    gid: int


class Interrupted(SystemExit):
    """Raised where a stop signal arrives, so that every context closes what it opened."""

    def __init__(self, signum: int) -> None:
        super().__init__(128 + signum)  # what a shell reports
        self.signum = signum


def stop_on_signals() -> None:
    """Turns the first stop signal into Interrupted; later ones do not disturb the stopping."""
    stops = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup asked for that
        stops.append(signal.SIGHUP)

    def interrupt(signum: int, frame: FrameType | None) -> Never:
        for stop in stops:
            signal.signal(stop, signal.SIG_IGN)
        raise Interrupted(signum)

    for stop in stops:
        signal.signal(stop, interrupt)


def die_with_parent(signum: int, parent: int) -> None:
    """Asks the kernel to send this process `signum` when `parent`, which started it, ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signum)
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), signum)


@dataclass
class Child:
    """A running child process and how to end it."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: int
    log: Path

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def last_words(self) -> str:
        """The end of its log, for a message about why it ended."""
        return self.log.read_text(errors="replace")[-2000:]

    def stop(self) -> None:
        """Asks it to end, waits, and kills its whole process group if it does not listen."""
        if not self.is_running:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextmanager
def running(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    stop_signal: int = signal.SIGTERM,
    orphan_signal: int | None = None,
    account: Account | None = None,
    directory: Path = CHECKOUT,
    open_files: Sequence[int] = (),
) -> Iterator[Child]:
    """Runs `command` in a process group of its own, its output in `log`, and stops it on leaving.

    `stop_signal` is the orderly end; `orphan_signal` the quick one the kernel sends if we are killed. It gets
    our `open_files`, by their numbers.
    """
    parent = os.getpid()
    orphan_signal = orphan_signal or stop_signal
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,  # Ctrl-C must reach us alone: we stop the children in order
            preexec_fn=lambda: die_with_parent(orphan_signal, parent),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            pass_fds=open_files,
        )
    child = Child(name, process, stop_signal, log)
    try:
        yield child
    finally:
        child.stop()


def run(command: Sequence[str | Path], *, environment: Mapping[str, str]) -> int:
    """Runs `command` in the foreground, with our terminal, and returns its exit code."""
    parent = os.getpid()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=CHECKOUT,
        env=dict(environment),
        preexec_fn=lambda: die_with_parent(signal.SIGTERM, parent),
    )
    try:
        return process.wait()
    except Interrupted as interrupted:
        _end_foreground(process, interrupted)
        raise


def _end_foreground(process: subprocess.Popen[bytes], interrupted: Interrupted) -> None:
    """A Ctrl-C has reached the child too: it may end by itself before it is told to."""
    try:
        process.wait(5 if interrupted.signum == signal.SIGINT else 0.1)
    except subprocess.TimeoutExpired:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def management_command(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def free_port() -> int:
    """A TCP port of the loopback interface that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
