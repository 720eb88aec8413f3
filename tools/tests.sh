#!/bin/sh
# All tests, in two parts that want different numbers of workers (tests/conftest.py): those that
# drive a browser, then all others. Both run, also when the first part fails.
# $1: the environment's bin folder; all else goes to pytest. A part without tests (pytest's exit
# code 5) is no fault while the other one has some.
set -u
bin=$1
shift
"$bin"/python -m pytest "$@" -m browser
screens=$?
"$bin"/python -m pytest "$@" -m "not browser"
others=$?
[ "$screens" -eq 5 ] && [ "$others" -ne 5 ] && screens=0
[ "$others" -eq 5 ] && [ "$screens" -ne 5 ] && others=0
[ "$screens" -ne 0 ] && exit "$screens"
exit "$others"
