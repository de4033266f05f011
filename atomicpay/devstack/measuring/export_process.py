"""A process that writes one export, as a worker does, and says how long it took and what memory it had.

`python -m atomicpay.devstack.measuring.export_process WORKSPACE EXPORT`
"""

import json
import re
import sys
import time
from pathlib import Path

import django


def main(workspace_id: int, export_id: int) -> None:
    """Write the export and print one JSON object."""
    django.setup()
    from exports.tasks import write_export

    begun = time.perf_counter()
    write_export(workspace_id=workspace_id, export_id=export_id)
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "megabytes": most_memory()}))


def most_memory() -> float:
    """The most megabytes this process ever had.

    Not getrusage's ru_maxrss: that begins at what the process had which started this one.
    """
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    if found is None:
        raise OSError("/proc/self/status does not say VmHWM")
    return int(found[1]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
