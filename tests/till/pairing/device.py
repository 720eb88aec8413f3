"""A device that pairs itself, without our script: its own key, its own TLS, its own trust."""

from __future__ import annotations

import base64
import http.client
import itertools
import json
import socket
import ssl
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.till.process.screen import ANSWER_TIMEOUT_S, Answer, Screen

NAME = "vk1-1.till.internal"


_sources = itertools.count(2)


class _Link(http.client.HTTPSConnection):
    """HTTPS to loopback by a name that no resolver knows."""

    source = ""

    def connect(self) -> None:
        place = ("127.0.0.1", self.port)
        sock = socket.create_connection(place, ANSWER_TIMEOUT_S, (self.source, 0))
        self.sock = self._context.wrap_socket(sock, server_hostname=NAME)  # type: ignore[attr-defined]


def plain(port: int, request: bytes, timeout_s: float = 10.0) -> bytes:
    """What the port answers to these bytes, until it hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout_s) as sock:
        sock.sendall(request)
        answer = b""
        while piece := sock.recv(65536):
            answer += piece
    return answer


def authority_of(port: int) -> bytes:
    """The authority's certificate (DER), as a device gets it before it trusts."""
    answer = plain(port, b"GET /skrin-authority.crt HTTP/1.1\r\nHost: x\r\n\r\n")
    head, _, der = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ") and b"application/x-x509-ca-cert" in head
    return der


@dataclass(frozen=True)
class Said:
    """A JSON answer."""

    status: int
    body: dict[str, Any]
    headers: list[tuple[str, str]]


class Device(Screen):
    """A handheld at the till's listener. Trusts the one authority that it was given."""

    def __init__(self, port: int, authority_der: bytes) -> None:
        super().__init__(port)
        self.trust = ssl.create_default_context(cadata=authority_der)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.origin = f"https://{NAME}:{port}"
        self.screen = ""
        # Each device has an address of its own, as in a shop: rates are counted by address.
        self.source = f"127.0.1.{next(_sources)}"
        pair = self.get("/pair").page.one("#pair")
        assert pair is not None
        self.till, self.authority = pair.attrs["data-till"], pair.attrs["data-authority"]

    def link(self) -> http.client.HTTPConnection:
        link = _Link(NAME, self.port, timeout=ANSWER_TIMEOUT_S, context=self.trust)
        link.source = self.source
        return link

    def ask(
        self, method: str, path: str, fields: dict[str, str] | None, headers: dict[str, str]
    ) -> Answer:
        if method == "POST":
            headers = {"Origin": self.origin, **headers}
        return super().ask(method, path, fields, headers)

    def say(self, path: str, body: object, **headers: str) -> Said:
        """A JSON request, with the origin that a browser would send unless one is given."""
        link = self.link()
        sent = {"Content-Type": "application/json", "Origin": self.origin, **headers}
        try:
            link.request("POST", path, json.dumps(body), sent)
            answer = link.getresponse()
            text = answer.read().decode()
        finally:
            link.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        read = json.loads(text) if text.startswith("{") else {}
        return Said(answer.status, read, answer.getheaders())

    def challenge(self) -> str:
        said = self.say("/pair/challenge", {})
        assert said.status == 200, said
        return str(said.body["challenge"])

    def signature(self, *words: str) -> str:
        """As WebCrypto signs: r and s, 32 bytes each."""
        r, s = decode_dss_signature(self.key.sign("\n".join(words).encode(), ec.ECDSA(SHA256())))
        return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()

    def public_key(self) -> str:
        spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(spki).decode()

    def pair(self, code: str, *, origin: str = "", challenge: str = "") -> Said:
        """Pair with a code. `origin`, `challenge`: in the place of the right ones."""
        challenge = challenge or self.challenge()
        words = ("skrin pair 1", self.till, origin or self.origin, self.authority, challenge)
        said = self.say(
            "/pair/screen",
            {
                "code": code,
                "challenge": challenge,
                "public_key": self.public_key(),
                "signature": self.signature(*words),
            },
        )
        if said.status == 200:
            self.screen = said.body["screen"]
        return said

    def session_request(self, challenge: str) -> dict[str, str]:
        """What proves this screen, for a challenge."""
        words = ("skrin session 1", self.till, self.origin, self.screen, challenge)
        signature = self.signature(*words)
        return {"screen": self.screen, "challenge": challenge, "signature": signature}

    def prove(self) -> Said:
        """Begin a session with the key that the till knows."""
        return self.say("/pair/session", self.session_request(self.challenge()))
