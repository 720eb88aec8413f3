"""The way in for paired screens: HTTPS on an address of the shop's network.

Theory: whoever is on that network can connect, so nothing that a connection does may hold a thread
for long. A connection that says nothing waits beside the threads, in the server's selector; one
that began has a deadline over its whole handshake and over each whole request; one address may have
few handshakes under way. A client that speaks plain HTTP gets the authority's certificate and its
fingerprint, on the same port, and nothing else: a device cannot trust before it has it.
"""

from __future__ import annotations

import logging
import select
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cheroot import errors, wsgi
from cheroot.makefile import MakeFile
from cheroot.server import HTTPConnection
from cheroot.ssl import Adapter

from skrin.till.pairing.authority import Leaf
from skrin.till.pairing.certificate_page import answer_plain

log = logging.getLogger("skrin.till.screens")

PAIRED = "skrin.paired"
"""Under this name a request's environment says that it came by this listener. No header can set
it: those begin with HTTP_."""

THREADS = 16
HANDSHAKE_DEADLINE_S = 5.0
REQUEST_DEADLINE_S = 15.0
PLAIN_DEADLINE_S = 5.0
IDLE_S = 20
HANDSHAKES_MOST_EACH, HANDSHAKES_MOST = 8, 12
"""Under way at a time, from one address (a browser opens six connections at once) and from all:
some threads always remain for those who have shaken hands."""
CONNECTIONS_MOST = 128
HEADERS_MOST_BYTES, BODY_MOST_BYTES = 16 * 1024, 64 * 1024
TLS_HANDSHAKE = 0x16
"""The first byte of a TLS handshake record (RFC 8446 5.1); no HTTP method begins with it."""

Waits = tuple[list[socket.socket], list[socket.socket]]
SAFE_METHODS = frozenset({"GET", "HEAD"})
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class TimedSocket(ssl.SSLSocket):
    """A TLS socket whose reads and writes all end by one deadline, however slowly bytes drip."""

    until_s = 0.0

    def _hurry(self) -> None:
        left_s = self.until_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("timed out")
        self.settimeout(left_s)

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """Read, within the deadline."""
        self._hurry()
        return super().recv_into(*args, **kwargs)

    def send(self, *args: Any, **kwargs: Any) -> int:
        """Write, within the deadline."""
        self._hurry()
        return super().send(*args, **kwargs)


class ScreenConnection(HTTPConnection):
    """One connection: nothing yet, then a handshake or a plain request, then requests."""

    shaken = False

    def communicate(self) -> bool:
        """Do what the client has begun. Returns whether the connection stays open."""
        try:
            if not self._has_work():
                return True  # Browsers connect ahead of need; such a connection costs no thread.
            if not self.shaken and not self._begin():
                return False
            if not self._has_work():
                return True
            self.socket.until_s = time.monotonic() + REQUEST_DEADLINE_S
            return bool(super().communicate())  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as fault:
            log.debug("a connection broke: %s", type(fault).__name__)
            return False

    def _has_work(self) -> bool:
        waits = self.rfile.has_data() or (self.shaken and self.socket.pending())
        return bool(waits or select.select([self.socket], [], [], 0)[0])

    def _begin(self) -> bool:
        first = socket.socket.recv(self.socket, 1, socket.MSG_PEEK)
        if not first:
            return False
        if first[0] != TLS_HANDSHAKE:
            answer_plain(self.socket, self.server.authority_der, PLAIN_DEADLINE_S)
            return False
        with self.server.shaking(self.remote_addr) as allowed:
            if not allowed:
                return False
            shake(self.socket, HANDSHAKE_DEADLINE_S)
        self.shaken = True
        return True

    def close(self) -> None:
        """Close it, and say so to who counts."""
        self.server.gone(self)
        super().close()


def shake(sock: ssl.SSLSocket, deadline_s: float) -> None:
    """The TLS handshake, ended by a deadline over all of it. Raises `OSError`.

    A socket's own time limit begins again with every byte that comes, so this one waits itself.
    """
    until_s = time.monotonic() + deadline_s
    sock.setblocking(False)
    while True:
        try:
            sock.do_handshake()
            return
        except ssl.SSLWantReadError:
            waits: Waits = ([sock], [])
        except ssl.SSLWantWriteError:
            waits = ([], [sock])
        left_s = until_s - time.monotonic()
        if left_s <= 0 or not any(select.select(*waits, [], left_s)):
            raise TimeoutError("the handshake took too long")


