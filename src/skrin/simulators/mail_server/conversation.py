"""One SMTP connection (RFC 5321): greeting, EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT.

No TLS and no log-in: it listens on the loopback only. The switches act where an answer is given to
the sender's address (`sender`), the receiver's (`receiver`) or the end of the content (`content`).
"""

from __future__ import annotations

import re
import socket
import time
from typing import IO

from .device import LARGEST_BYTES, MailServer

LINE_LIMIT = 1_000
IDLE_S = 60.0
_PATH = re.compile(r"^(?:FROM|TO):\s*<([^<>\s]*)>", re.IGNORECASE)


class _HungUp(Exception):
    """The switch said so."""


class _Conversation:
    def __init__(self, line: socket.socket, device: MailServer) -> None:
        self._line = line
        self._device = device
        self._sender: str | None = None
        self._receivers: list[str] = []

    def run(self) -> None:
        """Until the client leaves."""
        self._line.settimeout(IDLE_S)
        with self._line.makefile("rb") as said:
            self._say("220 simulator.invalid ESMTP simulated, delivers nothing")
            while raw := said.readline(LINE_LIMIT):
                verb, _, rest = raw.decode("ascii", "replace").strip().partition(" ")
                if not self._one(verb.upper(), rest.strip(), said):
                    return

    def _one(self, verb: str, rest: str, said: IO[bytes]) -> bool:
        if verb == "QUIT":
            self._say("221 2.0.0 goodbye")
            return False
        if verb == "EHLO":
            self._say(f"250-simulator.invalid\r\n250-SIZE {LARGEST_BYTES}\r\n250 8BITMIME")
        elif verb == "HELO":
            self._say("250 simulator.invalid")
        elif verb in ("NOOP", "RSET"):
            if verb == "RSET":
                self._forget()
            self._say("250 2.0.0 OK")
        elif verb == "MAIL":
            self._mail(rest)
        elif verb == "RCPT":
            self._rcpt(rest)
        elif verb == "DATA":
            self._data(said)
        else:
            self._say("502 5.5.1 not spoken here")
        return True

    def _mail(self, rest: str) -> None:
        found = _PATH.match(rest)
        if found is None:
            self._say("501 5.5.4 MAIL FROM:<address>")
        elif self._answers("sender", rest):
            self._forget()
            self._sender = found[1]
            self._say("250 2.1.0 OK")

    def _rcpt(self, rest: str) -> None:
        found = _PATH.match(rest)
        if self._sender is None:
            self._say("503 5.5.1 MAIL first")
        elif found is None or not found[1]:
            self._say("501 5.5.4 RCPT TO:<address>")
        elif self._answers("receiver", rest):
            self._receivers.append(found[1])
            self._say("250 2.1.5 OK")

    def _data(self, said: IO[bytes]) -> None:
        if self._sender is None or not self._receivers:
            self._say("503 5.5.1 RCPT first")
            return
        self._say("354 end with a dot alone on a line")
        content = self._content(said)
        if content is None:
            self._say("552 5.3.4 too large")
        elif self._answers("content", f"{len(content)} bytes", content):
            self._say("250 2.0.0 taken")
        self._forget()

    def _content(self, said: IO[bytes]) -> bytes | None:
        """The content up to the dot, doubled dots made single; None when it is too large. Raises
        `_HungUp` when the client leaves in it."""
        lines: list[bytes] = []
        size = 0
        while True:
            raw = said.readline(LARGEST_BYTES)
            if not raw.endswith(b"\n"):
                raise _HungUp
            if raw in (b".\r\n", b".\n"):
                return b"".join(lines) if size <= LARGEST_BYTES else None
            size += len(raw)
            if size <= LARGEST_BYTES:
                lines.append(raw.removeprefix(b"."))

    def _answers(self, step: str, words: str, content: bytes | None = None) -> bool:
        """Whether yes is to be said; else what the switches want was said, or nothing."""
        switches = self._device.switches
        heard = self._device.heard.note(f"{step}: {words}")
        if delay_ms := switches.number("slow_ms", step):
            time.sleep(delay_ms / 1000)
        if switches.flag("refuse", step):
            code = switches.peek("refuse_code")
            heard.answer = f"{code} refused"
            self._say(f"{code} refused by a switch")
            return False
        # What is heard to its end is taken, also when the answer is then kept back.
        if content is not None:
            self._device.take(self._sender or "", tuple(self._receivers), content)
        if switches.flag("hang_up", step):
            heard.answer = "hung up"
            raise _HungUp
        if switches.flag("silent", step):
            heard.answer = "no answer"
            self._line.recv(1)
            raise _HungUp
        heard.answer = "yes"
        return True

    def _forget(self) -> None:
        self._sender, self._receivers = None, []

    def _say(self, words: str) -> None:
        self._line.sendall(words.encode("ascii") + b"\r\n")


def converse(line: socket.socket, device: MailServer) -> None:
    """Serve one client until it leaves, or a switch ends it."""
    try:
        _Conversation(line, device).run()
    except _HungUp:
        return
