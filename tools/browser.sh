#!/bin/sh
# Sees to it that a Chromium is there for the browser tests; they skip with a reason where it is not.
# The headless shell is Chromium without windows of its own, and does the same in less time.
set -eu
command -v chromium-headless-shell >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's Chromium for the browser tests ..."
    apt-get update -qq || true
    apt-get install -y -qq chromium-headless-shell >/dev/null 2>&1 && exit 0
    command -v chromium >/dev/null || apt-get install -y -qq chromium >/dev/null
fi
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
echo "No Chromium here and no right to install it: the browser tests will be skipped." >&2