class ScreenAdapter(Adapter):
    """Makes TLS sockets, of a context whose certificate can be exchanged while it serves."""

    def __init__(self, context: ssl.SSLContext, server: ScreenServer) -> None:
        """`context`: with a certificate."""
        self.context = context
        self._server = server

    def bind(self, sock: Any) -> Any:
        """The listening socket stays plain."""
        return sock

    def wrap(self, sock: Any) -> tuple[Any, dict[str, Any]]:
        """A TLS socket that has not shaken hands: this runs in the thread that accepts for all."""
        if not self._server.has_room():
            sock.close()
            raise errors.FatalSSLAlert("too many connections")
        try:
            made = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        except OSError as fault:  # Gone again before it was looked at.
            sock.close()
            raise errors.FatalSSLAlert(type(fault).__name__) from fault
        return made, self.get_environ()

    def get_environ(self) -> dict[str, Any]:
        """What every request's environment says."""
        return {"wsgi.url_scheme": "https", "HTTPS": "on"}

    def makefile(self, sock: Any, mode: str = "r", bufsize: int = -1) -> Any:
        """A file over the socket."""
        return MakeFile(sock, mode, bufsize)


class ScreenServer(wsgi.Server):
    """The listener's server."""

    ConnectionClass = ScreenConnection

    def __init__(
        self, bind: tuple[str, int], application: Application, context: ssl.SSLContext
    ) -> None:
        """Listens from `prepare()` on."""
        super().__init__(
            bind,
            application,
            numthreads=THREADS,
            max=THREADS,
            timeout=IDLE_S,
            request_queue_size=32,
            server_name="skrin",
        )
        self.max_request_header_size = HEADERS_MOST_BYTES
        self.max_request_body_size = BODY_MOST_BYTES
        self.keep_alive_conn_limit = CONNECTIONS_MOST
        self.authority_der = b""
        self.ssl_adapter = ScreenAdapter(context, self)
        self._counting = threading.Lock()
        self._open: set[int] = set()
        self._shaking: Counter[str] = Counter()

    def has_room(self) -> bool:
        """Whether one more connection may come."""
        with self._counting:
            return len(self._open) < CONNECTIONS_MOST

    def process_conn(self, conn: Any) -> None:
        """Hand a connection to a thread."""
        with self._counting:
            self._open.add(id(conn))
        super().process_conn(conn)

    def gone(self, conn: Any) -> None:
        """A connection is closed."""
        with self._counting:
            self._open.discard(id(conn))

    def shaking(self, address: str) -> _Shaking:
        """Count a handshake while it runs."""
        return _Shaking(self, address)

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """cheroot's own words may quote what a client sent: only their beginning, never a body."""
        log.debug("%s", msg.partition("\n")[0][:120])


class _Shaking:
    """A place among the handshakes of one address."""

    def __init__(self, server: ScreenServer, address: str) -> None:
        self._server, self._address = server, address

    def __enter__(self) -> bool:
        with self._server._counting:
            shaking = self._server._shaking
            shaking[self._address] += 1
            few_here = shaking[self._address] <= HANDSHAKES_MOST_EACH
            return few_here and shaking.total() <= HANDSHAKES_MOST

    def __exit__(self, *_: object) -> None:
        with self._server._counting:
            self._server._shaking[self._address] -= 1
            if not self._server._shaking[self._address]:
                del self._server._shaking[self._address]


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 at least, with this certificate. Raises `OSError` when it cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = TimedSocket
    context.load_cert_chain(certificate, key)
    return context


def use_leaf(context: ssl.SSLContext, leaf: Leaf) -> None:
    """Show another certificate from the next handshake on."""
    context.load_cert_chain(leaf.certificate, leaf.key)


def use_public(
    context: ssl.SSLContext, names: frozenset[str], public: ssl.SSLContext | None
) -> None:
    """Show the public certificate to whoever asks for one of its names; to all others the till's
    own, which also works where no public name is found (D44)."""

    def choose(sock: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if public and name and name.lower() in names:
            sock.context = public

    context.sni_callback = choose if public else None


class PairedDoor:
    """Before the till's pages: only for the till's own names, and only from its own pages.

    `Host` must be one of them, else another site's name could be pointed here (DNS rebinding);
    what changes something must carry the till's own `Origin`, which every browser sends.
    """

    def __init__(self, application: Application, hosts: Callable[[], frozenset[str]]) -> None:
        """`hosts`: what may stand in `Host` now, with the port."""
        self._application = application
        self._hosts = hosts

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Let the request through with its mark, or answer 421 or 403."""
        host = str(environ.get("HTTP_HOST", "")).lower()
        if host not in self._hosts():
            return _said_no(start_response, "421 Misdirected Request")
        origin = environ.get("HTTP_ORIGIN")
        unsafe = environ["REQUEST_METHOD"] not in SAFE_METHODS
        if (unsafe or origin is not None) and origin != f"https://{host}":
            return _said_no(start_response, "403 Forbidden")
        environ[PAIRED] = True
        return self._application(environ, start_response)


def _said_no(start_response: Callable[..., Any], status: str) -> Iterable[bytes]:
    body = status.encode()
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response(status, [*headers, ("Cache-Control", "no-store")])
    return [body]
