"""A program of the updates with a death in it: `kill -9` by its own hand at the n-th step.

`python -m tests.updates.dying N MODULE ARGUMENTS`: each change of the disk counts as two steps, one
before and one after it. A run that has fewer than N steps ends by itself.
"""

from __future__ import annotations

import importlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from tests.updates.fake import pretended_call

from skrin.updates import copying, installation, prepare, starter
from skrin.updates.installation import Installation
from skrin.updates.release import ReleaseSet

steps_left = 0


def passes() -> None:
    global steps_left
    steps_left -= 1
    if steps_left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def wrap(owner: Any, name: str) -> None:
    original: Callable[..., Any] = getattr(owner, name)

    def around(*args: Any, **values: Any) -> Any:
        passes()
        answer = original(*args, **values)
        passes()
        return answer

    setattr(owner, name, around)


def main(argv: list[str]) -> int:
    global steps_left
    steps_left = int(argv[0])
    vars(prepare)["_call"] = pretended_call  # No real environment: it takes half a minute each.
    for owner, name in (
        (Installation, "switch"),
        (Installation, "put_keys"),
        (Installation, "tidy"),
        (Installation, "change"),
        (installation, "write_durably"),
        (prepare, "write_durably"),
        (copying, "_vacuum_into"),
        (starter, "copy_data"),
        (prepare, "copy_data"),
        (starter, "Child"),
        (ReleaseSet, "unpack"),
        (prepare, "_call"),
        (shutil, "rmtree"),
        (pathlib.Path, "symlink_to"),
        (pathlib.Path, "replace"),
        (subprocess, "run"),
    ):
        wrap(owner, name)
    return int(importlib.import_module(argv[1]).main(argv[2:]))


def alone(argv: list[str]) -> None:
    """`main` as all that a forked process does; what it says is heard by nobody."""
    with (
        pathlib.Path(os.devnull).open("w") as nobody,
        redirect_stdout(nobody),
        redirect_stderr(nobody),
    ):
        sys.exit(main(argv))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
