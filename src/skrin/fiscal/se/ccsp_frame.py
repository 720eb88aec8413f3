"""CCSP frames: how the line of a CleanCash control unit is cut into messages. Pure.

A frame is `#!#LEN#BODY#LRC` and a carriage return. LEN is three upper-case hexadecimal digits and
counts the whole frame; LRC is the XOR of everything from the first `#` through the `#` that closes
the body. Source: public driver code, described in docs/fiscal/se.md; no document of the maker.

A reply carries no number that ties it to its request. So the reader takes exactly one frame from a
line that was opened for one request, and a second frame behind it (a doubled answer) is not read.
"""

from __future__ import annotations

from functools import reduce
from operator import xor

from skrin.fiscal.contract import UNREADABLE, UnitSilent

_OPENING = b"#!#"
_LENGTH_END = len(_OPENING) + 3
_AROUND_BODY = 11
"""Bytes of a frame that are not its body: `#!#`, LEN, `#`, `#`, LRC, CR."""
_MAX_BODY = 0xFFF - _AROUND_BODY
_LINE_ENDS = b"\r\n"


def lrc(covered: bytes) -> bytes:
    """The check of `covered` (first `#` through the one that closes the body): two hex digits."""
    return b"%02X" % reduce(xor, covered, 0)


def frame(fields: tuple[str, ...]) -> bytes:
    """The bytes that carry `fields` (the message type first), carriage return and all.

    The fields must be ASCII without `#` and control characters: checked where they are made, so a
    breach here is a bug.
    """
    body = "#".join(fields).encode("ascii")
    assert body.count(b"#") == len(fields) - 1, "a field holds no #"
    assert not any(byte < 0x20 or byte == 0x7F for byte in body), "a field is printable"
    assert len(body) <= _MAX_BODY, "a body fits three hexadecimal digits"
    covered = b"#!#%03X#%s#" % (len(body) + _AROUND_BODY, body)
    return covered + lrc(covered) + b"\r"


class ReplyReader:
    """Collects the bytes of one reply as they come, in pieces of any size."""

    def __init__(self) -> None:
        self._heard = b""

    def feed(self, piece: bytes) -> tuple[str, ...] | None:
        """The reply's fields (type first) when it is whole, None while more is needed.

        Raises `UnitSilent` when what was heard cannot become a sound frame: another opening, a
        length that is none, a wrong check, bytes outside ASCII. Line ends before it are skipped.
        """
        self._heard = (self._heard + piece).lstrip(_LINE_ENDS)
        heard = self._heard
        if not heard.startswith(_OPENING[: len(heard)]):
            raise UnitSilent("reply does not open as a frame", UNREADABLE)
        if len(heard) <= _LENGTH_END:
            return None
        size = _size_of(heard)
        return _fields_of(heard[:size]) if len(heard) >= size else None


def _size_of(heard: bytes) -> int:
    digits = heard[len(_OPENING) : _LENGTH_END]
    if any(digit not in b"0123456789ABCDEFabcdef" for digit in digits):
        raise UnitSilent("reply has no length", UNREADABLE)
    size = int(digits, 16)
    if size <= _AROUND_BODY or heard[_LENGTH_END : _LENGTH_END + 1] != b"#":
        raise UnitSilent("reply has an impossible length", UNREADABLE)
    return size


def _fields_of(whole: bytes) -> tuple[str, ...]:
    covered, check, end = whole[:-3], whole[-3:-1], whole[-1:]
    # Public code reads a reply up to a line end and does not say which; either closes a frame here.
    if not covered.endswith(b"#") or end not in (b"\r", b"\n"):
        raise UnitSilent("reply is longer or shorter than its length says", UNREADABLE)
    if check.upper() != lrc(covered):
        raise UnitSilent("reply has a wrong check", UNREADABLE)
    body = covered[_LENGTH_END + 1 : -1]
    if not body.isascii():
        raise UnitSilent("reply is not ASCII", UNREADABLE)
    return tuple(body.decode("ascii").split("#"))


class LateReader:
    """Finds frames in whatever comes after a time-out: late, torn and doubled replies, and noise.

    Over a serial line nothing else can be told apart, so everything is dropped up to the reply that
    is waited for (docs/fiscal/se.md).
    """

    def __init__(self) -> None:
        self._heard = b""

    def feed(self, piece: bytes) -> list[tuple[str, ...]]:
        """The fields of the sound frames that are whole by now, oldest first."""
        self._heard = (self._heard + piece)[-4 * _MAX_BODY :]
        found: list[tuple[str, ...]] = []
        while (start := self._heard.find(_OPENING)) >= 0:
            heard = self._heard[start:]
            try:
                size = _size_of(heard) if len(heard) > _LENGTH_END else 0
                torn_at = heard.find(_OPENING, 1)
                if 0 < torn_at < (size or len(heard)):
                    self._heard = heard[torn_at:]
                    continue
                if not size or len(heard) < size:
                    self._heard = heard
                    return found
                found.append(_fields_of(heard[:size]))
            except UnitSilent:
                size = len(_OPENING)
            self._heard = heard[size:]
        return found
