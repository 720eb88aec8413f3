"""What the host tells a till of itself: a small file that is replaced whole, or is not there."""

from __future__ import annotations

import contextlib
from pathlib import Path

from skrin.domain.codec import decode, encode
from skrin.sync.host import HostFacts


def write_host(path: Path, facts: HostFacts) -> None:
    """Replace the file in one step. It is news, not a record: it need not survive a power cut."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(encode(facts))
    fresh.replace(path)


class HostFile:
    """Reads the file again when it was replaced."""

    def __init__(self, path: Path | None) -> None:
        """`path` None: nobody keeps this till running."""
        self._path = path
        self._seen = (0, 0)
        self._facts = HostFacts()

    def facts(self) -> HostFacts:
        """What the host said last."""
        if self._path is None:
            return self._facts
        with contextlib.suppress(OSError, ValueError):  # What it said before still counts.
            found = self._path.stat()
            seen = (found.st_mtime_ns, found.st_ino)
            if seen != self._seen:
                self._facts = decode(HostFacts, self._path.read_bytes())
                self._seen = seen
        return self._facts
