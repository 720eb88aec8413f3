"""A CleanCash control unit that speaks CCSP: over its serial line, or over TCP as if over it.

A reply names no request, so a late or doubled one could sign the wrong receipt. Therefore exchanges
of one till never overlap, and a line is clean when one begins: over TCP each has a connection of
its own, over serial see `serial_line`. What comes late is lost, and the same request is sent again.

Which version a unit speaks it tells with its identity, asked once, before the first registration.
One of version 2 names itself with every code; one of version 1 does not, so it is asked each time:
another may have been put in its place.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from skrin.domain.receipt import FiscalMark
from skrin.fiscal.contract import (
    UNREACHABLE,
    MarkRequest,
    UnitIdentity,
    UnitRefused,
    UnitSilent,
    UnitStatus,
)
from skrin.fiscal.se import cleancash
from skrin.till.devices.tcp import Deadline, connect, receive, send

Ask = Callable[[bytes], tuple[str, ...]]
"""Sends a message and returns its reply's fields. Raises `OSError` and `UnitSilent`."""

_UNKNOWN_MESSAGE = "002"


class UnitLine(Protocol):
    """How a unit is reached."""

    def open(self, deadline: Deadline) -> contextlib.AbstractContextManager[Ask]:
        """A clean line for the messages of one exchange. Raises `OSError` and `UnitSilent`."""
        ...

    def close(self) -> None:
        """Leave it, so that another program or setting may have it."""
        ...


class TcpLine:
    """The unit at `host` and `port`; a connection for each exchange."""

    def __init__(self, host: str, port: int, connect_timeout_s: float = 1.0) -> None:
        self._host, self._port = host, port
        self._connect_timeout_s = connect_timeout_s

    @contextlib.contextmanager
    def open(self, deadline: Deadline) -> Iterator[Ask]:
        """A connection that is closed after the exchange."""
        try:
            line = connect(self._host, self._port, deadline, self._connect_timeout_s)
        except OSError as trouble:
            raise UnitSilent(str(trouble) or type(trouble).__name__, UNREACHABLE) from trouble
        with line:
            yield lambda request: _over_tcp(line, request, deadline)

    def close(self) -> None:
        """Every exchange has closed its own."""


def _over_tcp(line: socket.socket, request: bytes, deadline: Deadline) -> tuple[str, ...]:
    send(line, request, deadline)
    reader = cleancash.ReplyReader()
    while True:
        reply = reader.feed(receive(line, deadline))
        if reply is not None:
            return reply


class CleanCashUnit:
    """The control unit at the end of `line`; see `contract.ControlUnit`.

    The deadlines cover a whole exchange, waiting for another exchange of this till included. Calls
    may raise `UnitSilent`, `UnitRefused`, and `register` also `Refusal` for a receipt that the unit
    cannot be told (`rate_not_registrable` ...): nothing was sent then. `identity_known`: who it is,
    where that is known from elsewhere.
    """

    def __init__(
        self,
        line: UnitLine,
        *,
        question_deadline_s: float = cleancash.STATUS_DEADLINE_S,
        register_deadline_s: float = cleancash.REGISTER_DEADLINE_S,
        identity_known: UnitIdentity | None = None,
    ) -> None:
        self._line = line
        self._question_deadline_s = question_deadline_s
        self._register_deadline_s = register_deadline_s
        self._identity = identity_known
        self._left = False
        self._one_exchange = threading.Lock()

    def identity(self) -> UnitIdentity:
        """Who the unit says it is."""
        with self._exchange(self._question_deadline_s) as ask:
            self._identity = _identity(ask)
        return self._identity

    def status(self) -> UnitStatus:
        """Whether the unit says that it would register now."""
        with self._exchange(self._question_deadline_s) as ask:
            return cleancash.read_status(ask(cleancash.status_request()))

    def register(self, request: MarkRequest) -> FiscalMark:
        """Register a sealed receipt. The mark counts one attempt; the flow knows the earlier."""
        # Both are made before anything is sent: what cannot be told is refused before.
        whole, steps = cleancash.register_request(request), cleancash.register_steps(request)
        with self._exchange(self._register_deadline_s) as ask:
            identity = self._identity
            if identity is None or not cleancash.speaks_version_2(identity):
                identity = self._identity = _identity(ask)
            if cleancash.speaks_version_2(identity):
                return cleancash.read_mark(ask(whole), request)
            start, header, signature = steps
            cleancash.read_step(ask(start))
            cleancash.read_step(ask(header))
            return cleancash.read_signature(ask(signature), request, identity.unit_id)

    def close(self) -> None:
        """Leave the line for good, once no exchange runs on it: who still holds this unit cannot
        take the line from the one that was chosen after it."""
        with self._one_exchange:
            self._left = True
            self._line.close()

    @contextlib.contextmanager
    def _exchange(self, deadline_s: float) -> Iterator[Ask]:
        """A clean line. Raises `UnitSilent` for all that goes wrong on it."""
        deadline = Deadline(deadline_s)
        if not self._one_exchange.acquire(timeout=deadline_s):
            raise UnitSilent("an earlier exchange is still running")
        try:
            if self._left:
                raise UnitSilent("another unit was chosen", UNREACHABLE)
            with self._line.open(deadline) as ask:
                yield ask
        except OSError as trouble:
            raise UnitSilent(str(trouble) or type(trouble).__name__) from trouble
        except UnitRefused as no:
            if no.code == _UNKNOWN_MESSAGE:
                self._identity = None  # Perhaps one of version 1 stands there now.
            raise
        finally:
            self._one_exchange.release()


def _identity(ask: Ask) -> UnitIdentity:
    return cleancash.read_identity(ask(cleancash.identity_request()))
