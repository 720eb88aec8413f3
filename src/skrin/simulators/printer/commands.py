"""ESC/POS bytes cut into commands, as they arrive.

The cutting does not depend on what the commands do, so real-time commands (DLE) can be obeyed at
once while the others wait in the buffer. Lengths are from the public command references of Epson
and of makers that follow it. A command that is not known is cut after its second byte and named,
so that it shows up in the counters instead of as stray letters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

DLE, ESC, FS, GS = 0x10, 0x1B, 0x1C, 0x1D
_CONTROLS = {0x09: "HT", 0x0A: "LF", 0x0C: "FF", 0x0D: "CR", 0x18: "CAN"}
_PREFIXES = {DLE: "DLE", ESC: "ESC", FS: "FS", GS: "GS"}

Measure = Callable[[bytes], int | None]
"""Bytes of the command that starts here, or None while that cannot be told yet."""


def _lengths(*groups: tuple[bytes, int]) -> dict[int, int]:
    """Number of parameter bytes per command letter."""
    return {letter: count for letters, count in groups for letter in letters}


_FIXED = {
    "ESC": _lengths(
        (b"@2LSimv<", 0), (b" !%-3=?EGJKMRTUVadertux{\x06", 1), (b"$\\c", 2), (b"p", 3), (b"W", 8)
    ),
    "GS": _lengths((b":c", 0), (b"!/BEHITabfhrw", 1), (b"$LPW\\", 2), (b"^z", 3)),
    "FS": _lengths((b"&.", 0), (b"!-CW", 1), (b"Sp", 2)),
}
_DC4_LENGTHS = {1: 5, 2: 5, 3: 10, 7: 4, 8: 10}


@dataclass(frozen=True)
class Command:
    """One command: ``name`` such as "ESC a", "LF", "text"; ``data`` what follows the name.

    ``size`` is how many bytes it took on the line. An unknown one is named "unknown ...".
    """

    name: str
    data: bytes
    size: int

    @property
    def is_real_time(self) -> bool:
        """True for what is obeyed at once, even while the printer is stopped."""
        return self.name.startswith("DLE")


class Cutter:
    """Cuts a stream of bytes into commands."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Command]:
        """Add what came; return the commands that are whole now."""
        self._pending += data
        commands = []
        while self._pending and (command := _first(bytes(self._pending))) is not None:
            del self._pending[: command.size]
            commands.append(command)
        return commands

    def clear(self) -> None:
        """Forget a command that has only begun."""
        self._pending.clear()


def _first(pending: bytes) -> Command | None:
    """The first command in the bytes, or None while more must come."""
    head = pending[0]
    if head in _CONTROLS:
        return Command(_CONTROLS[head], b"", 1)
    if head >= 0x20:
        end = next((at for at, byte in enumerate(pending) if byte < 0x20), len(pending))
        return Command("text", pending[:end], end)
    if head not in _PREFIXES:
        return Command("NUL" if head == 0 else f"unknown {head:02X}", b"", 1)
    if len(pending) < 2:
        return None
    size = _size(pending)
    if size is None or size > len(pending):
        return None
    return Command(_name(pending), pending[2:size], max(size, 2))


def _name(pending: bytes) -> str:
    prefix, letter = _PREFIXES[pending[0]], pending[1]
    if prefix == "DLE":
        return f"DLE {letter:02X}" if letter in (0x04, 0x05, 0x14) else f"unknown DLE {letter:02X}"
    known = letter in _FIXED[prefix] or (prefix, chr(letter)) in _MEASURED
    shown = chr(letter) if 0x21 <= letter < 0x7F else f"{letter:02X}"
    return f"{prefix} {shown}" if known else f"unknown {prefix} {shown}"


def _size(pending: bytes) -> int | None:
    """Bytes of the command that starts here, or None while that cannot be told."""
    prefix, letter = _PREFIXES[pending[0]], pending[1]
    if prefix == "DLE":
        return _real_time_size(pending)
    if letter in _FIXED[prefix]:
        return 2 + _FIXED[prefix][letter]
    measure = _MEASURED.get((prefix, chr(letter)))
    return measure(pending) if measure else 2


def _real_time_size(pending: bytes) -> int | None:
    letter = pending[1]
    if letter not in (0x04, 0x05, 0x14):
        return 2
    if len(pending) < 3:
        return None
    if letter == 0x04:
        return 4 if pending[2] in (7, 8) else 3
    return 3 if letter == 0x05 else _DC4_LENGTHS.get(pending[2], 3)


def _counted(at: int, width: int = 2) -> Measure:
    """A little-endian length at this place, the data after it."""

    def measure(pending: bytes) -> int | None:
        if len(pending) < at + width:
            return None
        return at + width + int.from_bytes(pending[at : at + width], "little")

    return measure


def _until_nul(at: int) -> Measure:
    def measure(pending: bytes) -> int | None:
        end = pending.find(0, at)
        return None if end < 0 else end + 1

    return measure


def _exactly(size: int) -> Measure:
    return lambda _: size


def _cut(pending: bytes) -> int | None:
    if len(pending) < 3:
        return None
    return 3 if pending[2] in (0, 1, 48, 49) else 4


def _barcode(pending: bytes) -> int | None:
    if len(pending) < 4:
        return None
    return _until_nul(3)(pending) if pending[2] <= 6 else 4 + pending[3]


def _raster(pending: bytes) -> int | None:
    if len(pending) < 8:
        return None
    across, down = (int.from_bytes(pending[at : at + 2], "little") for at in (4, 6))
    return 8 + across * down


def _bit_image(pending: bytes) -> int | None:
    if len(pending) < 5:
        return None
    columns = int.from_bytes(pending[3:5], "little")
    return 5 + columns * (3 if pending[2] in (32, 33) else 1)


def _downloaded_image(pending: bytes) -> int | None:
    return None if len(pending) < 4 else 4 + pending[2] * pending[3] * 8


_MEASURED: dict[tuple[str, str], Measure] = {
    ("ESC", "("): _counted(3),
    ("ESC", "*"): _bit_image,
    ("ESC", "D"): _until_nul(2),
    ("FS", "("): _counted(3),
    ("GS", "("): _counted(3),
    ("GS", "*"): _downloaded_image,
    ("GS", "8"): _counted(3, width=4),
    ("GS", "Q"): _raster,
    ("GS", "V"): _cut,
    ("GS", "g"): _exactly(6),
    ("GS", "k"): _barcode,
    ("GS", "v"): _raster,
}
