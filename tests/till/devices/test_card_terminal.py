"""The card terminal's wire against a stub with a certificate of its own authority."""

from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.payments.nexo_messages import (
    APPROVED_PAYMENT,
    ASK,
    failed,
    header,
    response,
    status_body,
)
from tests.till.devices.stubs import Stub, nobody_there, stub, until_hung_up

from skrin.payments.contract import PaymentAnswer
from skrin.till.devices.card_terminal import NexoTerminal

NO_ANSWER = PaymentAnswer("unknown", "no_answer", 0)
LOGGED_IN = {"Response": {"Result": "Success"}}

Answer = Callable[[Stub, socket.socket, dict[str, Any]], None]


class Authority:
    """A certificate authority and a server certificate that it gave for some address."""

    def __init__(self, folder: Path, address: str = "127.0.0.1") -> None:
        self.ca_file = folder / "ca.pem"
        self._chain, self._key = folder / "server.pem", folder / "server.key"
        ca_key = ec.generate_private_key(ec.SECP256R1())
        ca = _certificate("Test authority", ca_key, None, ca_key, None)
        self.ca_file.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = _certificate("terminal", key, ca, ca_key, address)
        self._chain.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
        self._key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._chain, self._key)
        return context


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    address: str | None,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if address:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


def speaking(authority: Authority, *answers: Answer) -> list[Callable[[Stub, socket.socket], None]]:
    """Scripts that take a request over TLS and hand it to an answer, one per connection."""

    def script_of(answer: Answer) -> Callable[[Stub, socket.socket], None]:
        def script(terminal: Stub, line: socket.socket) -> None:
            with authority.server_context().wrap_socket(line, server_side=True) as secured:
                head, body = b"", b""
                while b"\r\n\r\n" not in head:
                    head += secured.recv(4096) or pytest.fail("half a request")
                head, _, body = head.partition(b"\r\n\r\n")
                lengths = [
                    int(row.split(b":")[1])
                    for row in head.split(b"\r\n")
                    if row.lower().startswith(b"content-length")
                ]
                while len(body) < lengths[0]:
                    body += secured.recv(4096) or pytest.fail("half a body")
                assert head.startswith(b"POST /nexo/ HTTP/1.1\r\n")
                terminal.heard.append(body)
                answer(terminal, secured, json.loads(body)["SaleToPOIRequest"])

        return script

    return [script_of(answer) for answer in answers]


def saying(body: object, category: str = "Payment") -> Answer:
    """Answer with this response body under the request's own message id."""

    def answer(terminal: Stub, line: socket.socket, asked: dict[str, Any]) -> None:
        head = header(category, asked["MessageHeader"]["ServiceID"])
        _http(line, response(category, body, head))

    return answer


def raw(*pieces: bytes, pause_s: float = 0.0) -> Answer:
    def answer(terminal: Stub, line: socket.socket, asked: dict[str, Any]) -> None:
        for piece in pieces:
            line.sendall(piece)
            time.sleep(pause_s)

    return answer


def silent(terminal: Stub, line: socket.socket, asked: dict[str, Any]) -> None:
    until_hung_up(line)


def _http(line: socket.socket, body: bytes) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


LOGIN = saying(LOGGED_IN, "Login")
APPROVE = saying(APPROVED_PAYMENT)


def reached(terminal: Stub, authority: Authority, deadline_s: float = 0.5) -> NexoTerminal:
    return NexoTerminal(
        f"https://127.0.0.1:{terminal.port}/nexo/",
        str(authority.ca_file),
        sale_id="TILL01",
        card_terminal_id="V400m-1",
        pay_deadline_s=deadline_s,
        status_deadline_s=deadline_s,
        state_deadline_s=deadline_s,
    )


def categories(terminal: Stub) -> list[str]:
    requests = [json.loads(body)["SaleToPOIRequest"] for body in terminal.heard]
    return [request["MessageHeader"]["MessageCategory"] for request in requests]


def test_a_session_is_opened_once_and_each_attempt_is_sent_once(authority: Authority) -> None:
    with stub(*speaking(authority, LOGIN, APPROVE)) as terminal:
        till_side = reached(terminal, authority, 5.0)
        first = till_side.pay(ASK)
        second = till_side.pay(replace(ASK, service_id="1B", amount_minor=200_00))
    assert (first.outcome, first.amount_minor) == ("approved", 125_00)
    assert (second.outcome, second.reason) == ("approved", "partial")
    assert categories(terminal) == ["Login", "Payment", "Payment"]


