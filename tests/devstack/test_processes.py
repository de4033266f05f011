"""No child of the stack outlives it, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from atomicpay.devstack.places import CHECKOUT

# A supervisor with one child, whose process id it prints.
SUPERVISOR = """
import os, sys, time
from pathlib import Path
from atomicpay.devstack.processes import running, stop_on_signals
stop_on_signals()
with running("sleeper", ["sleep", "60"], log=Path(sys.argv[1]), environment=os.environ) as child:
    print(child.process.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_child_ends_with_its_supervisor(tmp_path: Path, signum: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, tmp_path / "log"], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout
        child = psutil.Process(int(supervisor.stdout.readline()))
        assert child.is_running()
        assert child.ppid() == supervisor.pid
        assert os.getpgid(child.pid) == child.pid

        supervisor.send_signal(signum)
        supervisor.wait(10)

    assert _has_ended(child)


def _has_ended(process: psutil.Process) -> bool:
    """Waits for it; an ended process that nobody has reaped yet counts as ended."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False
