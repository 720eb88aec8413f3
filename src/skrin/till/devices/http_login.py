"""How a device on HTTP is told who asks: Basic, or Digest with MD5, as it wants it.

The device's own demand (`WWW-Authenticate`) is waited for once and then followed in advance: a
password is never sent in the clear to one that asks for a digest.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

_PART = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


class HttpLogin:
    """A user and a password, and what the device last asked for."""

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password
        self._demand: dict[str, str] = {}
        self._count = 0

    def heard(self, demand: str) -> bool:
        """Note what a 401 asks for. False when it cannot be given: no user, or another scheme."""
        scheme, _, rest = demand.strip().partition(" ")
        parts = {name.lower(): quoted or bare for name, quoted, bare in _PART.findall(rest)}
        if not self._user:
            return False
        if scheme.lower() == "basic":
            self._demand = {"scheme": "basic"}
            return True
        plain_md5 = parts.get("algorithm", "MD5").upper() == "MD5"
        qop = [one.strip() for one in parts.get("qop", "auth").split(",")]
        if scheme.lower() != "digest" or not plain_md5 or "auth" not in qop:
            return False
        self._demand, self._count = {**parts, "scheme": "digest"}, 0
        return "nonce" in parts

    def header(self, method: str, path: str) -> str:
        """The `Authorization` of the next request; empty before anything was asked for."""
        if self._demand.get("scheme") == "basic":
            said = f"{self._user}:{self._password}".encode()
            return "Basic " + base64.b64encode(said).decode()
        return self._digest(method, path) if self._demand else ""

    def _digest(self, method: str, path: str) -> str:
        """RFC 2617, `qop=auth`: the password itself never leaves."""
        realm, nonce = self._demand.get("realm", ""), self._demand["nonce"]
        self._count += 1
        count, own = f"{self._count:08x}", secrets.token_hex(8)
        person = _md5(f"{self._user}:{realm}:{self._password}")
        proof = _md5(f"{person}:{nonce}:{count}:{own}:auth:{_md5(f'{method}:{path}')}")
        quoted = {
            "username": self._user,
            "realm": realm,
            "nonce": nonce,
            "uri": path,
            "cnonce": own,
            "response": proof,
        }
        if "opaque" in self._demand:
            quoted["opaque"] = self._demand["opaque"]
        said = ", ".join(f'{name}="{value}"' for name, value in quoted.items())
        return f"Digest {said}, qop=auth, nc={count}, algorithm=MD5"


def _md5(text: str) -> str:
    """MD5 as the device's protocol has it; it protects nothing of ours."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
