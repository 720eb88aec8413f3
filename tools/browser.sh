#!/bin/sh
# Sees to it that a Chromium is there for the browser tests; they skip with a reason where it is not.
set -eu
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's chromium for the browser tests ..."
    apt-get update -qq && apt-get install -y -qq chromium >/dev/null
else
    echo "No chromium here and no right to install it: the browser tests will be skipped." >&2
fi
