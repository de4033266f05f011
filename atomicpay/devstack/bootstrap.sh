#!/usr/bin/env bash
# Makes .venv hold exactly what requirements/dev.txt locks. Does nothing when it does already.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() { echo "$1" >&2; exit 1; }

# A Python of 3.11 or later that can make virtual environments, or nothing.
find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$candidate" && return
  done
}

# Debian splits venv and pip off its Python: fetch them when we may.
install_python() {
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo --non-interactive)
  command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null || return 0
  echo "Installing python3-venv" >&2
  { "${as_root[@]}" apt-get --quiet update \
    && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet install --yes --no-install-recommends \
      python3 python3-venv ca-certificates; } >&2 || return 0
}

python=$(find_python) || true
[ -n "$python" ] || { install_python; python=$(find_python) || true; }
[ -n "$python" ] || fail "Python 3.11 or newer with venv and pip is needed: apt-get install python3-venv, or set PYTHON."

# One at a time: two commands may start in a fresh checkout at once.
mkdir -p var
exec 9>var/bootstrap.lock
command -v flock >/dev/null && flock 9

# An environment cannot be moved, and belongs to one interpreter: then it is made anew, otherwise brought up to date.
interpreter=$({ "$python" -VV; "$python" -c 'import sys; print(sys.base_prefix)'; pwd; } | sha256sum)
locked=$(cat requirements/dev.txt requirements/uv.txt | sha256sum)
if [ "$(cat .venv/interpreter 2>/dev/null)" != "$interpreter" ] || ! .venv/bin/python -c '' 2>/dev/null; then
  rm -rf .venv
  "$python" -m venv .venv
  echo "$interpreter" > .venv/interpreter
fi
[ "$(cat .venv/locked 2>/dev/null)" != "$locked" ] || exit 0

echo "Installing requirements/dev.txt" >&2
pip_install() {
  .venv/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --only-binary :all: "$@"
}
# uv is several times faster; where only pip is configured to reach an index, pip does the same work.
pip_install -r requirements/uv.txt \
  && .venv/bin/uv pip sync --quiet --no-config --python .venv/bin/python --require-hashes --no-build \
    --compile-bytecode --system-certs requirements/dev.txt requirements/uv.txt \
  || pip_install -r requirements/dev.txt
echo "$locked" > .venv/locked