def test_a_lost_session_is_opened_anew_and_the_attempt_goes_again_under_its_id(
    authority: Authority,
) -> None:
    answers = (LOGIN, saying(failed("LoggedOut")), LOGIN, APPROVE)
    with stub(*speaking(authority, *answers)) as terminal:
        assert reached(terminal, authority, 5.0).pay(ASK).outcome == "approved"
    assert categories(terminal) == ["Login", "Payment", "Login", "Payment"]
    assert terminal.heard[1] == terminal.heard[3]


def test_a_terminal_that_never_opens_a_session_declines(authority: Authority) -> None:
    with stub(*speaking(authority, saying(failed("Busy"), "Login"))) as terminal:
        assert reached(terminal, authority, 5.0).pay(ASK) == PaymentAnswer("declined", "busy", 0)
    answers = (LOGIN, saying(failed("LoggedOut")), LOGIN, saying(failed("LoggedOut")))
    with stub(*speaking(authority, *answers)) as terminal:
        answer = reached(terminal, authority, 5.0).pay(ASK)
    assert answer == PaymentAnswer("declined", "logged_out", 0)
    assert len(terminal.heard) == 4


def hanging_up(terminal: Stub, line: socket.socket, asked: dict[str, Any]) -> None:
    return


BODY = response("Payment", APPROVED_PAYMENT)
OPENING = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY)


