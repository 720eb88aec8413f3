"""An office for tests: it keeps what tills send, proves chain and signature, and fails on demand.

Plain HTTP on loopback, a thread for each connection. It speaks `skrin.sync.messages`: any enrolment
code is good and makes a till of its own (company 7, store 1), one person can log in, and of an
exchange only what follows the head is taken.
"""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from tests.till.flow.shop import ANNA, ARTICLES, AT_THE_OFFICE, BUN, METHODS, published
from tests.till.flow.shop import STORE as STORE_CARD

from skrin.domain.codec import decode, encode
from skrin.domain.entry import GENESIS_HASH, Entry, read_entry, verify_link
from skrin.sync.history import HISTORY_PATH, HistoryAnswer, HistoryQuestion
from skrin.sync.messages import (
    ENROL_PATH,
    EXCHANGE_PATH,
    LOGIN_PATH,
    PUBLICATION_PATH,
    RUNNING,
    SIGNATURE_HEADER,
    TILL_HEADER,
    DeviceSettings,
    EnrolAnswer,
    EnrolRequest,
    Exchange,
    ExchangeAnswer,
    Fault,
    LoginAnswer,
    LoginRequest,
    Person,
    PublicationRequest,
    StoreSeat,
    signed_bytes,
    unpack_exchange,
)
from skrin.sync.updates import (
    PIECE_BYTES,
    PIECE_PATH,
    UPDATE_PATH,
    PieceAnswer,
    PieceQuestion,
    UpdateAnswer,
    UpdateOffer,
    UpdateQuestion,
)
from skrin.sync.wiping import WIPE_PATH, Certificate, WipeAnswer, WipeQuestion

COMPANY, STORE = 7, 1
EMAIL, PASSWORD = "anna@prov.example", "korv med bröd 17"
BOTH, ELSEWHERE = "cia@prov.example", "bo@prov.example"
OWNER, TECHNICIAN = "ola@prov.example", "tore@prov.example"
PEOPLE = {
    EMAIL: ANNA,
    BOTH: Person("p2", "Cia", "cashier", (1, 2)),
    ELSEWHERE: Person("p3", "Bo", "cashier", (2,)),
    OWNER: Person("p4", "Ola", "owner", (1,)),
    TECHNICIAN: Person("p5", "Tore", "service", (1,)),
}
IN_TWO_STORES = "TWO"
"""An enrolment code that begins so is of a device that is a till in two stores."""
SECOND = replace(STORE_CARD, store=2, store_name="Stationen")
SECOND_ARTICLES = tuple(one for one in ARTICLES if one.id != BUN)
"""What the second store sells: no buns."""
OTHER_COMPANY = 8
OF_ANOTHER = "KIOSK"
"""An enrolment code that begins so is of another company, with registers of its own."""
KIOSK = replace(
    STORE_CARD,
    company=OTHER_COMPANY,
    company_name="Kiosken AB",
    org_number="556677-8816",
    store_name="Hamnen",
)
NEXT_EXCHANGE_MS = 300
SOCKET_TIMEOUT_S = 20.0


class Refused(Exception):
    """The stub says no, with a fault's code."""


@dataclass
class Chain:
    """What the office has of one till: entries in order, and how often each was sent to it."""

    public_key: Ed25519PublicKey
    entries: list[Entry] = field(default_factory=list)
    times_sent: dict[int, int] = field(default_factory=dict)
    unlike: list[int] = field(default_factory=list)
    """Numbers that came again with other bytes."""
    statuses: list[Any] = field(default_factory=list)

    @property
    def head_hash(self) -> bytes:
        return self.entries[-1].hash if self.entries else GENESIS_HASH


