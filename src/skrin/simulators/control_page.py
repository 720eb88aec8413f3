"""The control page of a simulator: a page for people and a small JSON interface for programs.

``GET /state`` (counters, switches, what was heard), ``POST /switch`` with a JSON object of
switches, ``POST /reset``. The page at ``/`` shows the same and sends its forms to ``/set``.

The server listens on the loopback only. It still looks at Host and Origin, because a page from
elsewhere, open in the same browser, could otherwise throw the switches of a demo.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from . import page
from .heard import Heard
from .process import ADDRESS
from .switches import BadSwitch, Switches

BODY_LIMIT = 65_536
SOCKET_TIMEOUT_S = 15.0
OWN_NAMES = (ADDRESS, "localhost")


class BadReset(Exception):
    """A reset asked for something that this device does not forget."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer of the control page."""

    status: int
    kind: str
    body: bytes
    location: str = ""


class Simulator(Protocol):
    """What the control page needs of a device."""

    name: str
    title: str
    port: int
    switches: Switches
    heard: Heard

    def counters(self) -> dict[str, Any]:
        """What the device has counted, as JSON."""

    def reset(self, wanted: Mapping[str, object]) -> None:
        """Forget what is asked beyond switches and list. Raises `BadReset`."""

    def extra_html(self) -> str:
        """More of the page, escaped, or nothing."""

    def extra_get(self, path: str, query: Mapping[str, list[str]]) -> Answer | None:
        """Answer a path of the device's own, or None."""


def json_answer(document: object, status: int = 200) -> Answer:
    """A JSON answer."""
    body = json.dumps(document, ensure_ascii=False).encode("utf-8")
    return Answer(status, "application/json; charset=utf-8", body)


def text_answer(words: str, status: int) -> Answer:
    """A plain text answer."""
    return Answer(status, "text/plain; charset=utf-8", (words + "\n").encode("utf-8"))


class ControlServer:
    """The control page's HTTP server on a socket that is already listening."""

    def __init__(self, listener: socket.socket, device: Simulator) -> None:
        handler = type("Page", (_PageRequest,), {"device": device})
        self._server = _Server(listener, handler)
        self._thread = threading.Thread(target=self._serve, name="control-page", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and close the port."""
        self._server.shutdown()
        self._server.server_close()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.1)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self, listener: socket.socket, handler: Callable[..., BaseHTTPRequestHandler]
    ) -> None:
        super().__init__(listener.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away is nothing to report."""


class _PageRequest(BaseHTTPRequestHandler):
    """One connection to the control page."""

    device: Simulator
    protocol_version = "HTTP/1.1"
    timeout = SOCKET_TIMEOUT_S

    def log_message(self, format: str, *args: object) -> None:
        """Standard error is for troubles, not for visits."""

    def do_GET(self) -> None:
        """Show the page, a part of it, the state, or something of the device's own."""
        self._send(self._refusal() or self._get())

    def do_POST(self) -> None:
        """Throw a switch or reset."""
        body = self._body()
        if body is None:
            self.close_connection = True
            self._send(text_answer("the body needs a Content-Length within the limit", 413))
            return
        self._send(self._refusal() or self._post(body))

    def _refusal(self) -> Answer | None:
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        if host not in OWN_NAMES:
            return text_answer("this page is only for this machine", 403)
        origin = self.headers.get("Origin")
        if origin and origin != f"http://{self.headers.get('Host')}":
            return text_answer("another page may not throw these switches", 403)
        return None

    def _get(self) -> Answer:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        device = self.device
        if parts.path == "/state":
            return json_answer(state_of(device))
        if parts.path == "/":
            return Answer(200, "text/html; charset=utf-8", page.whole(device).encode())
        if parts.path == "/live":
            return Answer(200, "text/html; charset=utf-8", page.live(device).encode())
        if parts.path == "/page.css":
            return Answer(200, "text/css; charset=utf-8", page.CSS.encode())
        if parts.path == "/page.js":
            return Answer(200, "text/javascript; charset=utf-8", page.JS.encode())
        return device.extra_get(parts.path, query) or text_answer("there is no such page", 404)

    def _post(self, body: bytes) -> Answer:
        path = urlsplit(self.path).path
        try:
            if path == "/switch":
                self.device.switches.set(_json_object(body))
                return json_answer(state_of(self.device))
            if path == "/reset":
                reset(self.device, _json_object(body or b"{}"))
                return json_answer(state_of(self.device))
            if path == "/set":
                _set_from_form(self.device, body)
                return Answer(303, "text/plain", b"", location="/")
        except (BadSwitch, BadReset, ValueError) as refusal:
            if path == "/set":
                return text_answer(str(refusal), 400)
            return json_answer({"error": str(refusal)}, 400)
        return text_answer("there is no such page", 404)

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > BODY_LIMIT:
            return None
        return self.rfile.read(int(length))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'")
        if answer.location:
            self.send_header("Location", answer.location)
        self.end_headers()
        self.wfile.write(answer.body)


def state_of(device: Simulator) -> dict[str, Any]:
    """The answer of ``GET /state``."""
    return {
        "name": device.name,
        "port": device.port,
        "counters": device.counters(),
        "switches": device.switches.as_json(),
        "heard_total": device.heard.total,
        "heard": [exchange.as_json() for exchange in device.heard.newest_first()],
    }


def reset(device: Simulator, wanted: Mapping[str, object]) -> None:
    """Switches back to their start, list emptied, and what else the device may forget."""
    device.reset(wanted)
    device.switches.reset()
    device.heard.clear()


def no_further_reset(wanted: Mapping[str, object]) -> None:
    """For a device that forgets nothing more. Raises `BadReset`."""
    if wanted:
        raise BadReset(f"this device does not forget {', '.join(sorted(wanted))}")


def _json_object(body: bytes) -> dict[str, object]:
    document = json.loads(body)
    if not isinstance(document, dict):
        raise BadSwitch("send a JSON object")
    return document


def _set_from_form(device: Simulator, body: bytes) -> None:
    """The page's own form: one switch, a value, and perhaps a number of uses."""
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8")).items()}
    if form.get("name") == "reset":
        reset(device, {})
        return
    known = {switch.name: switch for switch in device.switches.known}
    switch = known.get(form.get("name", ""))
    if switch is None:
        raise BadSwitch("there is no such switch")
    text = form.get("value", "")
    value: object = text
    if isinstance(switch.default, bool):
        value = text == "on"
    elif isinstance(switch.default, int):
        value = int(text) if text.isascii() and text.isdigit() else text
    times = form.get("times", "")
    if times:
        value = {"value": value, "times": int(times) if times.isdigit() else 0}
    device.switches.set({switch.name: value})
