"""Finds the Chromium of the browser tests, or installs Debian's headless one."""

import os
import shutil
import subprocess

from atomicpay.devstack.messages import say
from atomicpay.devstack.options import Options

NAMES = ("chromium-headless-shell", "chromium", "google-chrome", "chromium-browser")
# Without a font a browser shows nothing.
PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core")


def find_or_install_chromium(options: Options) -> str:
    """The path of a Chromium, or SystemExit with how to get one."""
    found = options.chromium or _installed()
    if not found and _install():
        found = _installed()
    if not found:
        raise SystemExit(
            "The browser tests need Chromium: apt-get install --no-install-recommends "
            f"{' '.join(PACKAGES)} (on Debian), or set CHROMIUM_PATH to one."
        )
    return found


def _installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _install() -> bool:
    """Whether apt installed it; false where there is no apt or we may not use it."""
    if not shutil.which("apt-get"):
        return False
    as_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if as_root and (
        not shutil.which("sudo") or subprocess.run([*as_root, "true"], capture_output=True).returncode
    ):
        return False
    say(f"installing {' '.join(PACKAGES)}")
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2"]
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        subprocess.run([*apt, *command], stdout=subprocess.DEVNULL, check=False)
    return True