@pytest.mark.requirement("R-CARD-007")
@pytest.mark.parametrize(
    "answer",
    [
        silent,
        hanging_up,
        raw(b"nonsense\r\n\r\n"),
        raw(*(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n", *[b"{"] * 40), pause_s=0.05),
    ],
    ids=["silence", "hang up", "no HTTP", "a byte now and then"],
)
def test_no_whole_answer_leaves_the_payment_unknown(answer: Answer, authority: Authority) -> None:
    with stub(*speaking(authority, LOGIN, answer)) as terminal:
        till_side = reached(terminal, authority)
        begun = time.monotonic()
        assert till_side.pay(ASK) == NO_ANSWER
        assert time.monotonic() - begun < 2.0
    assert categories(terminal) == ["Login", "Payment"]


@pytest.mark.parametrize(
    "answer",
    [
        raw(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 3),
        raw(OPENING + BODY[:-40]),
        raw(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}"),
        raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        saying({"Response": {"Result": "Perhaps"}}),
    ],
    ids=["half a head", "half a body", "server error", "empty", "no JSON", "unknown word"],
)
def test_an_answer_that_cannot_be_read_leaves_it_unknown(
    answer: Answer, authority: Authority
) -> None:
    with stub(*speaking(authority, LOGIN, answer)) as terminal:
        paid = reached(terminal, authority, 5.0).pay(ASK)
    assert paid == PaymentAnswer("unknown", "bad_message", 0)


def test_an_answer_that_comes_twice_is_read_once(authority: Authority) -> None:
    with stub(*speaking(authority, LOGIN, raw(OPENING + BODY + OPENING + BODY))) as terminal:
        assert reached(terminal, authority, 5.0).pay(ASK).amount_minor == 125_00


def test_nobody_there_is_a_clear_no(authority: Authority) -> None:
    till_side = NexoTerminal(f"https://127.0.0.1:{nobody_there()}/nexo/", str(authority.ca_file))
    assert till_side.pay(ASK) == PaymentAnswer("declined", "not_sent", 0)
    assert till_side.status_of(ASK, "1B") == NO_ANSWER
    till_side.abort(ASK, "1C")


@pytest.mark.parametrize("wrong", ["authority", "address", "no file"])
def test_a_terminal_that_cannot_prove_itself_hears_nothing(
    wrong: str, authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path, "127.0.0.2" if wrong == "address" else "127.0.0.1")
    trusted = {"authority": authority.ca_file, "address": other.ca_file}
    with stub(*speaking(other, APPROVE)) as terminal:
        till_side = NexoTerminal(
            f"https://127.0.0.1:{terminal.port}/nexo/",
            str(trusted.get(wrong, tmp_path / "missing.pem")),
            sale_id="TILL01",
            card_terminal_id="V400m-1",
            pay_deadline_s=2.0,
            state_deadline_s=2.0,
        )
        assert till_side.pay(ASK) == PaymentAnswer("declined", "not_sent", 0)
        assert till_side.status_of(ASK, "1B") == NO_ANSWER
        assert till_side.state("1D").state == "silent"
    assert terminal.heard == []


def test_an_address_without_tls_is_not_taken(authority: Authority) -> None:
    for url in ("http://127.0.0.1:8443/nexo/", "127.0.0.1:8443", "https:///nexo/"):
        with pytest.raises(ValueError):
            NexoTerminal(url, str(authority.ca_file))


@pytest.mark.requirement("R-CARD-007")
def test_after_a_lost_answer_the_status_tells(authority: Authority) -> None:
    repeated = saying(status_body(APPROVED_PAYMENT), "TransactionStatus")
    running = saying(failed("InProgress"), "TransactionStatus")
    answers = (LOGIN, silent, running, repeated)
    with stub(*speaking(authority, *answers)) as terminal:
        till_side = reached(terminal, authority)
        assert till_side.pay(ASK) == NO_ANSWER
        assert till_side.status_of(ASK, "1B") == PaymentAnswer(
            "unknown", "in_progress", 0, running=True
        )
        found = till_side.status_of(ASK, "1C")
    assert (found.outcome, found.amount_minor) == ("approved", 125_00)
    assert categories(terminal) == ["Login", "Payment", "TransactionStatus", "TransactionStatus"]


def test_a_status_question_opens_a_session_only_when_told_to(authority: Authority) -> None:
    logged_out = saying(failed("LoggedOut"), "TransactionStatus")
    not_found = saying(failed("NotFound"), "TransactionStatus")
    with stub(*speaking(authority, logged_out, LOGIN, not_found)) as terminal:
        answer = reached(terminal, authority, 5.0).status_of(ASK, "1B")
    assert answer == PaymentAnswer("declined", "not_found", 0)
    assert categories(terminal) == ["TransactionStatus", "Login", "TransactionStatus"]


def test_a_silent_status_leaves_it_unknown(authority: Authority) -> None:
    with stub(*speaking(authority, silent)) as terminal:
        assert reached(terminal, authority).status_of(ASK, "1B") == NO_ANSWER


def test_the_state_is_told_and_silence_is_not_ready(authority: Authority) -> None:
    well = {
        "Response": {"Result": "Success"},
        "POIStatus": {"GlobalStatus": "OK", "PrinterStatus": "OK"},
    }
    answers = (saying(failed("LoggedOut"), "Diagnosis"), LOGIN, saying(well, "Diagnosis"), silent)
    with stub(*speaking(authority, *answers)) as terminal:
        till_side = reached(terminal, authority)
        assert till_side.state("1D").state == "ready"
        assert till_side.state("1E").state == "silent"


def test_abort_goes_out_while_the_payment_waits(authority: Authority) -> None:
    """Two connections at once: the payment's is answered after the abort has been heard."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)
    till_side = NexoTerminal(
        f"https://127.0.0.1:{listener.getsockname()[1]}/nexo/",
        str(authority.ca_file),
        pay_deadline_s=10,
    )
    outcome: list[PaymentAnswer] = []
    paying = threading.Thread(target=lambda: outcome.append(till_side.pay(ASK)))

    def take(answer: Answer) -> Stub:
        heard = Stub.__new__(Stub)
        heard.heard = []
        line, _ = listener.accept()
        line.settimeout(10)
        speaking(authority, answer)[0](heard, line)
        return heard

    aborted = threading.Event()

    def answer_after_abort(terminal: Stub, line: socket.socket, asked: dict[str, Any]) -> None:
        helper = threading.Thread(target=lambda: (take(raw()), aborted.set()))
        helper.start()
        till_side.abort(ASK, "1C")
        helper.join(10)
        saying(failed("Aborted"))(terminal, line, asked)

    with listener:
        paying.start()
        take(LOGIN)
        take(answer_after_abort)
        paying.join(10)
    assert aborted.is_set()
    assert outcome == [PaymentAnswer("declined", "aborted", 0)]


def test_a_stop_shortens_the_wait_for_a_terminal_that_is_silent(authority: Authority) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)
    till_side = NexoTerminal(
        f"https://127.0.0.1:{listener.getsockname()[1]}/nexo/",
        str(authority.ca_file),
        pay_deadline_s=60,
        state_deadline_s=0.5,
        abort_grace_s=0.5,
    )
    outcome: list[PaymentAnswer] = []
    paying = threading.Thread(target=lambda: outcome.append(till_side.pay(ASK)))
    silent = threading.Event()

    def say_nothing(terminal: Stub, line: socket.socket, asked: dict[str, Any]) -> None:
        silent.set()
        paying.join(10)

    def take(answer: Answer) -> None:
        heard = Stub.__new__(Stub)
        heard.heard = []
        line, _ = listener.accept()
        line.settimeout(10)
        speaking(authority, answer)[0](heard, line)

    with listener:
        paying.start()
        take(LOGIN)
        helper = threading.Thread(target=take, args=(say_nothing,))
        helper.start()
        assert silent.wait(10)
        began = time.monotonic()
        till_side.abort(ASK, "1C")
        paying.join(10)
        took_s = time.monotonic() - began
        helper.join(10)
    assert outcome == [NO_ANSWER], "unknown, so that it is asked about"
    assert took_s < 5
