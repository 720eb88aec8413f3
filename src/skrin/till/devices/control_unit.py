"""A CleanCash control unit on TCP, reached as if over its serial line.

A reply names no request, so a late or doubled one could sign the wrong receipt. Therefore: one
connection for each exchange, closed after the reply or the deadline, and exchanges of one till
never overlap. What comes on a closed connection is lost, and the same request is sent again.
"""

from __future__ import annotations

import threading

from skrin.domain.receipt import FiscalMark
from skrin.fiscal.contract import MarkRequest, UnitIdentity, UnitSilent, UnitStatus
from skrin.fiscal.se import cleancash
from skrin.till.devices.tcp import Deadline, connect, receive, send


class TcpControlUnit:
    """The control unit at `host` and `port`; see `contract.ControlUnit`.

    The deadlines cover a whole exchange, waiting for another exchange of this till included. Calls
    may raise `UnitSilent`, `UnitRefused`, and `register` also `Refusal` for a receipt that the unit
    cannot be told (`rate_not_registrable` ...): nothing was sent then.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        connect_timeout_s: float = 1.0,
        question_deadline_s: float = cleancash.STATUS_DEADLINE_S,
        register_deadline_s: float = cleancash.REGISTER_DEADLINE_S,
    ) -> None:
        self._host = host
        self._port = port
        self._connect_timeout_s = connect_timeout_s
        self._question_deadline_s = question_deadline_s
        self._register_deadline_s = register_deadline_s
        self._one_exchange = threading.Lock()

    def identity(self) -> UnitIdentity:
        """Who the unit says it is."""
        request = cleancash.identity_request()
        return cleancash.read_identity(self._exchange(request, self._question_deadline_s))

    def status(self) -> UnitStatus:
        """Whether the unit says that it would register now."""
        request = cleancash.status_request()
        return cleancash.read_status(self._exchange(request, self._question_deadline_s))

    def register(self, request: MarkRequest) -> FiscalMark:
        """Register a sealed receipt. The mark counts one attempt; the flow knows the earlier."""
        reply = self._exchange(cleancash.register_request(request), self._register_deadline_s)
        return cleancash.read_mark(reply, request)

    def _exchange(self, request: bytes, deadline_s: float) -> tuple[str, ...]:
        """One request, one connection, one reply's fields. Raises `UnitSilent`."""
        deadline = Deadline(deadline_s)
        if not self._one_exchange.acquire(timeout=deadline_s):
            raise UnitSilent("an earlier exchange is still running")
        try:
            with connect(self._host, self._port, deadline, self._connect_timeout_s) as line:
                send(line, request, deadline)
                reader = cleancash.ReplyReader()
                while True:
                    reply = reader.feed(receive(line, deadline))
                    if reply is not None:
                        return reply
        except OSError as trouble:
            raise UnitSilent(str(trouble) or type(trouble).__name__) from trouble
        finally:
            self._one_exchange.release()
