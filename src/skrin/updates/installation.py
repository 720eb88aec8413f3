"""The installation of the program on a device: its versions side by side, and one link (D30).

    <installation>/release-keys        whose sets are taken; put there when the device is set up
    <installation>/current             -> versions/<version>: the one switched link
    <installation>/versions/<version>/ an environment of its own; whole once `complete` lies in it
    <installation>/state.json          what goes on with updates, and what came of the last one
    <installation>/sets, work, copies  what was fetched, what is being made, the data before

The link is moved only to a version whose till has answered here. So at any instant it leads to a
version that works, whatever was killed when.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from skrin.updates.phase import IDLE, STATE_FILE
from skrin.updates.release import Release, SetRefused, read_keys, read_manifest

VARIABLE = "SKRIN_INSTALLATION"
"""How a program that was started from an installation knows of it."""

EXIT_UPDATE = 75
"""The exit code of a till that makes way for another version of itself."""

INSTALLED, STAYED = "installed", "stayed"
COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class State:
    """What goes on. `version`: which one it is about; `done` of `total`: bytes, or steps.

    `wish`: when to switch: `now`, `window` (the next time that the shop is closed) or `login`;
    empty = when somebody says so. `tries`: how often the version was started and not ready.
    `outcome` is what came of the last update: `installed`, or `stayed` for the reason `fault`;
    `fault` without an outcome hindered the preparation.
    """

    phase: str = IDLE
    version: str = ""
    done: int = 0
    total: int = 0
    wish: str = ""
    tries: int = 0
    fault: str = ""
    detail: str = ""
    outcome: str = ""
    outcome_version: str = ""
    outcome_from: str = ""
    outcome_at_utc_ms: int = 0
    previous: str = ""


def write_durably(path: Path, data: bytes) -> None:
    """Put a file in the place of another: after a power cut it is the old one or the new."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder as durable as the files."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Busy(Exception):
    """Another process is at work on this installation."""


class Installation:
    """The folder of an installation, and what stands in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.link = self.folder / "current"
        self.versions = self.folder / "versions"
        self.work = self.folder / "work"
        self.sets = self.folder / "sets"
        self.copies = self.folder / "copies"
        self.keys_file = self.folder / "release-keys"

    @classmethod
    def here(cls) -> Installation | None:
        """The installation that this process was started from; None = it was started otherwise."""
        told = os.environ.get(VARIABLE, "")
        return cls(Path(told)) if told else None

    def keys(self) -> tuple[str, ...]:
        """Whose sets are taken. Raises `SetRefused` `keys_unreadable`."""
        return read_keys(self.keys_file)

    def put_keys(self, keys: tuple[str, ...]) -> None:
        """From now on these keys count."""
        write_durably(self.keys_file, "".join(f"{key}\n" for key in keys).encode())

    def current(self) -> str:
        """The version that the link leads to; empty = none is installed."""
        try:
            return self.link.readlink().name
        except OSError:
            return ""

    def switch(self, version: str) -> None:
        """Let the link lead to another version, in one step."""
        fresh = self.folder / ".current.part"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path("versions") / version)
        fresh.replace(self.link)
        sync_folder(self.folder)

    def is_whole(self, version: str) -> bool:
        """Whether a version was installed to its end."""
        return bool(version) and (self.versions / version / COMPLETE).is_file()

    def python(self, version: str) -> Path:
        """The interpreter of a version's environment. Always by the version's own path: a program
        that ran by the link would import half of another version after a switch."""
        return self.versions / version / "bin" / "python"

    def release(self, version: str) -> Release | None:
        """What an installed version's set said of itself."""
        try:
            return read_manifest((self.versions / version / COMPLETE).read_bytes())
        except (OSError, SetRefused):
            return None

    def state(self) -> State:
        """What goes on now."""
        try:
            told = json.loads((self.folder / STATE_FILE).read_bytes())
        except (OSError, ValueError):
            return State()
        known = {field.name for field in fields(State)}
        return State(**{name: value for name, value in told.items() if name in known})

    def change(self, **changes: object) -> State:
        """Change some of the state, durably; what another process changed meanwhile stays."""
        with self._alone("state.lock", wait=True):
            state = replace(self.state(), **changes)  # type: ignore[arg-type]
            told = json.dumps(asdict(state), ensure_ascii=False, indent=1).encode()
            write_durably(self.folder / STATE_FILE, told)
        return state

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Be the only one who prepares a version here. Raises `Busy`."""
        with self._alone("work.lock", wait=False):
            yield

    @contextmanager
    def _alone(self, name: str, *, wait: bool) -> Iterator[None]:
        # The lock goes with its process, however that ends.
        with (self.folder / name).open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError as taken:
                raise Busy(str(self.folder)) from taken
            yield

    def tidy(self, keep: tuple[str, ...]) -> None:
        """Remove the versions and sets that nobody goes back to."""
        for folder in list(self.versions.iterdir()) if self.versions.is_dir() else []:
            if folder.name not in keep:
                # What is half gone must not count as whole.
                (folder / COMPLETE).unlink(missing_ok=True)
                shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(self.work, ignore_errors=True)
        with contextlib.suppress(OSError):
            for file in self.sets.iterdir():
                file.unlink(missing_ok=True)
