"""Fails unless requirements/ locks what pyproject.toml asks for: by hash and from no named host."""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REQUIREMENTS = Path("requirements")
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)")


def read_lock(name: str) -> tuple[dict[str, set[str]], list[str]]:
    """The pinned versions of each package in requirements/<name>, and what is wrong with the file."""
    pins: dict[str, set[str]] = {}
    problems = []
    text = (REQUIREMENTS / name).read_text()
    if re.search(r"://|--(extra-)?index-url|--find-links", text):
        problems.append(f"{name} names a host")
    for entry in text.replace("\\\n", " ").splitlines():
        pin = PIN.match(entry)
        if not pin:
            problems.append(f"{name}: not a pinned version: {entry}")
        elif "--hash=sha256:" not in entry:
            problems.append(f"{name}: {pin['name']} has no hash")
        else:
            pins.setdefault(canonicalize_name(pin["name"]), set()).add(pin["version"])
    return pins, problems


def find_unlocked(wanted: list[str], pins: dict[str, set[str]], name: str) -> list[str]:
    """The requirements that no pinned version satisfies."""
    return [
        f"{name} does not lock {requirement}: run make lock"
        for requirement in map(Requirement, wanted)
        if not any(map(requirement.specifier.contains, pins.get(canonicalize_name(requirement.name), ())))
    ]


def main() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    base, problems = read_lock("base.txt")
    dev, more = read_lock("dev.txt")
    problems += more + read_lock("uv.txt")[1]
    problems += find_unlocked(project["dependencies"], base, "base.txt")
    problems += find_unlocked(project["optional-dependencies"]["dev"], dev, "dev.txt")
    problems += [f"dev.txt and base.txt differ in {name}" for name in base if base[name] != dev.get(name)]
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
