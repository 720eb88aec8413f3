"""A program ends when it is told to, however its signals fall, and never outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

DEADLINE_S = 20.0
WAITING = """
import sys
from skrin.lifetime import Lifetime
lifetime = Lifetime(int(sys.argv[1]))
print("ready", flush=True)
while not lifetime.is_over(float(sys.argv[2])):
    pass
print("over", flush=True)
"""
PARENT = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], str(os.getpid()), "1"],
                         stdout=subprocess.PIPE, text=True)
child.stdout.readline()
print(child.pid, flush=True)
sys.stdin.readline()
"""


def started(*argv: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", *argv],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("last", [signal.SIGTERM, signal.SIGINT])
def test_signals_that_fall_into_one_another_end_it_all_the_same(last: signal.Signals) -> None:
    # It wakes all the time, so that signals find it at work: a handler that sets an Event stands
    # still in half of such runs, as its lock is then held by the very thread that it interrupts.
    with started(WAITING, str(os.getpid()), "0.0001") as program:
        assert program.stdout
        assert program.stdout.readline() == "ready\n"
        for number in range(2000):
            os.kill(program.pid, signal.SIGUSR1)
            if number % 5 == 0:
                time.sleep(0.0003)
        assert program.poll() is None, "a look at the parent is no end"
        program.send_signal(last)
        said, _ = program.communicate(timeout=DEADLINE_S)
    assert (program.returncode, said) == (0, "over\n")


def test_it_ends_with_the_process_that_started_it() -> None:
    with started(PARENT, WAITING) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.kill()
        parent.wait(DEADLINE_S)
    until = time.monotonic() + DEADLINE_S
    while _lives(pid):
        assert time.monotonic() < until, "it outlives its parent"
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    """Whether it runs; one that waits to be buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
