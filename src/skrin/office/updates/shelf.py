"""The sets that this office hands out: files in its folder, each proven before it is offered."""

from __future__ import annotations

import base64
import hashlib
import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from skrin.updates.release import Release, ReleaseSet, SetRefused, read_keys, version_of

log = logging.getLogger(__name__)

FOLDER, KEYS = "updates", "release-keys"


@dataclass(frozen=True, slots=True)
class Shelved:
    """A set that is signed by one of the office's keys."""

    path: Path
    size_bytes: int
    sha256: str
    manifest: str
    signature: str
    release: Release


_known: dict[tuple[str, int, int], Shelved | None] = {}
_lock = threading.Lock()


def folder() -> Path:
    """Where the operator puts sets and `release-keys`."""
    return Path(settings.DATA_DIR) / FOLDER


def releases() -> list[Shelved]:
    """The sets, newest version first. A file that is none, or not signed, is not offered."""
    place = folder()
    keys_file = place / KEYS
    if not keys_file.is_file():
        return []
    found: dict[str, Shelved] = {}
    for path in sorted(place.glob("*.set")):
        if one := _read(path, keys_file):
            found[one.release.version] = one
    return sorted(found.values(), key=lambda one: version_of(one.release.version), reverse=True)


def release(version: str) -> Shelved | None:
    """The set of a version."""
    return next((one for one in releases() if one.release.version == version), None)


def _read(path: Path, keys_file: Path) -> Shelved | None:
    """A set, read once for as long as neither it nor the keys change: it has some 50 MB."""
    about, keys = path.stat(), keys_file.stat()
    known_by = (str(path), about.st_mtime_ns, keys.st_mtime_ns)
    with _lock:
        if known_by not in _known:
            _known[known_by] = _prove(path, keys_file)
        return _known[known_by]


def _prove(path: Path, keys_file: Path) -> Shelved | None:
    try:
        found = ReleaseSet(path, read_keys(keys_file))
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (SetRefused, OSError) as no:
        log.warning("%s is not offered: %s", path.name, no)
        return None
    return Shelved(
        path,
        path.stat().st_size,
        digest,
        found.manifest.decode(),
        base64.b64encode(found.signature).decode(),
        found.release,
    )


def piece(of: Shelved, offset: int, most: int) -> bytes:
    """A piece of a set; empty behind its end."""
    if not 0 <= offset < of.size_bytes:
        return b""
    with of.path.open("rb") as file:
        file.seek(offset)
        return file.read(most)
