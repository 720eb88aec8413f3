"""What the scale says: MT-SICS level 0 and 8217, from the makers' papers.

MT-SICS: commands in capitals, ended by CR LF; a weight is ten places wide, right-aligned, a blank,
its unit. 8217: single letters without an end; an answer is STX, the text, CR.
"""

from __future__ import annotations

from .pan import Reading, figure

STX, CR = b"\x02", b"\r"
MOTION, OVER, UNDER, OUTSIDE_ZERO, CENTRE_OF_ZERO, NET, ALWAYS = (1 << bit for bit in range(7))


class MtSics:
    """MT-SICS level 0."""

    name = "mt_sics"

    def __init__(self) -> None:
        self._held = b""

    def commands(self, data: bytes) -> list[str]:
        """The commands that are whole by now."""
        *whole, self._held = (self._held + data).split(b"\r\n")
        return [one.decode("latin-1") for one in whole]

    def weighs(self, command: str) -> bool:
        """Whether a command asks for the weight."""
        return command in ("S", "SI")

    def told(self, command: str, now: Reading) -> bytes:
        """The answer to such a command."""
        if now.over:
            return b"S +\r\n"
        if now.under or now.no_zero:
            return b"S -\r\n"
        if now.moving and command == "S":
            return b"S I\r\n"
        state = "D" if now.moving else "S"
        return f"S {state} {figure(now.net_g, now.unit):>10} {now.unit}\r\n".encode()

    def other(self, command: str) -> bytes:
        """The answer to any other command."""
        if command == "@" or command == "I4":
            return b'I4 A "SIM0001"\r\n'
        return b"ES\r\n"


class Toledo8217:
    """8217, as registers use it."""

    name = "toledo_8217"

    def commands(self, data: bytes) -> list[str]:
        """Each letter is a command."""
        return list(data.decode("latin-1"))

    def weighs(self, command: str) -> bool:
        """Whether a command asks for the weight."""
        return command == "W"

    def told(self, command: str, now: Reading) -> bytes:
        """The answer to such a command: the weight, or the status byte alone."""
        status = self._status(now)
        if status & (MOTION | OVER | UNDER) or now.no_zero:
            return STX + b"?" + bytes([status]) + CR
        text = figure(now.net_g, now.unit)
        wide = text.rjust(6 if now.unit == "kg" else 5, "0")
        return STX + wide.encode() + (b"N" if now.net else b"") + CR

    def other(self, command: str) -> bytes:
        """The answer to any other command: a status byte to zeroing and taring, else nothing."""
        return STX + b"?" + bytes([ALWAYS]) + CR if command in "ZTC" else b""

    def _status(self, now: Reading) -> int:
        bits = ALWAYS
        for on, bit in (
            (now.moving, MOTION),
            (now.over, OVER),
            (now.under or now.net_g < 0, UNDER),
            (now.no_zero, OUTSIDE_ZERO),
            (now.net_g == 0 and not now.no_zero, CENTRE_OF_ZERO),
            (now.net, NET),
        ):
            bits |= bit if on else 0
        return bits


Language = MtSics | Toledo8217
LANGUAGES: dict[str, type[MtSics] | type[Toledo8217]] = {
    one.name: one for one in (MtSics, Toledo8217)
}
