"""Messages on one TCP line in both directions: a 4-byte big-endian length, then the message.

The terminal is the server. The line stays open between payments; a reading thread lives as long as
it does. What the terminal asks on its own comes in the middle of a payment on the same line, so
each message is told apart by its own header, never by its turn.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import select
import socket
import struct
import threading
import time
from collections.abc import Callable

from skrin.till.devices.tcp import Deadline, connect
from skrin.till.devices.terminal_line import MAX_ANSWER_BYTES, NoAnswer, NotSent

_HEAD = struct.Struct(">I")
_POLL_S = 0.25
_SEND_S = 5.0
_KEEP_ALIVE_S = (10, 5, 3)
"""Idle for so long, then asked so often and so many times by the system: a terminal that lost its
power is noticed within half a minute, and the next payment opens the line anew."""

Route = Callable[[bytes], str | None]
"""Which message a piece answers (its id); None = it was no answer and has been dealt with. Raises
`ValueError` for what cannot be read."""

log = logging.getLogger(__name__)


class FrameLine:
    """A line to the terminal at `host:port`; see `terminal_line.TerminalLine`.

    `route` is called on the reading thread for every message that comes.
    """

    def __init__(self, host: str, port: int, *, connect_timeout_s: float = 3.0) -> None:
        self._host = host
        self._port = port
        self._connect_timeout_s = connect_timeout_s
        self.route: Route = lambda message: None
        self.on_break: Callable[[], None] = lambda: None
        self.session = 0
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._waiting: dict[str, queue.SimpleQueue[bytes | None]] = {}
        self._heard_at = 0.0

    @property
    def idle_s(self) -> float:
        """How long nothing has been heard on the open line."""
        return time.monotonic() - self._heard_at if self._socket else 0.0

    def exchange(
        self, request: bytes, service_id: str, deadline: Deadline, *, answered: bool = True
    ) -> bytes:
        """Send, and wait for the answer to the message `service_id`; see `TerminalLine`."""
        line = self._opened(deadline)
        answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        with self._lock:
            self._waiting[service_id] = answers
            if self._socket is not line:  # It broke between opening and asking.
                answers.put(None)
        try:
            try:
                self._send(line, request)
            except OSError as trouble:
                self._break(line)
                raise NoAnswer from trouble
            return _awaited(answers, deadline) if answered else b""
        finally:
            with self._lock:
                self._waiting.pop(service_id, None)

    def tell(self, message: bytes) -> None:
        """Send what has no answer; on a broken line it is lost."""
        line = self._socket
        if line is None:
            return
        try:
            self._send(line, message)
        except OSError:
            self._break(line)

    def close(self) -> None:
        """Hang up."""
        line = self._socket
        if line is not None:
            self._break(line)

    def _opened(self, deadline: Deadline) -> socket.socket:
        with self._lock:
            if self._socket is not None:
                return self._socket
            try:
                line = connect(self._host, self._port, deadline, self._connect_timeout_s)
                _keep_alive(line)
                line.settimeout(_SEND_S)
            except OSError as trouble:
                raise NotSent from trouble
            self._socket = line
            self.session += 1
            self._heard_at = time.monotonic()
            reading = threading.Thread(
                target=self._read, args=(line,), name="card-terminal-line", daemon=True
            )
            reading.start()
            return line

    def _send(self, line: socket.socket, message: bytes) -> None:
        with self._sending:
            line.sendall(_HEAD.pack(len(message)) + message)

    def _read(self, line: socket.socket) -> None:
        """Take the line's messages apart until it breaks."""
        held = b""
        try:
            while self._socket is line:
                if not select.select([line], [], [], _POLL_S)[0]:
                    continue
                piece = line.recv(65_536)
                if not piece:
                    break
                self._heard_at = time.monotonic()
                held = self._deliver(held + piece)
        except (OSError, ValueError) as trouble:
            log.warning("card terminal: the line broke: %s", trouble)
        finally:
            # Whatever ended the reading: nobody waits for an answer that nobody reads.
            self._break(line)
            # Here alone: a number closed while we wait on it may be another line's by then.
            with contextlib.suppress(OSError):
                line.close()

    def _deliver(self, held: bytes) -> bytes:
        """Hand out each whole message; what is left of the next. Raises `ValueError`."""
        while len(held) >= _HEAD.size:
            (length,) = _HEAD.unpack_from(held)
            if length > MAX_ANSWER_BYTES:
                raise ValueError(f"a message of {length} bytes")
            end = _HEAD.size + length
            if len(held) < end:
                break
            self._hand_over(held[_HEAD.size : end])
            held = held[end:]
        return held

    def _hand_over(self, message: bytes) -> None:
        try:
            answers = self.route(message)
        except ValueError:
            # Nobody can tell what this answers. Where one waits, it is his, and unreadable.
            with self._lock:
                waiting = list(self._waiting.values())
            if len(waiting) == 1:
                waiting[0].put(message)
            return
        if answers is not None:
            with self._lock:
                waiter = self._waiting.get(answers)
            if waiter is not None:
                waiter.put(message)

    def _break(self, line: socket.socket) -> None:
        """Nobody is answered on this line any more."""
        with self._lock:
            if self._socket is not line:
                return
            self._socket = None
            self.session += 1
            waiting = list(self._waiting.values())
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        for waiter in waiting:
            waiter.put(None)
        self.on_break()


def _awaited(answers: queue.SimpleQueue[bytes | None], deadline: Deadline) -> bytes:
    # In short waits: the deadline may come nearer while we wait.
    while True:
        try:
            answer = answers.get(timeout=min(_POLL_S, deadline.left_s()))
        except queue.Empty:
            continue
        except TimeoutError as passed:
            raise NoAnswer from passed
        if answer is None:
            raise NoAnswer("the line broke")
        return answer


def _keep_alive(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    names = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT")
    for name, value in zip(names, _KEEP_ALIVE_S, strict=True):
        option = getattr(socket, name, None)  # Not every system lets it be chosen.
        if option is not None:
            line.setsockopt(socket.IPPROTO_TCP, option, value)
