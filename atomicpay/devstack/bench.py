"""The bench: measurements on a database of its own, which is kept from one run to the next."""

import os
import shutil
from collections.abc import Sequence

from atomicpay.devstack.messages import say
from atomicpay.devstack.options import Options, inherited_environment
from atomicpay.devstack.places import STATE, lock, private_directory
from atomicpay.devstack.processes import management_command, run
from atomicpay.devstack.servers import application_environment, servers
from atomicpay.devstack.translations import compile_translations

HOME = STATE / "bench"
SETTINGS_MODULE = "atomicpay.settings.local"


def bench(options: Options, *, customers: int, only: str | None, fresh: bool) -> int:
    """Runs `manage.py bench` on a durable server tuned to this machine; its JSON lines go to stdout."""
    compile_translations()
    with lock(private_directory(HOME) / "lock") as acquired:
        if not acquired:
            raise SystemExit("Another bench is running in this checkout.")
        with servers(HOME, options, settings=_settings(), anew=fresh) as addresses:
            environment = inherited_environment() | application_environment(
                addresses, HOME, settings_module=SETTINGS_MODULE, site_url="http://127.0.0.1"
            )
            say("migrations")
            if code := run(management_command("migrate", "--verbosity=0"), environment=environment):
                return code
            return run(
                management_command("bench", *_arguments(customers, only, fresh)), environment=environment
            )


def _arguments(customers: int, only: str | None, fresh: bool) -> Sequence[str]:
    return [
        f"--customers={customers}",
        *([f"--only={only}"] if only else []),
        *(["--fresh"] if fresh else []),
    ]


def _settings() -> dict[str, str]:
    return tuned_settings(_memory(), free=shutil.disk_usage(HOME).free)


def tuned_settings(memory: int, *, free: int) -> dict[str, str]:
    """Settings of a server with `memory` bytes to itself and `free` bytes of disk; durable."""
    megabytes = memory // 2**20
    return {
        "shared_buffers": f"{min(2048, megabytes // 4)}MB",
        "effective_cache_size": f"{megabytes // 2}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": f"{min(1024, megabytes // 8)}MB",
        "random_page_cost": "1.1",
        # A million customers are 6 GB of tables: their log must not take the place that these need.
        "max_wal_size": f"{min(16 * 1024, free // 2**20 // 4)}MB",
        "checkpoint_timeout": "15min",
        "jit": "off",
    }


def _memory() -> int:
    """Bytes of memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
