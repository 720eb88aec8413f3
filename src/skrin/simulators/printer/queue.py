"""A raw queue in front of the printer, as CUPS shares one: IPP over HTTP (RFC 8010, RFC 8011).

Jobs wait in the queue and go to the printer one after the other; a job is completed when the
printer has worked off all of its bytes. Written from the RFCs by itself, as every simulator.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from ..ports import HttpServer
from .commands import Cutter
from .device import Printer

PATH = "/printers/receipts"
BODY_LIMIT = 4_000_000
SILENT_S = 60.0
POLL_S = 0.05

PENDING, PROCESSING, STOPPED, CANCELED, ABORTED, COMPLETED = 3, 5, 6, 7, 8, 9
OK, BAD, NOT_FOUND, NOT_POSSIBLE, FORMAT, BUSY = 0x0000, 0x0400, 0x0406, 0x0404, 0x040A, 0x0507
ENUM, INTEGER, BOOLEAN, KEYWORD, NAME, CHARSET, LANGUAGE = 0x23, 0x21, 0x22, 0x44, 0x42, 0x47, 0x48


@dataclass
class Job:
    """A document on its way."""

    number: int
    name: str
    data: bytes
    state: int = PENDING


@dataclass
class Heard:
    """A request: its operation, its attributes (the last value of each), and what follows them."""

    operation: int
    request: bytes
    attributes: dict[str, bytes]
    document: bytes


class _Nobody:
    """The queue does not listen to what the printer answers."""

    def send(self, data: bytes) -> None:
        """Nobody reads it."""

    def hang_up(self) -> None:
        """There is no line."""


@dataclass
class Queue:
    """The jobs, and the thread that feeds the printer."""

    printer: Printer
    jobs: list[Job] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    ending: bool = False
    taken: int = 0

    def start(self) -> None:
        """Begin to feed."""
        threading.Thread(target=self._feed, name="queue", daemon=True).start()

    def stop(self) -> None:
        """Feed no more."""
        with self.changed:
            self.ending = True
            self.changed.notify_all()

    def _feed(self) -> None:
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.ending or self._next() is not None)
                if self.ending:
                    return
                job = self._next()
                assert job is not None
                job.state = PROCESSING
            self._send(job)

    def _send(self, job: Job) -> None:
        if self.printer.switches.flag("abort_job"):
            job.state = ABORTED
            return
        self.printer.receive(job.data, Cutter(), _Nobody())
        while not self.ending and job.state == PROCESSING:
            if self.printer.is_idle():
                job.state = COMPLETED
            else:
                with self.changed:
                    self.changed.wait(POLL_S)

    def _next(self) -> Job | None:
        if self.printer.condition().is_stopped:
            return None
        return next((job for job in self.jobs if job.state == PENDING), None)

    def answer(self, heard: Heard) -> bytes:
        """What the queue answers to a request."""
        handlers = {
            0x0002: self._print,
            0x0008: self._cancel,
            0x0009: self._job,
            0x000A: self._jobs,
            0x000B: self._printer,
        }
        handler = handlers.get(heard.operation)
        if handler is None:
            return _answer(0x0501, heard.request)
        with self.changed:
            if self.printer.switches.flag("forget_jobs"):
                self.jobs = [job for job in self.jobs if job.state <= STOPPED]
            answer = handler(heard)
            self.changed.notify_all()
            return answer

    def _print(self, heard: Heard) -> bytes:
        if self.printer.switches.flag("refuse_job"):
            return _answer(BUSY, heard.request)
        raw = heard.attributes.get("document-format") == b"application/vnd.cups-raw"
        if not raw or self.printer.switches.flag("set_papers"):
            return _answer(FORMAT, heard.request)
        name = heard.attributes.get("job-name", b"").decode()
        self.taken += 1
        job = Job(self.taken, name, heard.document)
        self.jobs.append(job)
        return _answer(OK, heard.request, (0x02, list(_told(job))))

    def _cancel(self, heard: Heard) -> bytes:
        job = self._named(heard)
        if job is None:
            return _answer(NOT_FOUND, heard.request)
        if job.state > STOPPED:
            return _answer(NOT_POSSIBLE, heard.request)
        if job.state == PROCESSING:
            self.printer.forget_waiting()
        job.state = CANCELED
        return _answer(OK, heard.request)

    def _job(self, heard: Heard) -> bytes:
        job = self._named(heard)
        if job is None:
            return _answer(NOT_FOUND, heard.request)
        return _answer(OK, heard.request, (0x02, list(_told(job))))

    def _jobs(self, heard: Heard) -> bytes:
        done = heard.attributes.get("which-jobs") == b"completed"
        wanted = [job for job in self.jobs if (job.state > STOPPED) == done]
        return _answer(OK, heard.request, *((0x02, list(_told(job))) for job in wanted))

    def _printer(self, heard: Heard) -> bytes:
        now = self.printer.condition()
        reasons = [
            name
            for name, is_so in (
                ("cover-open-error", now.cover_open),
                ("media-empty-error", now.paper_out),
                ("media-low-warning", now.paper_low),
                ("offline-report", now.offline),
            )
            if is_so
        ] or ["none"]
        busy = any(job.state == PROCESSING for job in self.jobs)
        state = 5 if now.is_stopped else 4 if busy else 3
        told = [(ENUM, "printer-state", struct.pack(">i", state))]
        told += [
            (KEYWORD, "" if place else "printer-state-reasons", name.encode())
            for place, name in enumerate(reasons)
        ]
        told.append((BOOLEAN, "printer-is-accepting-jobs", b"\x01"))
        return _answer(OK, heard.request, (0x04, told))

    def _named(self, heard: Heard) -> Job | None:
        number = int.from_bytes(heard.attributes.get("job-id", b""), "big")
        return next((job for job in self.jobs if job.number == number), None)


def _told(job: Job) -> Iterator[tuple[int, str, bytes]]:
    yield INTEGER, "job-id", struct.pack(">i", job.number)
    yield NAME, "job-name", job.name.encode()
    yield ENUM, "job-state", struct.pack(">i", job.state)


def _answer(
    status: int, request: bytes, *groups: tuple[int, list[tuple[int, str, bytes]]]
) -> bytes:
    out = b"\x01\x01" + struct.pack(">H", status) + request + b"\x01"
    out += _attribute(CHARSET, "attributes-charset", b"utf-8")
    out += _attribute(LANGUAGE, "attributes-natural-language", b"en")
    for tag, attributes in groups:
        out += bytes([tag]) + b"".join(_attribute(*one) for one in attributes)
    return out + b"\x03"


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    named = name.encode()
    sizes = struct.pack(">H", len(named)), struct.pack(">H", len(value))
    return bytes([tag]) + sizes[0] + named + sizes[1] + value


def hear(data: bytes) -> Heard:
    """A request taken apart. Raises `ValueError` for what is none, also where its attributes do not
    begin in their order."""
    if len(data) < 9 or data[:2] not in (b"\x01\x01", b"\x02\x00"):
        raise ValueError("no request")
    (operation,) = struct.unpack_from(">H", data, 2)
    attributes: dict[str, bytes] = {}
    order: list[str] = []
    at, name = 8, ""
    while data[at] != 0x03:
        if data[at] < 0x10:
            at += 1
            continue
        (size,) = struct.unpack_from(">H", data, at + 1)
        told = data[at + 3 : at + 3 + size].decode()
        at += 3 + size
        (size,) = struct.unpack_from(">H", data, at)
        name = told or name
        attributes[name] = data[at + 2 : at + 2 + size]
        order.append(name)
        at += 2 + size
    if order[:3] != ["attributes-charset", "attributes-natural-language", "printer-uri"]:
        raise ValueError("the attributes do not begin as they must")
    return Heard(operation, data[4:8], attributes, data[at + 1 :])


class QueueServer(HttpServer):
    """The queue's port."""

    def __init__(self, listener: socket.socket, queue: Queue) -> None:
        super().__init__(listener, "ipp", _Visit, {"queue": queue})
        self._queue = queue

    def start(self) -> None:
        """Begin to listen and to feed."""
        self._queue.start()
        super().start()

    def stop(self) -> None:
        """Close the port."""
        self._queue.stop()
        super().stop()


class _Visit(BaseHTTPRequestHandler):
    """One request of a till."""

    queue: Queue
    ending: threading.Event
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """The control page lists what was heard."""

    def do_POST(self) -> None:
        """Hear a request and answer it."""
        length = int(self.headers.get("Content-Length", "0"))
        if self.path != PATH or length > BODY_LIMIT:
            self._send(404, b"")
            return
        body = self.rfile.read(length)
        try:
            heard = hear(body)
        except (ValueError, IndexError, struct.error):
            self._send(400, b"")
            return
        switches = self.queue.printer.switches
        self.queue.printer.heard.note(f"IPP {heard.operation:#06x}")
        answer = self.queue.answer(heard)
        if heard.operation == 0x0002 and switches.flag("lose_job_answer"):
            self.close_connection = True  # It has the job; the till never hears its number.
            return
        if switches.flag("silent", "status"):
            self.close_connection = True
            self.ending.wait(SILENT_S)
            return
        self._send(200, answer)

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/ipp")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