class Office:
    """The office: `start`, then `url`; `away` closes the socket, `back` opens it on that port."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.chains: dict[str, Chain] = {}
        self.late_s = 0.0
        self.lose_answers = 0
        """How many exchanges that carry entries are taken and then not answered."""
        self.take_twice = 0
        """How many exchanges that carry entries are taken in two times over."""
        self.faults: list[str] = []
        self.before: dict[str, str] = {}
        """The till that the one with an enrolment code takes the place of."""
        self.history_most = 50
        """How many records an answer of a history holds."""
        self.offer: UpdateOffer | None = None
        self.offered = b""
        """The set of the offer."""
        self.updates_told: list[tuple[str, UpdateQuestion]] = []
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    def start(self) -> Office:
        """Listen; the first time on a port of the system's choice, then on that one."""
        self._server = _Server(("127.0.0.1", self._port), _Visit)
        self._server.office = self
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        return self

    def away(self) -> None:
        """Close the socket and every connection."""
        assert self._server is not None and self._thread is not None
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._thread.join(5)
        self._server = None

    def back(self) -> None:
        """Be there again."""
        self.start()

    def stop(self) -> None:
        if self._server is not None:
            self.away()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def head(self, till: str) -> int:
        """How many entries of a till the office has."""
        with self.lock:
            chain = self.chains.get(till)
            return len(chain.entries) if chain else 0

    def kinds(self, till: str) -> list[str]:
        """The kinds of a till's entries that the office has, in order."""
        with self.lock:
            return [entry.header.kind for entry in self.chains[till].entries]

    # The four requests.

    def enrol(self, body: bytes) -> EnrolAnswer:
        """The code becomes the till's designation, so that tills do not share anything."""
        request = decode(EnrolRequest, body)
        till = f"till-{request.code.lower()}"
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(request.public_key))
        with self.lock:
            if till in self.chains:
                raise Refused("code_spent")
            self.chains[till] = Chain(key)
            if request.code.startswith(IN_TWO_STORES):
                self.chains[f"{till}/{SECOND.store}"] = Chain(key)
        seats = [StoreSeat(STORE, "Torget", request.code)]
        if request.code.startswith(IN_TWO_STORES):
            seats.append(StoreSeat(SECOND.store, SECOND.store_name, f"{request.code}B"))
        if request.code.startswith(OF_ANOTHER):
            company, name = OTHER_COMPANY, KIOSK.company_name
        else:
            company, name = COMPANY, "Provbageriet AB"
        before = self.before.get(request.code, "")
        return EnrolAnswer(company, name, till, tuple(seats), DeviceSettings(), before)

    def login(self, body: bytes) -> LoginAnswer:
        request = decode(LoginRequest, body)
        person = PEOPLE.get(request.email)
        if person is None or request.password != PASSWORD:
            return LoginAnswer(None, "wrong")
        if request.store and request.store not in person.stores:
            return LoginAnswer(None, "not_here")
        return LoginAnswer(person)

    def exchange(self, till: str, body: bytes) -> tuple[ExchangeAnswer, bool]:
        """Take what follows the head; the answer, and whether it is to be lost."""
        message = unpack_exchange(body)
        with self.lock:
            second = message.head.store == SECOND.store
            chain = self.chains[f"{till}/{SECOND.store}" if second else till]
            chain.statuses.append(message.head.status)
            if (message.head.company, message.head.till) != (_company_of(till), till):
                raise Refused("foreign_journal")
            _take(chain, message)
            if message.records and self.take_twice:
                self.take_twice -= 1
                _take(chain, message)
            lost = bool(message.records) and self.lose_answers > 0
            self.lose_answers -= lost
            number = published().number
            answer = ExchangeAnswer(
                len(chain.entries),
                chain.head_hash.hex() if chain.entries else "",
                RUNNING,
                (),
                time.time_ns() // 1_000_000,
                NEXT_EXCHANGE_MS,
                number,
            )
        return answer, lost

    def history(self, body: bytes) -> HistoryAnswer:
        """The journal of an earlier till."""
        question = decode(HistoryQuestion, body)
        with self.lock:
            entries = self.chains[question.register.rpartition("-")[0]].entries
            rest = entries[question.after_seq : question.after_seq + self.history_most]
            return HistoryAnswer("", len(entries), tuple(entry.record for entry in rest))

    def wipe(self, till: str, body: bytes) -> WipeAnswer:
        """Certify what a device shows, when the journals are here to their heads."""
        question = decode(WipeQuestion, body)
        with self.lock:
            for one in question.registers:
                second = one.store == SECOND.store
                chain = self.chains[f"{till}/{SECOND.store}" if second else till]
                if (len(chain.entries), chain.head_hash.hex()) != (one.head_seq, one.head_hash):
                    raise Refused("head_differs")
        said = encode(
            Certificate("skrin-wipe-1", COMPANY, "", till, question.registers, question.files, 0)
        )
        key = Ed25519PrivateKey.generate()
        return WipeAnswer(said, key.sign(said), key.public_key().public_bytes_raw())

    def update(self, till: str, body: bytes) -> UpdateAnswer:
        """What tills are marked for; what they tell is kept."""
        with self.lock:
            self.updates_told.append((till, decode(UpdateQuestion, body)))
            return UpdateAnswer(self.offer)

    def update_piece(self, body: bytes) -> PieceAnswer:
        """A piece of the set that is offered."""
        question = decode(PieceQuestion, body)
        return PieceAnswer(self.offered[question.offset : question.offset + PIECE_BYTES])

    def proven(self, path: str, body: bytes, till: str, signature: str) -> None:
        """The signature is that of the till's enrolled key over path and body."""
        with self.lock:
            chain = self.chains.get(till)
        if chain is None:
            raise Refused("unknown_till")
        try:
            chain.public_key.verify(base64.b64decode(signature), signed_bytes(path, body))
        except (InvalidSignature, ValueError) as wrong:
            raise Refused("bad_signature") from wrong


