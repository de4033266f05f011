"""What the stack says about itself, on stderr: stdout belongs to the command it runs."""

import sys
import time

_started = time.monotonic()


def say(what: str) -> None:
    print(f"[{time.monotonic() - _started:5.1f} s] {what}", file=sys.stderr, flush=True)
