"""`python -m skrin.till.host.leash --parent-pid N -- PROGRAM ARGUMENTS`: somebody else's program
that must not outlive the host.

A till ends by itself when its host is gone, however the host went. A card bridge or a browser does
not know of hosts; so this small process stands between them and ends what it started. Both are in
one process group, which is the leash's own.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys

from skrin.lifetime import PR_SET_PDEATHSIG, Lifetime

LOOK_EVERY_S = 0.25
GRACE_S = 5.0
NO_SUCH_PROGRAM = 127


def main(argv: list[str]) -> int:
    """Run the program to its end, or end it; its exit code, 128 and its signal, 127 = not found."""
    assert argv[:1] == ["--parent-pid"] and argv[2:3] == ["--"], "called by the host alone"
    lifetime = Lifetime(int(argv[1]))
    command = argv[3:]
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            preexec_fn=_end_with_the_leash if sys.platform.startswith("linux") else None,
        )
    except OSError as fault:
        print(f"{command[0]}: {fault.strerror}", file=sys.stderr)
        return NO_SUCH_PROGRAM
    while child.poll() is None and not lifetime.is_over(LOOK_EVERY_S):
        pass
    if child.poll() is None:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_S)
    code = child.poll()
    if code is None or lifetime.is_over():
        # What the program itself started may still be there; this ends us too, which is meant.
        assert os.getpgid(0) == os.getpid(), "the host gives a leash a group of its own"
        os.killpg(0, signal.SIGKILL)
    assert code is not None
    return code if code >= 0 else 128 - code


def _end_with_the_leash() -> None:
    """In the child, before its program: Linux ends it when the leash itself is killed. There is one
    thread here, so its end is that of the process."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
