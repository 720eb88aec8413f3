"""CleanCash CCSP frames as bytes.

``#!#`` LEN ``#`` BODY ``#`` LRC CR, all ASCII. LEN is three upper-case hex digits, the length of
the whole frame with its CR, which is 11 more than the body. LRC is two upper-case hex digits, the
XOR of all bytes from the first ``#`` through the ``#`` that closes the body.

Written from the published description of the line protocol (the serial driver in odoo/odoo,
``addons/iot_drivers``), not from the till's code: the two must not share a mistake.
"""

from __future__ import annotations

START = b"#!#"
END = b"\r"
FRAME_LIMIT = 0xFFF
_AROUND_BODY = 11
_HEX = frozenset(b"0123456789ABCDEF")


class Damaged(Exception):
    """The frame began as one, but its length or its check does not hold: NAK 001."""


def checksum(content: bytes) -> bytes:
    """The LRC of everything before it, as two hex digits."""
    check = 0
    for byte in content:
        check ^= byte
    return b"%02X" % check


def write(body: str) -> bytes:
    """The frame of a body (message type and fields joined by ``#``), with its CR."""
    content = START + b"%03X" % (len(body) + _AROUND_BODY) + b"#" + body.encode("ascii") + b"#"
    return content + checksum(content) + END


def read(frame: bytes) -> str:
    """The body of a whole frame, CR included. Raises `Damaged`."""
    length, rest = frame[3:6], frame[7:]
    if not frame.startswith(START) or frame[6:7] != b"#" or len(frame) < _AROUND_BODY:
        raise Damaged("not a frame")
    if not set(length) <= _HEX or int(length, 16) != len(frame):
        raise Damaged(f"the length says {length!r}, the frame has {len(frame)} bytes")
    body, closing, check = rest[:-4], rest[-4:-3], rest[-3:-1]
    if closing != b"#" or checksum(frame[:-3]) != check:
        raise Damaged(f"the check is {check!r}, it should be {checksum(frame[:-3])!r}")
    try:
        return body.decode("ascii")
    except UnicodeDecodeError as trouble:
        raise Damaged("bytes outside ASCII") from trouble


class LineReader:
    """Cuts a stream of bytes into frames, as a unit on a serial line does.

    Bytes before ``#!#`` are line noise and are dropped; a line without it is no frame at all and
    gets no answer. More than `FRAME_LIMIT` bytes without a CR are dropped too.
    """

    def __init__(self) -> None:
        self._pending = bytearray()
        self.noise_bytes = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Add what came; return the frames that are whole now, each with its CR."""
        self._pending += data
        frames = []
        while (end := self._pending.find(END)) >= 0:
            line = bytes(self._pending[: end + 1])
            del self._pending[: end + 1]
            start = line.find(START)
            self.noise_bytes += start if start >= 0 else len(line)
            if start >= 0:
                frames.append(line[start:])
        if len(self._pending) > FRAME_LIMIT:
            self.noise_bytes += len(self._pending)
            self._pending.clear()
        return frames
