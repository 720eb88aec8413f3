"""Status bytes: what the printer says about itself, as Epson and its followers write it.

Fixed bits tell the kinds apart: ``0xx1xx10`` answers DLE EOT, ``0xx1xx00`` begins an automatic
status, ``0xx0xxxx`` answers GS r or GS I or goes on with an automatic status.
"""

from __future__ import annotations

from dataclasses import dataclass

MAKER = "SKRIN"
MODEL = "SIMULATED"
FIRMWARE = "1.00"
SERIAL = "SIMP00000001"
CLEARED = b"\x37\x25\x00"
"""The answer to DLE DC4 (fn 8), when the buffers are empty (Epson's command reference)."""


@dataclass(frozen=True)
class Condition:
    """What keeps the printer from printing, and what soon may."""

    paper_out: bool = False
    paper_low: bool = False
    cover_open: bool = False
    offline: bool = False

    @property
    def is_stopped(self) -> bool:
        """True while nothing in the buffer is obeyed."""
        return self.paper_out or self.cover_open or self.offline

    def words(self) -> str:
        """For the page."""
        names = [name for name, holds in vars(self).items() if holds]
        return ", ".join(names).replace("_", " ") or "ready"


def real_time(condition: Condition, which: int) -> bytes:
    """The answer to DLE EOT n; nothing for an n that there is not."""
    bits = {
        1: 0x08 if condition.is_stopped else 0,
        2: (0x04 if condition.cover_open else 0) | (0x20 if condition.paper_out else 0),
        3: 0,
        4: (0x0C if condition.paper_low else 0) | (0x60 if condition.paper_out else 0),
    }.get(which)
    return b"" if bits is None else bytes([0x12 | bits])


def automatic(condition: Condition) -> bytes:
    """The four bytes of the automatic status (GS a)."""
    first = 0x10 | (0x08 if condition.is_stopped else 0) | (0x20 if condition.cover_open else 0)
    return bytes([first, 0, _paper(condition), 0])


def transmitted(condition: Condition, which: int) -> bytes:
    """The answer to GS r n: 1 is the paper, 2 the drawer."""
    if which % 48 == 1:
        return bytes([_paper(condition)])
    return b"\x00"


def identity(which: int) -> bytes:
    """The answer to GS I n: a byte for 1 to 3, a text for 65 to 68."""
    texts = {65: FIRMWARE, 66: MAKER, 67: MODEL, 68: SERIAL}
    if which in texts:
        return b"_" + texts[which].encode("ascii") + b"\x00"
    return bytes([{1: 0x20, 2: 0x02, 3: 0x01}.get(which % 48, 0)])


def _paper(condition: Condition) -> int:
    return (0x03 if condition.paper_low else 0) | (0x0C if condition.paper_out else 0)
