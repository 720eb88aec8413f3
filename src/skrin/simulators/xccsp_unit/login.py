"""Who may ask: nobody is asked, or a user by Basic or by Digest (MD5, ``qop=auth``, RFC 2617)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

REALM = "CleanCash Server"
_FIELD = re.compile(r'([a-z]+)=("([^"]*)"|[^",\s]+)')


class Login:
    """What the unit asks of a client before it serves it."""

    def __init__(self, scheme: str, user: str, password: str) -> None:
        """``scheme``: none, basic or digest."""
        self._scheme, self._user, self._password = scheme, user, password
        self._nonce = secrets.token_hex(16)
        self._used: set[str] = set()

    def demand(self) -> str:
        """The ``WWW-Authenticate`` of a 401."""
        if self._scheme == "basic":
            return f'Basic realm="{REALM}"'
        return f'Digest realm="{REALM}", qop="auth", nonce="{self._nonce}", algorithm=MD5'

    def lets_in(self, header: str, method: str, path: str) -> bool:
        """Whether a request with this ``Authorization`` is served."""
        if self._scheme == "none":
            return True
        scheme, _, rest = header.partition(" ")
        if scheme.lower() != self._scheme:
            return False
        return self._basic(rest) if self._scheme == "basic" else self._digest(rest, method, path)

    def forget(self) -> None:
        """A new nonce: what clients hold is stale, as after a restart."""
        self._nonce = secrets.token_hex(16)

    def _basic(self, given: str) -> bool:
        wanted = base64.b64encode(f"{self._user}:{self._password}".encode())
        return hmac.compare_digest(given.strip().encode("latin-1"), wanted)

    def _digest(self, given: str, method: str, path: str) -> bool:
        said = {name: text or bare.strip('"') for name, bare, text in _FIELD.findall(given)}
        turn = f"{said.get('nonce')} {said.get('nc')} {said.get('cnonce')}"
        if said.get("nonce") != self._nonce or said.get("uri") != path or turn in self._used:
            return False
        self._used.add(turn)
        who = _hash(f"{self._user}:{REALM}:{self._password}")
        what = _hash(f"{method}:{path}")
        parts = (who, self._nonce, said.get("nc", ""), said.get("cnonce", ""), "auth", what)
        return said.get("response") == _hash(":".join(parts))


def _hash(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
