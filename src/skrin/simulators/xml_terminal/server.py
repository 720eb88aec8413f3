"""Its wires: TCP with a 4-byte length (EPAS), or ``POST /EPASSaleToPOI/3.1`` (nexo)."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ..card_terminal.terminal import Reply
from .dialogue import Till
from .terminal import XmlTerminal

PATH = "/EPASSaleToPOI/3.1"
BODY_LIMIT = 1_000_000
IDLE_S = 600.0
_HEAD = struct.Struct(">I")


class FrameServer:
    """Accepts tills on TCP; each message is worked on in a thread of its own, since an Abort comes
    while a payment runs."""

    def __init__(self, listener: socket.socket, terminal: XmlTerminal) -> None:
        self._listener = listener
        self._terminal = terminal
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._accept, name="xml-terminal", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port. What runs ends with the process, as by a power cut."""
        self._ending.set()
        self._thread.join(timeout=2)
        self._listener.close()

    def _accept(self) -> None:
        while not self._ending.is_set():
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._converse, args=(line,), daemon=True).start()

    def _converse(self, line: socket.socket) -> None:
        line.settimeout(IDLE_S)
        sending = threading.Lock()

        def send(message: bytes) -> None:
            with sending, contextlib.suppress(OSError):
                line.sendall(_HEAD.pack(len(message)) + message)

        till = Till(send)
        with line, contextlib.suppress(OSError):
            while message := _frame(line):
                work = (message, till, line, send)
                threading.Thread(target=self._work, args=work, daemon=True).start()
        till.is_gone.set()

    def _work(self, message: bytes, till: Till, line: socket.socket, send: object) -> None:
        assert callable(send)
        reply = self._terminal.hear(message, till)
        if reply is None or reply.silent:
            return
        if reply.wait_ms and self._ending.wait(reply.wait_ms / 1000):
            return
        if reply.hang_up:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            return
        for _ in range(reply.times if reply.body else 0):
            send(reply.body)


def _frame(line: socket.socket) -> bytes:
    """The next message; empty when the till has hung up or sends no frame."""
    head = _exactly(line, _HEAD.size)
    if len(head) < _HEAD.size:
        return b""
    (length,) = _HEAD.unpack(head)
    return _exactly(line, length) if length <= BODY_LIMIT else b""


def _exactly(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = line.recv(size - len(data))
        if not more:
            return b""
        data += more
    return data


class WebServer:
    """Accepts tills on HTTP."""

    def __init__(self, listener: socket.socket, terminal: XmlTerminal) -> None:
        self._ending = threading.Event()
        handler = type("Visit", (_Visit,), {"terminal": terminal, "ending": self._ending})
        self._server = _HttpServer(listener, handler)
        self._thread = threading.Thread(target=self._serve, name="xml-terminal", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port."""
        self._ending.set()
        self._server.shutdown()
        self._server.server_close()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.1)


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, handler: type[_Visit]) -> None:
        super().__init__(listener.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener

    def handle_error(self, request: object, client_address: object) -> None:
        """A till that went away is nothing to report."""


class _Visit(BaseHTTPRequestHandler):
    """One connection of a till."""

    terminal: XmlTerminal
    ending: threading.Event
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S

    def log_message(self, format: str, *args: object) -> None:
        """The control page lists what was heard."""

    def do_POST(self) -> None:
        """Hear a message and answer as the terminal says: 200 with words, 204 without."""
        length = self.headers.get("Content-Length", "")
        whole = length.isascii() and length.isdigit() and int(length) <= BODY_LIMIT
        if self.path != PATH or not whole:
            self.close_connection = True
            self._send(Reply(404 if self.path != PATH else 413))
            return
        reply = self.terminal.answer(self.rfile.read(int(length)))
        if reply.silent:
            self.close_connection = True
            self.ending.wait(IDLE_S)
            return
        if reply.wait_ms and self.ending.wait(reply.wait_ms / 1000):
            reply = Reply(hang_up=True)
        if reply.hang_up:
            self.close_connection = True
            return
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        status = 204 if reply.status == 200 and not reply.body else reply.status
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "application/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)
