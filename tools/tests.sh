#!/bin/sh
# All tests, in two parts that want different numbers of workers (tests/conftest.py): those that
# drive a browser, then all others. Both run, also when the first part fails.
# $1: the environment's bin folder; all else goes to pytest. A part without tests (pytest's exit
# code 5) is no fault while the other one has some.
set -u
# Where the environment forbids it to keep what was compiled, each of hundreds of processes would
# compile all modules anew.
unset PYTHONDONTWRITEBYTECODE
bin=$1
shift
# The tests' files lie in memory where there is room, and no noexec: thousands of tills' files that
# nobody keeps need not wait for a disk. A process that is killed finds the same as on a disk; what
# a machine without power would lose, no test can try either way. TMPDIR, where it is set, is kept.
memory=/dev/shm
if [ -z "${TMPDIR:-}" ] && [ -w "$memory" ] \
    && [ "$(df -Pk "$memory" | awk 'NR == 2 { print $4 }')" -gt 8000000 ]; then
    place=$(mktemp -d "$memory/skrin-XXXXXX")
    chmod 711 "$place"  # root's PostgreSQL runs as another user.
    trap 'rm -rf "$place"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    printf '#!/bin/sh\n' >"$place/runs"
    chmod 755 "$place/runs"
    if "$place/runs" 2>/dev/null; then
        export TMPDIR="$place"
    fi
fi
"$bin"/python -m pytest "$@" -m browser
screens=$?
"$bin"/python -m pytest "$@" -m "not browser"
others=$?
[ "$screens" -eq 5 ] && [ "$others" -ne 5 ] && screens=0
[ "$others" -eq 5 ] && [ "$screens" -ne 5 ] && others=0
[ "$screens" -ne 0 ] && exit "$screens"
exit "$others"
