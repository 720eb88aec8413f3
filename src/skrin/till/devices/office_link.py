"""The wire to the office: signed HTTP with deadlines. Trouble is `OfficeAway`."""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import ssl
import threading
from typing import TypeVar
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skrin.domain.codec import decode, encode
from skrin.sync.accounting import ACCOUNTING_PATH, AccountingAnswer, AccountingQuestion
from skrin.sync.admissions import KNOWN_AGAIN_PATH, KnownAgain
from skrin.sync.giftcards import GIFT_CARD_PATH, GiftCardAnswer, GiftCardQuestion
from skrin.sync.history import HISTORY_PATH, HistoryAnswer, HistoryQuestion
from skrin.sync.messages import (
    ENROL_PATH,
    EXCHANGE_PATH,
    LOGIN_PATH,
    PIN_PATH,
    PUBLICATION_PATH,
    SALES_PATH,
    SIGNATURE_HEADER,
    TILL_HEADER,
    EnrolAnswer,
    EnrolRequest,
    ExchangeAnswer,
    Fault,
    LoginAnswer,
    LoginRequest,
    PinRequest,
    PublicationAnswer,
    PublicationRequest,
    SalesAnswer,
    SalesQuestion,
    SignedAdmission,
    signed_bytes,
)
from skrin.sync.updates import (
    PIECE_PATH,
    UPDATE_PATH,
    PieceAnswer,
    PieceQuestion,
    UpdateAnswer,
    UpdateQuestion,
)
from skrin.sync.wiping import WIPE_PATH, WipeAnswer, WipeQuestion
from skrin.till.devices.contract import OfficeAway, OfficeRefused

T = TypeVar("T")

CONNECT_TIMEOUT_S = 3.0
ANSWER_TIMEOUT_S = 20.0
LOGIN_TIMEOUT_S = 5.0
MAX_ANSWER_BYTES = 256 * 1024 * 1024
"""A first publication of 100,000 articles is some 50 MB."""


