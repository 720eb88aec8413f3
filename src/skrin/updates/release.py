"""A release set: what is in it, and whether it is signed by who may (D30, R-UPD-006).

A set is a zip: `release.json`, `release.sig` (Ed25519 over `SIGNED_AS` and the bytes of
`release.json`), and `wheels/`. The manifest names every wheel with its SHA-256, so that one
signature covers all of it. The keys that count lie in the installation and are never fetched.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from skrin.packing import pack

MANIFEST, SIGNATURE, WHEELS = "release.json", "release.sig", "wheels"
SIGNED_AS = b"skrin release 1\n"
"""What stands before the signed bytes, so that no other signature of a key is one of a release."""

ANY_PLATFORM = "any"
KEYS_MOST = 2
"""The current key and the next one."""

MANIFEST_MOST = 256 * 1024
WHEEL_MOST = 512 * 1024 * 1024
WHEELS_MOST = 200

_VERSION = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})")
_WHEEL = re.compile(r"[A-Za-z0-9_.]+-[A-Za-z0-9_.!+]+-[A-Za-z0-9_.]+-[A-Za-z0-9_.]+-[\w.]+\.whl")
_HASH = re.compile(r"[0-9a-f]{64}")


class SetRefused(Exception):
    """A set is not installed. `code` has words in the till's pages; `detail` is for service."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def version_of(text: str) -> tuple[int, int, int]:
    """A version as something that can be compared. Raises `ValueError`."""
    shape = _VERSION.fullmatch(text)
    if shape is None:
        raise ValueError(f"not a version: {text!r}")
    return int(shape[1]), int(shape[2]), int(shape[3])


@dataclass(frozen=True, slots=True)
class Release:
    """What a set says of itself.

    `least`: the lowest version that may go to this one; `python` and `platform`: what its wheels
    are for; `wheels`: SHA-256 (hex) by file name; `registration_changed`: something of what is
    reported to the tax authority changes beside the version; `notes`: what is new, by language;
    `keys`: the keys (base64) that count from then on, none = as before.
    """

    version: str
    least: str
    python: str
    platform: str
    wheels: dict[str, str]
    registration_changed: bool
    notes: dict[str, str]
    keys: tuple[str, ...] = ()

    def note(self, language: str) -> str:
        """What is new, in a language, else in Swedish."""
        return self.notes.get(language) or self.notes.get("sv") or ""


