"""A CleanCash control unit on HTTP or HTTPS: in the cloud, or one for many tills in the shop.

Each exchange has a connection of its own, so an answer that comes late, or twice, is never read for
another question. HTTPS verifies the unit's certificate: whoever could answer in its place could
sign receipts that were never registered.
"""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from skrin.domain.receipt import FiscalMark
from skrin.fiscal.contract import (
    LOGIN_REFUSED,
    UNREACHABLE,
    UNREADABLE,
    MarkRequest,
    UnitIdentity,
    UnitSilent,
    UnitStatus,
)
from skrin.fiscal.se import xccsp
from skrin.till.devices.http_login import HttpLogin
from skrin.till.devices.tcp import Deadline, connect
from skrin.till.devices.timed_socket import TimedSocket

QUESTION_DEADLINE_S = 3.0
"""A cloud is farther away than a box on the counter, and TLS shakes hands first."""

REGISTER_DEADLINE_S = 10.0

Whose = Callable[[], tuple[str, str]]
"""Tells the register's designation and the company's organisation number, when it is asked."""


class XccspUnit:
    """The control unit at `url`; see `contract.ControlUnit`.

    `ca_file`: whom to trust for a unit with a certificate of its own (PEM); empty = the machine's
    list. Calls may raise `UnitSilent`, `UnitRefused` and `Refusal` (nothing was sent then).
    """

    def __init__(
        self,
        url: str,
        whose: Whose,
        *,
        user: str = "",
        password: str = "",
        ca_file: str = "",
        connect_timeout_s: float = 2.0,
        question_deadline_s: float = QUESTION_DEADLINE_S,
        register_deadline_s: float = REGISTER_DEADLINE_S,
    ) -> None:
        target = urlsplit(url)
        if target.scheme not in ("http", "https") or not target.hostname:
            raise ValueError("the address of an XCCSP unit begins with http and names a host")
        self._secure = target.scheme == "https"
        self._host = target.hostname
        self._port = target.port or (443 if self._secure else 80)
        self._path = target.path if target.path not in ("", "/") else xccsp.PATH
        self._whose = whose
        self._login = HttpLogin(user, password)
        self._ca_file = ca_file
        self._connect_timeout_s = connect_timeout_s
        self._question_deadline_s = question_deadline_s
        self._register_deadline_s = register_deadline_s
        self._one_exchange = threading.Lock()

    def identity(self) -> UnitIdentity:
        """Who the unit says it is."""
        request = xccsp.identity_request(*self._whose())
        return xccsp.read_identity(self._exchange(request, self._question_deadline_s))

    def status(self) -> UnitStatus:
        """Whether the unit says that it would register now."""
        request = xccsp.status_request(*self._whose())
        return xccsp.read_status(self._exchange(request, self._question_deadline_s))

    def register(self, request: MarkRequest) -> FiscalMark:
        """Register a sealed receipt. The mark counts one attempt; the flow knows the earlier."""
        answer = self._exchange(xccsp.register_request(request), self._register_deadline_s)
        return xccsp.read_mark(answer, request)

    def _exchange(self, request: bytes, deadline_s: float) -> bytes:
        """The body of a 200. Raises `UnitSilent`."""
        deadline = Deadline(deadline_s)
        if not self._one_exchange.acquire(timeout=deadline_s):
            raise UnitSilent("an earlier exchange is still running")
        try:
            status, demand, body = self._once(request, deadline)
            if status == http.client.UNAUTHORIZED and self._login.heard(demand):
                # Whom it does not know it did not serve: nothing was registered, ask again.
                status, demand, body = self._once(request, deadline)
        finally:
            self._one_exchange.release()
        if status in (http.client.UNAUTHORIZED, http.client.FORBIDDEN):
            raise UnitSilent(f"HTTP {status}", LOGIN_REFUSED)
        if status != http.client.OK:
            raise UnitSilent(f"HTTP {status}", UNREADABLE)
        return body

    def _once(self, request: bytes, deadline: Deadline) -> tuple[int, str, bytes]:
        """Status, what a 401 demands, and the body."""
        line = self._connected(deadline)
        try:
            http_line = http.client.HTTPConnection(self._host, self._port)
            http_line.sock = TimedSocket(line, deadline)
            headers = {"Content-Type": xccsp.CONTENT_TYPE, "Connection": "close"}
            if said := self._login.header("POST", self._path):
                headers["Authorization"] = said
            http_line.request("POST", self._path, request, headers)
            answer = http_line.getresponse()
            body = answer.read(xccsp.ANSWER_MOST_BYTES + 1)
            return answer.status, answer.getheader("WWW-Authenticate", ""), body
        except http.client.RemoteDisconnected as trouble:
            raise UnitSilent("hung up without an answer") from trouble
        except http.client.HTTPException as trouble:
            raise UnitSilent(type(trouble).__name__, UNREADABLE) from trouble
        except OSError as trouble:
            raise UnitSilent(str(trouble) or type(trouble).__name__) from trouble
        finally:
            line.close()

    def _connected(self, deadline: Deadline) -> Any:
        """A connection, verified when it is HTTPS. Raises `UnitSilent`; nothing was sent."""
        try:
            line = connect(self._host, self._port, deadline, self._connect_timeout_s)
        except OSError as trouble:
            raise UnitSilent(str(trouble) or type(trouble).__name__, UNREACHABLE) from trouble
        if not self._secure:
            return line
        try:
            context = ssl.create_default_context(cafile=self._ca_file or None)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            line.settimeout(deadline.left_s())
            return context.wrap_socket(line, server_hostname=self._host)
        except OSError as trouble:
            line.close()
            raise UnitSilent(str(trouble) or type(trouble).__name__, UNREACHABLE) from trouble
