"""How far a journal was when its last commit returned, beside its file: `shop.head`.

SQLite believes its log up to the first frame whose checksum does not fit, and takes the rest for a
commit that a power cut tore. A changed byte in the log, or a log that is gone, would so take away
receipts that the screen has confirmed, without a word, and their numbers would be given again. The
witness says which entry was confirmed last. It is written after each commit, in its place and
without a sync of its own: a killed till has written it, and a power cut leaves at worst an older
one, which is true as well.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from struct import Struct
from typing import IO
from zlib import crc32

_FORM = Struct(">4sQ32s")
_MARK = b"SKW1"
_SUM = Struct(">I")
SUFFIX = ".head"


def place_of(shop: Path) -> Path:
    """Where the witness of a shop's file lies."""
    return shop.with_suffix(SUFFIX)


def read_witness(shop: Path) -> tuple[int, bytes] | None:
    """(seq, hash) of the last entry that was confirmed; None when nobody can tell."""
    try:
        said = place_of(shop).read_bytes()
    except OSError:
        return None
    if len(said) != _FORM.size + _SUM.size:
        return None
    mark, seq, digest = _FORM.unpack_from(said)
    (checked,) = _SUM.unpack_from(said, _FORM.size)
    if mark != _MARK or checked != crc32(said[: _FORM.size]):
        return None
    return seq, digest


class Witness:
    """Writes it. What cannot be written is left: a sale never fails by it."""

    def __init__(self, shop: Path) -> None:
        """Nothing is written before the first `put`."""
        self._place = place_of(shop)
        self._file: IO[bytes] | None = None

    def put(self, seq: int, digest: bytes) -> None:
        """The commit with this entry as its last has returned."""
        said = _FORM.pack(_MARK, seq, digest)
        with contextlib.suppress(OSError):
            if self._file is None:
                handle = os.open(self._place, os.O_RDWR | os.O_CREAT, 0o600)
                self._file = os.fdopen(handle, "r+b", buffering=0)
            self._file.seek(0)
            self._file.write(said + _SUM.pack(crc32(said)))

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