def manifest_bytes(release: Release) -> bytes:
    """The manifest as it is signed."""
    text = json.dumps(asdict(release), ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode() + b"\n"


def read_manifest(data: bytes) -> Release:
    """Read a manifest. Raises `SetRefused` `set_unreadable`."""
    try:
        told: dict[str, Any] = json.loads(data)
        if set(told) != {field.name for field in fields(Release)}:
            raise ValueError("other fields than are known")
        release = Release(**{**told, "keys": tuple(told["keys"])})
        version_of(release.version)
        version_of(release.least)
        _check_texts(release)
    except (ValueError, TypeError, AttributeError) as fault:
        raise SetRefused("set_unreadable", str(fault)) from fault
    return release


def _check_texts(release: Release) -> None:
    if not release.wheels or len(release.wheels) > WHEELS_MOST:
        raise ValueError("no wheels, or too many")
    for name, digest in release.wheels.items():
        if not (_WHEEL.fullmatch(name) and _HASH.fullmatch(digest)):
            raise ValueError(f"no wheel's name and hash: {name}")
    if len(release.keys) > KEYS_MOST or type(release.registration_changed) is not bool:
        raise ValueError("keys or registration_changed")
    for key in release.keys:
        public_key(key)
    texts = [release.python, release.platform, *release.notes, *release.notes.values()]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a text is none")


def public_key(text: str) -> Ed25519PublicKey:
    """A key from base64. Raises `ValueError`."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))


def read_keys(path: Path) -> tuple[str, ...]:
    """The keys of an installation: at most two lines of base64, `#` begins a remark.

    Raises `SetRefused` `keys_unreadable`.
    """
    try:
        lines = [line.partition("#")[0].strip() for line in path.read_text().splitlines()]
        keys = tuple(line for line in lines if line)
        for key in keys:
            public_key(key)
    except (OSError, ValueError) as fault:
        raise SetRefused("keys_unreadable", str(fault)) from fault
    if not 1 <= len(keys) <= KEYS_MOST:
        raise SetRefused("keys_unreadable", f"{len(keys)} keys")
    return keys


def check_signature(manifest: bytes, signature: bytes, keys: Sequence[str]) -> None:
    """Prove a manifest by one of the keys. Raises `SetRefused` `not_signed`."""
    for key in keys:
        try:
            public_key(key).verify(signature, SIGNED_AS + manifest)
        except InvalidSignature:
            continue
        return
    raise SetRefused("not_signed")


def check_fits(release: Release, installed: str) -> None:
    """Whether a release may follow the installed version here (empty = there is none).

    Raises `SetRefused`: `not_newer`, `too_far`, `other_python`, `other_platform`.
    """
    if installed and version_of(release.version) <= version_of(installed):
        raise SetRefused("not_newer", f"{installed} -> {release.version}")
    if installed and version_of(installed) < version_of(release.least):
        raise SetRefused("too_far", release.least)
    if release.python != python_here():
        raise SetRefused("other_python", release.python)
    if release.platform not in (ANY_PLATFORM, sysconfig.get_platform()):
        raise SetRefused("other_platform", release.platform)


def python_here() -> str:
    """The language's version of this process, as `3.11`."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


class ReleaseSet:
    """A set whose manifest is proven; its wheels are proven when they are unpacked."""

    def __init__(self, path: Path, keys: Sequence[str]) -> None:
        """Open it. Raises `SetRefused`: `set_unreadable`, `not_signed`."""
        self.path = path
        try:
            with zipfile.ZipFile(path) as packed:
                self.manifest = _read(packed, MANIFEST)
                self.signature = _read(packed, SIGNATURE)
        except (OSError, zipfile.BadZipFile, KeyError, RuntimeError, ValueError) as fault:
            raise SetRefused("set_unreadable", str(fault)) from fault
        check_signature(self.manifest, self.signature, keys)
        self.release = read_manifest(self.manifest)

    def unpack(self, folder: Path) -> None:
        """Write the wheels into a folder, each held against its hash: never more of a file than it
        may have, and nothing that the manifest does not name. Raises `SetRefused`
        `set_unreadable`, `wheel_damaged`."""
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with zipfile.ZipFile(self.path) as packed:
                for name, digest in self.release.wheels.items():
                    _unpack_one(packed, name, digest, folder / name)
        except (OSError, zipfile.BadZipFile, KeyError, RuntimeError, EOFError) as fault:
            raise SetRefused("set_unreadable", str(fault)) from fault


def _unpack_one(packed: zipfile.ZipFile, name: str, digest: str, target: Path) -> None:
    found, size = hashlib.sha256(), 0
    with packed.open(f"{WHEELS}/{name}") as source, target.open("wb") as out:
        while chunk := source.read(1 << 20):
            size += len(chunk)
            if size > WHEEL_MOST:
                raise SetRefused("wheel_damaged", f"{name} is too long")
            found.update(chunk)
            out.write(chunk)
    if found.hexdigest() != digest:
        raise SetRefused("wheel_damaged", name)


def _read(packed: zipfile.ZipFile, name: str) -> bytes:
    with packed.open(name) as source:
        data = source.read(MANIFEST_MOST + 1)
    if len(data) > MANIFEST_MOST:
        raise ValueError(f"{name} is too long")
    return data


def sign(manifest: bytes, key: Ed25519PrivateKey) -> bytes:
    """The signature of a manifest."""
    return key.sign(SIGNED_AS + manifest)


def write_set(release: Release, wheels: Path, key: Ed25519PrivateKey, out: Path) -> Path:
    """Sign a release and write its set; `wheels` holds the files that it names."""
    folder = out.with_name(f"{out.name}.making")
    folder.mkdir(parents=True)
    manifest = manifest_bytes(release)
    told = folder / MANIFEST, folder / SIGNATURE
    told[0].write_bytes(manifest)
    told[1].write_bytes(sign(manifest, key))
    linked = folder / WHEELS
    linked.mkdir()
    for name in release.wheels:
        (linked / PurePosixPath(name).name).symlink_to((wheels / name).resolve())
    try:
        return pack([*told, *sorted(linked.iterdir())], out, folder)
    finally:
        for file in (*told, *linked.iterdir()):
            file.unlink()
        linked.rmdir()
        folder.rmdir()
