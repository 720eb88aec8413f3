"""Proving that a request comes from the till that it names, before anything else is read (D23)."""

from __future__ import annotations

import base64
import binascii
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from skrin.domain.refusal import Refusal
from skrin.office.tenancy import wall
from skrin.office.tills import queries as tills
from skrin.office.tills.queries import KnownTill
from skrin.sync.messages import signed_bytes

_WHO = re.compile(r"([1-9]\d{0,17})/([A-Za-z0-9]{1,24})")


def proven_till(who: str, signature: str, path: str, body: bytes) -> KnownTill:
    """The till that signed this request. `who` is `<company>/<till_id>`, `signature` base64.

    Raises `Refusal`: `unknown_till`, `bad_signature`.
    """
    shape = _WHO.fullmatch(who)
    if shape is None:
        raise Refusal("unknown_till")
    with wall.inside(int(shape[1])):
        till = tills.known_till(int(shape[1]), shape[2])
    if till is None:
        raise Refusal("unknown_till")
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(till.public_key))
        key.verify(base64.b64decode(signature, validate=True), signed_bytes(path, body))
    except (InvalidSignature, binascii.Error, ValueError) as fault:
        raise Refusal("bad_signature") from fault
    return till
