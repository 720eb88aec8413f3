"""The office's own signature, for what it certifies: an Ed25519 key made of its secret key, so that
every process of an office has the same and nothing more is to be kept."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings


def signing_key() -> Ed25519PrivateKey:
    """The key. It changes with the office's secret key; its public half goes with what it signs."""
    seed = hashlib.sha256(b"skrin certificate\n" + settings.SECRET_KEY.encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)
