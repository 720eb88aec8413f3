"""The power goes: what a machine has left of its files is what had reached its disk.

A folder lies on a small file system of its own, in a file (ext4, by a loop device). When the power
is cut, who writes there is held, the file is copied as it is, without what the kernel still meant
to write, and from then on the copy is mounted: its journal is read, as after a cut. What the disk
had confirmed is there; what nobody has synced is gone. The disk itself keeps what it was given: one
that loses what it has confirmed cannot be shown this way.

It wants the administrator's rights. All of it happens in a view of file systems of the run's own
(`own_mounts`), so nothing stays mounted, however the run ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from skrin.town.processes import PartFailed

TILL_MB, OFFICE_MB = 256, 2_000
"""The files are holes where nothing was written."""
WAIT_S = 20.0
MOUNT_S = 60.0
OPTIONS = "loop,noatime,noinit_itable,commit=300"
"""The kernel writes nothing by itself within five minutes: only what is synced reaches the file."""

INSIDE = "--inside"


def can_cut() -> bool:
    """Whether this machine lets us mount."""
    tools = all(shutil.which(name) for name in ("mount", "umount", "mkfs.ext4", "unshare"))
    return tools and os.geteuid() == 0 and _mounts()


def _mounts() -> bool:
    """Whether file systems can be mounted here; a container may be the administrator's and yet
    forbid it."""
    trial = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /mnt && losetup -f"]
    try:
        done = subprocess.run(trial, capture_output=True, timeout=MOUNT_S, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def own_mounts(module: str, argv: Sequence[str]) -> None:
    """Begin a command anew with a view of file systems of its own. Does not return."""
    program = [sys.executable, "-m", module, *argv, INSIDE]
    unshare = shutil.which("unshare") or "unshare"
    os.execv(unshare, [unshare, "--mount", "--propagation", "private", *program])  # noqa: S606


class Disc:
    """A file system of its own under a folder, in a file beside it."""

    def __init__(self, folder: Path, image: Path, size_mb: int) -> None:
        """Made and mounted, empty."""
        self.folder = folder
        self.image = image
        self.there = threading.Lock()
        """Held while the folder is empty: who opens a file of it waits so long."""
        image.parent.mkdir(parents=True, exist_ok=True)
        with image.open("wb") as file:
            file.truncate(size_mb * 1_000_000)
        _done(["mkfs.ext4", "-q", "-F", "-N", "8000", "-m", "0", str(image)])
        folder.mkdir(parents=True, exist_ok=True)
        self._mount()

    def cut(self, writers: Callable[[], Sequence[int]], kill: Callable[[], None]) -> None:
        """The power goes for `writers` (process ids); `kill` ends who else is to be told. When this
        returns they are gone, and the folder is what a start after it finds."""
        held = hold(writers)
        left = self.image.with_suffix(".left")
        _done(["cp", "--sparse=always", str(self.image), str(left)])
        for pid in held:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        kill()
        _wait_until(partial(_are, held, _is_gone), "they do not die")
        with self.there:
            # Who still reads there keeps the old one; nobody else sees it.
            _done(["umount", "--lazy", str(self.folder)])
            left.replace(self.image)
            self._mount()

    def _mount(self) -> None:
        _done(["mount", "-o", OPTIONS, str(self.image), str(self.folder)])


def hold(writers: Callable[[], Sequence[int]]) -> list[int]:
    """Stop them, and whom they bring up meanwhile, in the middle of whatever they do."""
    held: list[int] = []
    while fresh := [pid for pid in writers() if pid not in held]:
        for pid in fresh:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        held += fresh
        _wait_until(partial(_are, held, _is_still), "they cannot be held")
    return held


def _are(pids: list[int], so: Callable[[int], bool]) -> bool:
    return all(so(pid) for pid in pids)


def _is_gone(pid: int) -> bool:
    return _state(pid) in ("", "Z")


def _is_still(pid: int) -> bool:
    """Whether no thread of a process runs or waits for the disk."""
    with suppress(OSError):
        threads = [int(place.name) for place in Path(f"/proc/{pid}/task").iterdir()]
        return all(_state(pid, thread) in ("T", "Z", "") for thread in threads)
    return True


def _state(pid: int, thread: int = 0) -> str:
    """One letter; nothing when it is gone."""
    with suppress(OSError):
        place = Path(f"/proc/{pid}/task/{thread}" if thread else f"/proc/{pid}")
        return (place / "stat").read_text(errors="replace").rsplit(")", 1)[1].split()[0]
    return ""


def _wait_until(is_so: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + WAIT_S
    while not is_so():
        if time.monotonic() > until:
            raise PartFailed(f"the power cannot be cut: {what}")
        time.sleep(0.001)


def _done(argv: list[str]) -> None:
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=MOUNT_S, check=False)
    except subprocess.TimeoutExpired as late:
        raise PartFailed(f"{argv[0]} did not end within {MOUNT_S:.0f} s") from late
    if done.returncode:
        raise PartFailed(f"{argv[0]} failed: {done.stderr.strip()}")
