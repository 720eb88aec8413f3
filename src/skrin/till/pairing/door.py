"""The pairing door: the code that a new screen shows, challenges, sessions, and how often.

Everything here lives in memory alone. A restart forgets an open code, every challenge and every
session; a paired screen then proves itself again without anybody noticing, so nothing that opens a
till lies on the disk.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person

CODE_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people read for one another: 40 bits in eight signs."""
CODE_LENGTH = 8
CODE_LASTS_S = 300.0
CODE_TRIES = 5

CHALLENGE_LASTS_S = 60.0
CHALLENGES_MOST = 256
SESSION_LASTS_S = 12 * 3600.0
SESSIONS_MOST_EACH = 8

REQUESTS_MOST, REQUESTS_PER_S = 30, 60.0
ADDRESSES_MOST = 1024
RAW_SIGNATURE_BYTES = 64


@dataclass(slots=True)
class Offer:
    """A code on the till's page: whoever types it within its time becomes the named screen."""

    code: str
    name: str
    by: Person
    until_s: float
    misses: int = 0


def typed_code(text: str) -> str:
    """A code as a person typed it: blanks and dashes do not count, nor does the case."""
    return "".join(sign for sign in text.upper() if sign.isalnum())[: CODE_LENGTH + 1]


class PairingDoor:
    """One open code at a time, challenges that count once, sessions of paired screens."""

    def __init__(self, steady_s: Callable[[], float]) -> None:
        """`steady_s`: a clock that only goes forwards."""
        self._steady_s = steady_s
        self._lock = threading.Lock()
        self._offer: Offer | None = None
        self._challenges: dict[str, float] = {}
        self._sessions: dict[bytes, tuple[str, float]] = {}
        self._requests: dict[str, tuple[float, int]] = {}

    # The code.

    def offer(self, name: str, by: Person) -> Offer:
        """A new code; the one before it no longer counts."""
        code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
        with self._lock:
            self._offer = Offer(code, name, by, self._steady_s() + CODE_LASTS_S)
            return self._offer

    def open_offer(self) -> Offer | None:
        """The code that may be typed now."""
        with self._lock:
            return self._open()

    def left_s(self, offer: Offer) -> int:
        """For how many seconds more a code counts."""
        return max(0, int(offer.until_s - self._steady_s()))

    def _open(self) -> Offer | None:
        if self._offer and self._steady_s() >= self._offer.until_s:
            self._offer = None
        return self._offer

    def take_code(self, typed: str) -> Offer:
        """Use the open code up. Refused: `pairing_code_wrong`, `pairing_code_over`."""
        with self._lock:
            offer = self._open()
            if offer is None:
                raise Refusal("pairing_code_over")
            if hmac.compare_digest(typed_code(typed).encode(), offer.code.encode()):
                self._offer = None
                return offer
            offer.misses += 1
            if offer.misses >= CODE_TRIES:
                self._offer = None
                raise Refusal("pairing_code_over")
            raise Refusal("pairing_code_wrong", left=CODE_TRIES - offer.misses)

    def withdraw(self) -> None:
        """No code may be typed any more."""
        with self._lock:
            self._offer = None

    # Challenges.

    def challenge(self) -> str:
        """Something that was never signed before, to be signed within a minute."""
        made = secrets.token_urlsafe(32)
        with self._lock:
            now_s = self._steady_s()
            self._challenges = {c: s for c, s in self._challenges.items() if s > now_s}
            while len(self._challenges) >= CHALLENGES_MOST:
                del self._challenges[next(iter(self._challenges))]
            self._challenges[made] = now_s + CHALLENGE_LASTS_S
        return made

    def spend(self, challenge: str) -> None:
        """A challenge counts once, whatever comes of it. Refused: `challenge_over`."""
        with self._lock:
            until_s = self._challenges.pop(challenge, 0.0)
            if self._steady_s() >= until_s:
                raise Refusal("challenge_over")

    # Sessions.

    def begin(self, screen: str) -> str:
        """A session's token for a screen that has proved itself."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            now_s = self._steady_s()
            self._sessions = {h: s for h, s in self._sessions.items() if s[1] > now_s}
            own = [digest for digest, (of, _) in self._sessions.items() if of == screen]
            for digest in own[: max(0, len(own) + 1 - SESSIONS_MOST_EACH)]:
                del self._sessions[digest]
            self._sessions[_digest(token)] = (screen, now_s + SESSION_LASTS_S)
        return token

    def screen_of(self, token: str) -> str | None:
        """The screen of a session, while it lasts."""
        with self._lock:
            screen, until_s = self._sessions.get(_digest(token), ("", 0.0))
            return screen if screen and self._steady_s() < until_s else None

    def end(self, screen: str) -> None:
        """End every session of a screen."""
        with self._lock:
            self._sessions = {h: s for h, s in self._sessions.items() if s[0] != screen}

    # How often.

    def count_request(self, address: str) -> None:
        """Thirty requests a minute from one address. Refused: `pairing_wait` with seconds."""
        with self._lock:
            now_s = self._steady_s()
            since_s, count = self._requests.pop(address, (now_s, 0))
            if now_s - since_s >= REQUESTS_PER_S:
                since_s, count = now_s, 0
            # Who asked last stands last, so what is dropped is what was quiet the longest.
            while len(self._requests) >= ADDRESSES_MOST:
                del self._requests[next(iter(self._requests))]
            self._requests[address] = (since_s, count + 1)
            if count >= REQUESTS_MOST:
                raise Refusal("pairing_wait", seconds=int(since_s + REQUESTS_PER_S - now_s) + 1)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def pairing_words(till: str, origin: str, authority_sha256: str, challenge: str) -> bytes:
    """What a new screen signs: that it holds the key it shows, to this till, at this address."""
    return "\n".join(("skrin pair 1", till, origin, authority_sha256, challenge)).encode()


def session_words(till: str, origin: str, screen: str, challenge: str) -> bytes:
    """What a paired screen signs to begin a session."""
    return "\n".join(("skrin session 1", till, origin, screen, challenge)).encode()


def public_key_of(text: str) -> ec.EllipticCurvePublicKey:
    """A P-256 key as a browser exports it: SPKI in base64. Refused: `screen_proof_wrong`."""
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except ValueError as fault:
        raise Refusal("screen_proof_wrong") from fault
    if not (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)):
        raise Refusal("screen_proof_wrong")
    return key


def check_signature(public_key: str, signature: str, words: bytes) -> None:
    """A WebCrypto signature (r and s, 32 bytes each, in base64). Refused: `screen_proof_wrong`."""
    key = public_key_of(public_key)
    try:
        raw = base64.b64decode(signature, validate=True)
    except ValueError as fault:
        raise Refusal("screen_proof_wrong") from fault
    if len(raw) != RAW_SIGNATURE_BYTES:
        raise Refusal("screen_proof_wrong")
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        key.verify(der, words, ec.ECDSA(SHA256()))
    except InvalidSignature as fault:
        raise Refusal("screen_proof_wrong") from fault
