"""A process that writes one export, as a worker does, and says how long it took and what memory it had.

`python -m atomicpay.devstack.measuring.export_process WORKSPACE EXPORT`
"""

import json
import resource
import sys
import time

import django


def main(workspace_id: int, export_id: int) -> None:
    """Write the export and print one JSON object."""
    django.setup()
    from exports.tasks import write_export

    begun = time.perf_counter()
    write_export(workspace_id=workspace_id, export_id=export_id)
    seconds = time.perf_counter() - begun
    # Linux gives kilobytes.
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": megabytes}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
