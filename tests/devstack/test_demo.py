"""The demo greets for its own web server, and for no other."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from atomicpay.devstack import demo
from atomicpay.devstack.processes import Child, free_port, running


def test_port_is_held_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "USUAL_PORT", free_port())
    with demo._listen(None) as first, demo._listen(None) as second:
        assert first.getsockname()[1] == demo.USUAL_PORT
        assert second.getsockname()[1] != demo.USUAL_PORT


def test_port_that_was_asked_for_and_is_taken_is_told() -> None:
    with demo._listen(free_port()) as door, pytest.raises(SystemExit, match="cannot be used"):
        demo._listen(door.getsockname()[1])


def test_web_server_answers_on_the_port_that_was_held(tmp_path: Path) -> None:
    (tmp_path / "ready.py").write_text(
        "def app(environ, start):\n    start('200 OK', [])\n    return [b'']\n"
    )
    with demo._listen(free_port()) as door:
        command = [sys.executable, "-m", "gunicorn", f"--bind=fd://{door.fileno()}", "ready:app"]
        with running(
            "web server",
            command,
            log=tmp_path / "log",
            environment=os.environ,
            directory=tmp_path,
            open_files=[door.fileno()],
        ) as child:
            demo._wait_until_ready(f"http://127.0.0.1:{door.getsockname()[1]}", [child])


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    log = tmp_path / "log"
    log.touch()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield Child("web server", process, signal.SIGTERM, log)
        process.kill()


def test_answer_of_somebody_else_is_not_taken_for_ours(child: Child) -> None:
    class Stranger(BaseHTTPRequestHandler):
        """Answers well, when our own web server has just found the port taken."""

        def do_GET(self) -> None:
            child.stop()
            self.send_response(200)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        Thread(target=server.handle_request).start()
        with pytest.raises(SystemExit, match="The web server ended by itself"):
            demo._wait_until_ready(f"http://127.0.0.1:{server.server_port}", [child])
