"""Files of this till's records, made beside the sale: each in a process of its own, one at a time.

Nothing of it touches the writer or its thread: the other process reads the file as it stands, with
a lower priority than the till.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from skrin.domain.refusal import Refusal

FOLDER = "exports"
EVERYTHING = "package"
"""What is wanted when all of the register is, whatever the period and the format."""
KEPT_MOST = 40
TIMEOUT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Made:
    """What came of an order: file names, or why there are none. `remark`: what a person must know
    of the file; `unmapped`: how many events it leaves out, by kind."""

    files: tuple[str, ...] = ()
    refused: str = ""
    remark: str = ""
    unmapped: tuple[tuple[str, int], ...] = ()


class Exporter:
    """Makes files of one register's records, and knows which there are."""

    def __init__(self, path: Path) -> None:
        """Of the till's file at `path`; the files lie in a folder beside it."""
        self.path = path
        self.folder = path.parent / FOLDER
        self.last: Made | None = None
        self._work = threading.Lock()
        self._done = threading.Event()
        self._done.set()

    @property
    def busy(self) -> bool:
        """Whether a file is being made."""
        return not self._done.is_set()

    def start(
        self, what: str, file_format: str, first: str, last: str, user: str, unit_id: str
    ) -> None:
        """Begin to make a file. Refused: `export_busy` while another is being made."""
        with self._work:
            if self.busy:
                raise Refusal("export_busy")
            self._done.clear()
        command = [
            *(sys.executable, "-m", "skrin.till.export", str(self.path), "--json", "--zip"),
            *("--what", what, "--format", file_format, "--from", first, "--to", last),
            *("--folder", str(self.folder), "--user", user, "--unit", unit_id, "--gently"),
        ]
        if what == EVERYTHING:
            command = [
                *(sys.executable, "-m", "skrin.till.package", "make", str(self.path.parent)),
                *("--out", str(self.folder), "--user", user, "--unit", unit_id),
                *("--gently", "--json"),
            ]
        threading.Thread(target=self._run, args=(command,), name="export", daemon=True).start()

    def wait(self, timeout_s: float) -> bool:
        """Wait a moment for what is being made; whether it is done."""
        return self._done.wait(timeout_s)

    def files(self) -> list[Path]:
        """What was made and is still there, newest first."""
        if not self.folder.is_dir():
            return []
        found = [one for one in self.folder.iterdir() if one.is_file() and one.suffix != ".part"]
        return sorted(found, key=lambda one: one.stat().st_mtime_ns, reverse=True)

    def file(self, name: str) -> Path | None:
        """One of the files by its name."""
        return next((one for one in self.files() if one.name == name), None)

    def _run(self, command: list[str]) -> None:
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
            )
            self.last = self._read(done.stdout)
        except (OSError, subprocess.SubprocessError):
            self.last = Made(refused="export_failed")
        finally:
            self._done.set()
        for old in self.files()[KEPT_MOST:]:
            old.unlink(missing_ok=True)

    @staticmethod
    def _read(said: str) -> Made:
        try:
            told = json.loads(said)
        except ValueError:
            return Made(refused="export_failed")
        if "refused" in told:
            return Made(refused=told["refused"])
        names = tuple(Path(file).name for file in told["files"])
        return Made(names, "", told["remark"], tuple(sorted(told["unmapped"].items())))
