"""Emptying a device: the till shows what it has, the office says that it has it too, and signs."""

from __future__ import annotations

from dataclasses import dataclass

WIPE_PATH = "/sync/wipe"
CERTIFICATE_FORMAT = "skrin-wipe-1"


@dataclass(frozen=True, slots=True)
class WipedRegister:
    """A register of the device and the head of its journal; the hash in hex."""

    store: int
    head_seq: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class WipeQuestion:
    """The registers of a device that is to be emptied, and the files that go, by their names."""

    registers: tuple[WipedRegister, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the office signs: it holds all of these journals to their heads. It says nothing of the
    disk itself: no program can promise that a storage forgets."""

    format: str
    company: int
    company_name: str
    till: str
    registers: tuple[WipedRegister, ...]
    files: tuple[str, ...]
    signed_at_utc_ms: int


@dataclass(frozen=True, slots=True)
class WipeAnswer:
    """The certificate's bytes, as JSON, and the office's Ed25519 signature of them; `public_key`
    of the office, 32 bytes."""

    certificate: bytes
    signature: bytes
    public_key: bytes
