"""`skrin start`: run a till from its installation, and change to another version of it.

The till runs as a child from the version that the link leads to. When it ends with `EXIT_UPDATE`,
or another version is wished for at the start, that version is tried: its till is started, and the
link is moved only once it has answered. Not ready in time, or dead: the version that the link still
leads to is started again. The data is copied first and never put back by itself: every start is
written in the journal, and an entry that was appended is not taken back (D30).

This process does as little as it can and loads all of it at its start, so that it may go on from a
version that is no longer there.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from skrin.lifetime import Lifetime
from skrin.updates.copying import check_room, copy_data, data_size
from skrin.updates.installation import EXIT_UPDATE, INSTALLED, STAYED, VARIABLE, Installation, State
from skrin.updates.phase import IDLE, READY, TRYING
from skrin.updates.release import SetRefused, version_of

READY_S = 60.0
STOP_S = 30.0
POLL_S = 0.1
TRIES_MOST = 2
"""A version that was tried so often without being ready is given up: also when the power went."""

EXIT_CANNOT_START = 2


class Child:
    """A till that runs as a child, what it prints passed on."""

    def __init__(self, installation: Installation, version: str, argv: Sequence[str]) -> None:
        """Start it from its own folder."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("PYTHON") and name != "VIRTUAL_ENV"
        }
        environment[VARIABLE] = str(installation.folder)
        command = [str(installation.python(version)), "-I", "-m", "skrin.cli", *argv]
        self.version = version
        self.is_ready = threading.Event()
        self._process = subprocess.Popen(
            [*command, "--parent-pid", str(os.getpid())],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._pump = threading.Thread(target=self._pass_on, name="said", daemon=True)
        self._pump.start()

    def _pass_on(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            # Whoever reads us may be gone; the till sells on.
            with contextlib.suppress(OSError, ValueError):
                print(line, end="", flush=True)
            with contextlib.suppress(ValueError):
                told = json.loads(line)
                if isinstance(told, dict) and told.get("ready"):
                    self.is_ready.set()

    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """End it in order, or at all."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._pump.join(1.0)


class Starter:
    """Keeps one till running from an installation, until it ends or is told to."""

    def __init__(
        self,
        installation: Installation,
        argv: Sequence[str],
        data: Path | None,
        lifetime: Lifetime,
        ready_s: float = READY_S,
    ) -> None:
        """`argv`: the till's own arguments, after `skrin`; `data`: its folder."""
        self.installation = installation
        self.argv = list(argv)
        self.data = data
        self.lifetime = lifetime
        self.ready_s = ready_s

    def run(self) -> int:
        """Returns the exit code of the last till; 0 when told to end."""
        child = self._first()
        while True:
            while (code := child.exit_code()) is None:
                if self.lifetime.is_over(POLL_S):
                    child.stop()
                    return 0
            if code != EXIT_UPDATE:
                child.stop()
                return code
            child = self._next()

    def _start(self, version: str) -> Child:
        return Child(self.installation, version, self.argv)

    def _first(self) -> Child:
        self._finish_interrupted()
        return self._next()

    def _finish_interrupted(self) -> None:
        """What a kill left between the moved link and its note."""
        state, current = self.installation.state(), self.installation.current()
        if state.phase == TRYING and state.version == current:
            self._note_installed(state.outcome_from)

    def _next(self) -> Child:
        """The till of the version that is wished for; the one before when that comes to nothing."""
        installation, state = self.installation, self.installation.state()
        current = installation.current()
        if state.phase not in (READY, TRYING) or state.wish != "now":
            return self._start(current)
        if state.tries >= TRIES_MOST:
            self._note_stayed("tried_too_often", "")
            return self._start(current)
        if not installation.is_whole(state.version):
            self._note_stayed("not_whole", state.version)
            return self._start(current)
        return self._try(state, current)

    def _try(self, state: State, current: str) -> Child:
        installation = self.installation
        installation.change(
            phase=TRYING, tries=state.tries + 1, outcome="", outcome_from=current, fault=""
        )
        try:
            self._keep_copy(current)
        except SetRefused as no:
            self._note_stayed(no.code, no.detail)
            return self._start(current)
        child = self._start(state.version)
        if why := self._why_not_ready(child):
            child.stop()
            if self.lifetime.is_over():
                # Told to end meanwhile, which says nothing of the version.
                installation.change(phase=READY, tries=state.tries)
                return child
            self._note_stayed(why, "")
            return self._start(current)
        installation.switch(state.version)
        self._note_installed(current)
        return child

    def _keep_copy(self, current: str) -> None:
        if self.data is None or not self.data.is_dir():
            return
        check_room(self.installation.folder, data_size(self.data))
        copy_data(self.data, self.installation.copies / "before")
        (self.installation.copies / "before" / "version").write_text(f"{current}\n")

    def _why_not_ready(self, child: Child) -> str:
        """Wait for its screen to answer; empty when it does."""
        until = time.monotonic() + self.ready_s
        while time.monotonic() < until:
            if child.is_ready.wait(POLL_S):
                return ""
            if child.exit_code() is not None:
                return "did_not_start"
            if self.lifetime.is_over():
                return "told_to_end"
        return "not_ready"

    def _note_installed(self, before: str) -> None:
        installation, current = self.installation, self.installation.current()
        release = installation.release(current)
        if release and release.keys and version_of(current) > version_of(before):
            installation.put_keys(release.keys)
        installation.change(
            **_over(),
            outcome=INSTALLED,
            outcome_version=current,
            outcome_from=before,
            outcome_at_utc_ms=_now_ms(),
            previous=before,
            fault="",
            detail="",
        )
        installation.tidy((current, before))

    def _note_stayed(self, code: str, detail: str) -> None:
        state = self.installation.state()
        self.installation.change(
            **_over(),
            outcome=STAYED,
            outcome_version=state.version,
            outcome_from=self.installation.current(),
            outcome_at_utc_ms=_now_ms(),
            fault=code,
            detail=detail[:300],
        )


def _over() -> dict[str, object]:
    return {"phase": IDLE, "version": "", "wish": "", "tries": 0, "done": 0, "total": 0}


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def data_of(argv: Sequence[str]) -> Path | None:
    """The folder that the till is told to use."""
    for place, word in enumerate(argv):
        if word == "--data" and place + 1 < len(argv):
            return Path(argv[place + 1])
        if word.startswith("--data="):
            return Path(word.partition("=")[2])
    return None


def main(argv: Sequence[str]) -> int:
    """Exit codes: those of the till; 2 when there is nothing to start."""
    parser = argparse.ArgumentParser(
        prog="skrin start", description=__doc__, epilog="skrin start ... -- till --data FOLDER ..."
    )
    parser.add_argument("--installation", type=Path, required=True, help="its folder")
    parser.add_argument("--ready-s", type=float, default=READY_S, help="how long a new version may")
    parser.add_argument("--parent-pid", type=int, default=0, help="end when this process is gone")
    parser.add_argument("program", nargs="+", metavar="-- till ARGUMENTS")
    options = parser.parse_args(list(argv))
    installation = Installation(options.installation)
    if not installation.is_whole(installation.current()):
        print(
            f"No version is installed in {installation.folder}. Install a set there:"
            " skrin update --installation FOLDER --keys FILE SET",
            file=sys.stderr,
        )
        return EXIT_CANNOT_START
    data = data_of(options.program)
    lifetime = Lifetime(options.parent_pid)
    return Starter(installation, options.program, data, lifetime, options.ready_s).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
