"""A card terminal that speaks nexo Retailer JSON over HTTPS.

The standard library's HTTP on a connection of our own rather than httpx: httpx limits each read but
not the whole call, and a payment must end by its deadline even when a byte comes every second. It
also costs the till nothing at start; `ssl` and `http.client` are imported with the first call.

The terminal's certificate is verified against the given authority, never skipped: whoever could
answer in the terminal's place could approve payments. Each call has a connection of its own.
"""

from __future__ import annotations

import io
import secrets
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import skrin
from skrin.payments.contract import PaymentAnswer, PaymentAsk, ProviderState
from skrin.payments.nexo import answers, requests
from skrin.till.devices.tcp import Deadline, connect

if TYPE_CHECKING:
    import ssl

_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MAX_ANSWER_BYTES = 1_000_000
_WAIT_S = 0.25

_Read = Callable[[bytes, PaymentAsk], PaymentAnswer]


class _NotSent(Exception):
    """No connection came about: not a byte of the request has left."""


class _NoAnswer(Exception):
    """The request may have arrived; no whole answer came by the deadline."""


class NexoTerminal:
    """The card terminal at `url` (https), trusted by `ca_file` (PEM); see `contract.CardTerminal`.

    A payment that could not be sent at all (nobody there, wrong certificate, login refused) is
    declined, reason `not_sent` or why the login was refused: a clear no, since nothing has left.
    From the first byte of the payment on, trouble is unknown with `no_answer` or `bad_message`.
    Thread-safe: `abort` goes out while `pay` waits. An attempt names its till and its terminal
    itself; `sale_id` and `card_terminal_id` are for `state`, which has no attempt to name them.
    """

    def __init__(
        self,
        url: str,
        ca_file: str,
        *,
        sale_id: str = "",
        card_terminal_id: str = "",
        pay_deadline_s: float = 150.0,
        status_deadline_s: float = 10.0,
        state_deadline_s: float = 5.0,
        connect_timeout_s: float = 3.0,
        abort_grace_s: float = 10.0,
        now_local: Callable[[], str] | None = None,
    ) -> None:
        target = urlsplit(url)
        if target.scheme != "https" or not target.hostname:
            raise ValueError("the address of a card terminal begins with https and names a host")
        self._host = target.hostname
        self._port = target.port or 443
        self._path = target.path or "/"
        self._ca_file = ca_file
        self._sale_id = sale_id
        self._card_terminal_id = card_terminal_id
        self._pay_deadline_s = pay_deadline_s
        self._status_deadline_s = status_deadline_s
        self._state_deadline_s = state_deadline_s
        self._connect_timeout_s = connect_timeout_s
        self._abort_grace_s = abort_grace_s
        self._running: dict[str, Deadline] = {}
        self._now_local = now_local or _wall_clock
        self._logged_in = False

    def pay(self, ask: PaymentAsk) -> PaymentAnswer:
        """Charge. Sent once; once more only when the terminal answered that it knows no session,
        which says that nothing was done."""
        return self._money(ask, requests.payment_request(ask), answers.read_payment)

    def refund(self, ask: PaymentAsk) -> PaymentAnswer:
        """Give money back to a card that is shown; sent as `pay` is."""
        return self._money(ask, requests.payment_request(ask), answers.read_payment)

    def reverse(self, ask: PaymentAsk, transaction: str) -> PaymentAnswer:
        """Undo the charge that the terminal calls `transaction`; sent as `pay` is.

        A charge whose id the terminal never told cannot be named to it: a clear no.
        """
        if not transaction:
            return answers.declined("not_found")
        request = requests.reversal_request(ask, transaction)
        return self._money(ask, request, answers.read_reversal)

    def status_of(self, ask: PaymentAsk, service_id: str) -> PaymentAnswer:
        """Ask what became of an attempt."""
        question = requests.status_request(ask, service_id)
        deadline = Deadline(self._status_deadline_s)
        try:
            answer = answers.read_status(self._exchange(question, deadline), ask, service_id)
            if answer.reason == answers.LOGGED_OUT and not self._log_in(
                ask.sale_id, ask.card_terminal_id, deadline
            ):
                answer = answers.read_status(self._exchange(question, deadline), ask, service_id)
        except (_NotSent, _NoAnswer):
            return answers.unknown("no_answer")
        return answer

    def abort(self, ask: PaymentAsk, service_id: str) -> None:
        """Ask the terminal to stop; whether it heard shows in the attempt's own answer, which is
        waited for only a little longer: a terminal that is silent now is asked for the status."""
        running = self._running.get(ask.attempt_id)
        if running:
            running.end_within(self._abort_grace_s)
        try:
            self._exchange(
                requests.abort_request(ask, service_id), Deadline(self._state_deadline_s)
            )
        except (_NotSent, _NoAnswer):
            return

    def state(self, service_id: str) -> ProviderState:
        """How the terminal is: `silent` when it does not answer in time."""
        assert self._sale_id and self._card_terminal_id, "named when this was made"
        deadline = Deadline(self._state_deadline_s)
        question = requests.diagnosis_request(self._sale_id, self._card_terminal_id, service_id)
        try:
            answer = self._exchange(question, deadline)
            state = answers.read_diagnosis(answer, self._sale_id, service_id)
            if state.detail == answers.LOGGED_OUT and not self._log_in(
                self._sale_id, self._card_terminal_id, deadline
            ):
                answer = self._exchange(question, deadline)
                state = answers.read_diagnosis(answer, self._sale_id, service_id)
        except (_NotSent, _NoAnswer):
            return ProviderState("silent")
        return state

    def _money(self, ask: PaymentAsk, request: bytes, read: _Read) -> PaymentAnswer:
        deadline = self._running[ask.attempt_id] = Deadline(self._pay_deadline_s)
        try:
            return self._by_deadline(ask, request, read, deadline)
        finally:
            del self._running[ask.attempt_id]

    def _by_deadline(
        self, ask: PaymentAsk, request: bytes, read: _Read, deadline: Deadline
    ) -> PaymentAnswer:
        if not self._logged_in:
            refused = self._log_in(ask.sale_id, ask.card_terminal_id, deadline)
            if refused:
                return answers.declined(refused)
        answer = self._once(ask, request, read, deadline)
        if answer.reason != answers.LOGGED_OUT:
            return answer
        refused = self._log_in(ask.sale_id, ask.card_terminal_id, deadline)
        return answers.declined(refused) if refused else self._once(ask, request, read, deadline)

    def _once(
        self, ask: PaymentAsk, request: bytes, read: _Read, deadline: Deadline
    ) -> PaymentAnswer:
        try:
            answer = self._exchange(request, deadline)
        except _NotSent:
            return answers.declined("not_sent")
        except _NoAnswer:
            return answers.unknown("no_answer")
        return read(answer, ask)

    def _log_in(self, sale_id: str, card_terminal_id: str, deadline: Deadline) -> str:
        """Open a session: empty when it is open, else the reason why not."""
        self._logged_in = False
        # Ten characters with a letter in front: no stored counter of payments comes near it.
        service_id = "L" + "".join(secrets.choice(_BASE_36) for _ in range(9))
        request = requests.login_request(
            sale_id,
            card_terminal_id,
            service_id,
            at_local=self._now_local(),
            software_version=skrin.__version__,
        )
        try:
            answer = self._exchange(request, deadline.within(self._status_deadline_s))
        except (_NotSent, _NoAnswer):
            return "not_sent"
        refused = answers.read_login(answer, sale_id, service_id)
        self._logged_in = not refused
        return refused

    def _exchange(self, request: bytes, deadline: Deadline) -> bytes:
        """The body of the answer, empty unless it is a 200. Raises `_NotSent` and `_NoAnswer`."""
        import http.client

        line = self._secured(deadline)
        try:
            http_line = http.client.HTTPConnection(self._host, self._port)
            http_line.sock = _TimedSocket(line, deadline)
            http_line.request(
                "POST",
                self._path,
                request,
                {"Content-Type": "application/json", "Connection": "close"},
            )
            answer = http_line.getresponse()
            body = answer.read(_MAX_ANSWER_BYTES)
            return body if answer.status == http.client.OK else b""
        except (OSError, http.client.HTTPException) as trouble:
            raise _NoAnswer from trouble
        finally:
            line.close()

    def _secured(self, deadline: Deadline) -> ssl.SSLSocket:
        """A verified TLS connection. Raises `_NotSent`, also when `ca_file` is missing."""
        import ssl

        line: socket.socket | None = None
        try:
            context = ssl.create_default_context(cafile=self._ca_file)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            line = connect(self._host, self._port, deadline, self._connect_timeout_s)
            line.settimeout(min(self._connect_timeout_s, deadline.left_s()))
            return context.wrap_socket(line, server_hostname=self._host)
        except OSError as trouble:
            if line is not None:
                line.close()
            raise _NotSent from trouble


class _TimedSocket:
    """What `http.client` needs of a socket, with the deadline renewed before every wait."""

    def __init__(self, line: ssl.SSLSocket, deadline: Deadline) -> None:
        self._line = line
        self._deadline = deadline

    def sendall(self, data: Any) -> None:
        self._line.settimeout(self._deadline.left_s())
        self._line.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        assert mode == "rb", "answers are read"
        return io.BufferedReader(_TimedReader(self._line, self._deadline))

    def close(self) -> None:
        """The connection is closed by who opened it, after the body has been read."""


class _TimedReader(io.RawIOBase):
    def __init__(self, line: ssl.SSLSocket, deadline: Deadline) -> None:
        self._line = line
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        # In short waits: the deadline may come nearer while we wait.
        while True:
            self._line.settimeout(min(_WAIT_S, self._deadline.left_s()))
            try:
                return self._line.recv_into(buffer)
            except TimeoutError:
                continue


def _wall_clock() -> str:
    """Local time with its offset, as the terminal wants it."""
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
