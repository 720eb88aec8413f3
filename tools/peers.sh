#!/bin/sh
# Installs the foreign programs of tests/peers, where there is npm; their tests skip where there is none.
set -eu
cd tests/peers
if ! command -v npm >/dev/null; then
    echo "No npm here: tests against foreign programs will be skipped." >&2
    exit 0
fi
if [ ! -e node_modules/.ready ] || [ package-lock.json -nt node_modules/.ready ]; then
    npm ci --silent --no-audit --no-fund --ignore-scripts && touch node_modules/.ready
fi
