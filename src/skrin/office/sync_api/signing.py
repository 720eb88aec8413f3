"""Proving that a request comes from the till that it names, before anything else is read (D23)."""

from __future__ import annotations

import base64
import binascii
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from skrin.domain.codec import decode
from skrin.domain.refusal import Refusal
from skrin.office.certifying import signing_key
from skrin.office.tenancy import wall
from skrin.office.tills import queries as tills
from skrin.office.tills.queries import KnownTill
from skrin.sync.admissions import ADMISSION_FORMAT, Admission
from skrin.sync.messages import SignedAdmission, signed_bytes

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
    _prove(till.public_key, signature, path, body)
    return till


def _prove(public_key: str, signature: str, path: str, body: bytes) -> None:
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        key.verify(base64.b64decode(signature, validate=True), signed_bytes(path, body))
    except (InvalidSignature, binascii.Error, ValueError) as fault:
        raise Refusal("bad_signature") from fault


def proven_admission(
    who: str, signature: str, path: str, body: bytes, shown: SignedAdmission
) -> Admission:
    """The admission that a till shows: this office signed it, and the request is signed with the
    key that it names. Raises `Refusal`: `bad_admission`, `bad_signature`."""
    try:
        signing_key().public_key().verify(shown.signature, shown.admission)
        admission = decode(Admission, shown.admission)
    except (InvalidSignature, ValueError) as fault:
        raise Refusal("bad_admission") from fault
    if admission.format != ADMISSION_FORMAT or who != f"{admission.company}/{admission.till}":
        raise Refusal("bad_admission")
    _prove(admission.public_key, signature, path, body)
    return admission
