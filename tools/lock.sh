#!/bin/sh
# Writes the lock files anew: exact versions with hashes, no addresses. Usage: lock.sh BIN
set -eu
bin=$1
command -v "$bin/uv" >/dev/null || "$bin/python" -m pip install --quiet uv
compile() { "$bin/uv" pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
    --no-emit-index-url --python-version 3.11 "$@"; }
compile pyproject.toml --extra build -o requirements.lock
compile pyproject.toml --extra build --extra dev -o requirements-dev.lock
if grep -n '://' requirements.lock requirements-dev.lock; then
    echo "a lock file names a place" >&2
    exit 1
fi