def _company_of(till: str) -> int:
    return OTHER_COMPANY if till.startswith(f"till-{OF_ANOTHER.lower()}") else COMPANY


def _take(chain: Chain, message: Exchange) -> None:
    """Store what follows the head, each link proven; compare what is known already."""
    first_seq = message.head.first_seq
    if first_seq > len(chain.entries) + 1:
        return
    for seq, record in enumerate(message.records, first_seq):
        entry = read_entry(record)
        chain.times_sent[seq] = chain.times_sent.get(seq, 0) + 1
        if seq <= len(chain.entries):
            if chain.entries[seq - 1].hash != entry.hash:
                chain.unlike.append(seq)
            continue
        verify_link(entry, seq, chain.head_hash)
        chain.entries.append(entry)


class _Server(ThreadingHTTPServer):
    office: Office
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.open: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Cut the connections that tills keep open."""
        for request in list(self.open):
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A till that was killed is nothing to report."""


class _Visit(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = SOCKET_TIMEOUT_S

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        office = self.server.office
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(office.late_s)
        lost = False
        try:
            status, answer, lost = 200, *self._answer(office, body)
        except Refused as no:
            status, answer = 403, Fault(str(no))
        except Exception as broken:  # A till that sends rubbish fails the test that looks here.
            office.faults.append(f"{self.path}: {broken!r}")
            status, answer = 400, Fault("wire", repr(broken))
        if lost:
            self.close_connection = True
            return
        data = encode(answer)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _answer(self, office: Office, body: bytes) -> tuple[object, bool]:
        if self.path == ENROL_PATH:
            return office.enrol(body), False
        till = self.headers.get(TILL_HEADER, "").partition("/")[2]
        office.proven(self.path, body, till, self.headers.get(SIGNATURE_HEADER, ""))
        if self.path == LOGIN_PATH:
            return office.login(body), False
        if self.path == EXCHANGE_PATH:
            return office.exchange(till, body)
        if self.path == WIPE_PATH:
            return office.wipe(till, body), False
        if self.path == HISTORY_PATH:
            return office.history(body), False
        if self.path == UPDATE_PATH:
            return office.update(till, body), False
        if self.path == PIECE_PATH:
            return office.update_piece(body), False
        assert self.path == PUBLICATION_PATH
        request = decode(PublicationRequest, body)
        assert request.store in (STORE, SECOND.store)
        if _company_of(till) == OTHER_COMPANY:
            return published(KIOSK), False
        if request.store == STORE:
            return published(STORE_CARD, methods=(*METHODS, AT_THE_OFFICE)), False
        return published(SECOND, SECOND_ARTICLES), False