class OfficeClient:
    """One office, one till's key. A connection is kept for a thread and made anew when it fails."""

    def __init__(self, address: str, till: str = "", key: Ed25519PrivateKey | None = None) -> None:
        """`address`: http(s)://host:port; `till`: `<company>/<till>`; no key before enrolment."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not an address of an office: {address}")
        self._https = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._till = till
        self._key = key
        self._local = threading.local()

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        """Present an enrolment code. Raises `OfficeRefused` for a spent or unknown one."""
        return self._ask(ENROL_PATH, encode(request), EnrolAnswer)

    def login(self, request: LoginRequest) -> LoginAnswer:
        """Have a password checked."""
        return self._ask(LOGIN_PATH, encode(request), LoginAnswer, LOGIN_TIMEOUT_S)

    def pin(self, request: PinRequest) -> LoginAnswer:
        """Have a PIN checked."""
        return self._ask(PIN_PATH, encode(request), LoginAnswer, LOGIN_TIMEOUT_S)

    def exchange(self, body: bytes) -> ExchangeAnswer:
        """Send entries."""
        return self._ask(EXCHANGE_PATH, body, ExchangeAnswer)

    def publication(self, request: PublicationRequest) -> PublicationAnswer:
        """Ask for registers."""
        return self._ask(PUBLICATION_PATH, encode(request), PublicationAnswer)

    def sales(self, question: SalesQuestion) -> SalesAnswer:
        """Ask for sales of other tills by number."""
        return self._ask(SALES_PATH, encode(question), SalesAnswer, LOGIN_TIMEOUT_S)

    def gift_card(self, question: GiftCardQuestion) -> GiftCardAnswer:
        """Ask what is on a gift card."""
        return self._ask(GIFT_CARD_PATH, encode(question), GiftCardAnswer, LOGIN_TIMEOUT_S)

    def accounting_file(self, question: AccountingQuestion) -> AccountingAnswer:
        """Ask for the accounting file of a Z."""
        return self._ask(ACCOUNTING_PATH, encode(question), AccountingAnswer, LOGIN_TIMEOUT_S)

    def history(self, question: HistoryQuestion) -> HistoryAnswer:
        """Ask for entries of the till before this one."""
        return self._ask(HISTORY_PATH, encode(question), HistoryAnswer)

    def wipe(self, question: WipeQuestion) -> WipeAnswer:
        """Show what is to be wiped; the office certifies that it has it."""
        return self._ask(WIPE_PATH, encode(question), WipeAnswer)

    def known_again(self, admission: SignedAdmission) -> KnownAgain:
        """Show an office that has forgotten this till its own word."""
        return self._ask(KNOWN_AGAIN_PATH, encode(admission), KnownAgain)

    def update(self, question: UpdateQuestion) -> UpdateAnswer:
        """Ask which version this till may fetch, and tell how far it is."""
        return self._ask(UPDATE_PATH, encode(question), UpdateAnswer)

    def update_piece(self, question: PieceQuestion) -> PieceAnswer:
        """Ask for a piece of a set."""
        return self._ask(PIECE_PATH, encode(question), PieceAnswer)

    def _ask(
        self, path: str, body: bytes, shape: type[T], timeout_s: float = ANSWER_TIMEOUT_S
    ) -> T:
        status, answer = self._post(path, body, timeout_s)
        try:
            if status == 200:
                return decode(shape, answer)
            if 400 <= status < 500:
                raise OfficeRefused(decode(Fault, answer))
        except ValueError as fault:
            raise OfficeAway(f"the answer cannot be read (HTTP {status})") from fault
        raise OfficeAway(f"HTTP {status}")

    def _post(self, path: str, body: bytes, timeout_s: float) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/octet-stream", TILL_HEADER: self._till}
        if self._key:
            signature = self._key.sign(signed_bytes(path, body))
            headers[SIGNATURE_HEADER] = base64.b64encode(signature).decode()
        kept = getattr(self._local, "connection", None)
        if kept is not None:
            try:
                return self._once(kept, path, body, headers, timeout_s)
            except (OSError, http.client.HTTPException):
                # A connection that lay idle may have been closed by the other side. Every
                # request may be repeated: the office takes only what follows its head.
                self._drop()
        connection = self._connect()
        self._local.connection = connection
        try:
            return self._once(connection, path, body, headers, timeout_s)
        except (OSError, http.client.HTTPException) as fault:
            self._drop()
            raise OfficeAway(_seen(fault)) from fault

    def _once(
        self,
        connection: http.client.HTTPConnection,
        path: str,
        body: bytes,
        headers: dict[str, str],
        timeout_s: float,
    ) -> tuple[int, bytes]:
        # A socket's time-out begins anew with every byte; the cut makes it one for the whole call.
        late = threading.Event()
        cut = threading.Timer(timeout_s, _cut, [connection.sock, late])
        cut.start()
        try:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            answer = response.read(MAX_ANSWER_BYTES + 1)
        except (OSError, http.client.HTTPException) as fault:
            if late.is_set():
                raise TimeoutError("timed out") from fault
            raise
        finally:
            cut.cancel()
        if len(answer) > MAX_ANSWER_BYTES:
            self._drop()
            raise OfficeAway("the answer is too long")
        return response.status, answer

    def _connect(self) -> http.client.HTTPConnection:
        try:
            if self._https:
                connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                    self._host,
                    self._port,
                    timeout=CONNECT_TIMEOUT_S,
                    context=ssl.create_default_context(),
                )
            else:
                connection = http.client.HTTPConnection(
                    self._host, self._port, timeout=CONNECT_TIMEOUT_S
                )
            connection.connect()
        except OSError as fault:
            raise OfficeAway(str(fault) or type(fault).__name__) from fault
        connection.sock.settimeout(ANSWER_TIMEOUT_S)
        return connection

    def _drop(self) -> None:
        kept = getattr(self._local, "connection", None)
        if kept is not None:
            kept.close()
        self._local.connection = None


def _seen(fault: Exception) -> str:
    """What went wrong, in one line; of an answer that is no HTTP, what kind of wrong it is too."""
    said = " ".join(str(fault).split())
    kind = type(fault).__name__
    return said if said and isinstance(fault, OSError) else f"{kind}: {said}".rstrip(": ")


def _cut(sock: socket.socket, late: threading.Event) -> None:
    late.set()
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
