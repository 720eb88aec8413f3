"""A register's package on the disk: opened, and proven before anything in it is believed (D46)."""

from __future__ import annotations

import base64
import hashlib
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from skrin.domain.entry import GENESIS_HASH, Entry, JournalDamage, read_entry, verify_link
from skrin.domain.journal import same_journal
from skrin.exports.package import (
    ENTRIES,
    MANIFEST,
    SIGNATURE,
    Manifest,
    PackageDamage,
    read_manifest,
    records_in,
)

MOST_MANIFEST_BYTES = 4 * 1024 * 1024
_CHUNK = 1 << 20

_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How members may be packed: of these no more comes out at a time than is asked for. A little of
the others can unpack to more than the till has memory."""

_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError),
    *(RuntimeError, ValueError, OverflowError),
)
"""What reading a zip of anybody's raises."""


class PackageFile:
    """A package. Only `prove` says that it is what its till made."""

    def __init__(self, path: Path) -> None:
        """Open it and read its manifest. Raises `PackageDamage`: `not_a_package`,
        `format_unknown`, `file_missing`."""
        try:
            self._zip = zipfile.ZipFile(path)
        except _UNREADABLE as fault:
            raise PackageDamage("not_a_package", str(fault)) from fault
        try:
            self._check_packing()
            self._sealed = self._small(MANIFEST)
            self.manifest: Manifest = read_manifest(self._sealed)
        except PackageDamage:
            self._zip.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def __enter__(self) -> PackageFile:
        """Itself, closed at the end."""
        return self

    def __exit__(self, *fault: object) -> None:
        """Close the file."""
        self.close()

    def _check_packing(self) -> None:
        odd = (one for one in self._zip.infolist() if one.compress_type not in _PLAIN)
        if (found := next(odd, None)) is not None:
            raise PackageDamage("not_a_package", found.filename)

    def _small(self, name: str) -> bytes:
        try:
            if self._zip.getinfo(name).file_size > MOST_MANIFEST_BYTES:
                raise PackageDamage("not_a_package", name)
            return self._zip.read(name)
        except KeyError as fault:
            raise PackageDamage("file_missing", name) from fault
        except _UNREADABLE as fault:
            raise PackageDamage("not_a_package", str(fault)) from fault

    @property
    def key_sha256(self) -> str:
        """What people compare the till's key by: its SHA-256 in hex."""
        return hashlib.sha256(base64.b64decode(self.manifest.public_key)).hexdigest()

    @property
    def journal_bytes(self) -> int:
        """How long the journal in it says that it is; 0 when there is none. The proof holds it to
        that: no more is unpacked of any file than the manifest tells."""
        told = self.manifest.files.get(ENTRIES)
        return told.size if told else 0

    def prove(self) -> Manifest:
        """The manifest, when all of it holds: the signature, every file, the whole chain, and what
        it counts. Raises `PackageDamage` that names the first thing that does not."""
        self._prove_signature()
        self._prove_files()
        self._prove_chain()
        return self.manifest

    def _prove_signature(self) -> None:
        signature = self._small(SIGNATURE)
        try:
            key = Ed25519PublicKey.from_public_bytes(
                base64.b64decode(self.manifest.public_key, validate=True)
            )
            key.verify(base64.b64decode(signature, validate=True), self._sealed)
        except (InvalidSignature, ValueError) as fault:
            raise PackageDamage("signature_wrong") from fault

    def _prove_files(self) -> None:
        told = self.manifest.files
        there = [one.filename for one in self._zip.infolist()]
        strange = [
            name
            for name, times in Counter(there).items()
            if times > 1 or (name not in told and name not in (MANIFEST, SIGNATURE))
        ]
        if strange:
            raise PackageDamage("file_unknown", strange[0])
        for name, packed in told.items():
            if name not in there:
                raise PackageDamage("file_missing", name)
            if self._sum(name, packed.size) != packed.sha256:
                raise PackageDamage("file_changed", name)
        if ENTRIES not in told:
            raise PackageDamage("file_missing", ENTRIES)

    def _sum(self, name: str, size: int) -> str:
        """SHA-256 of a file, as long as it is no longer than it should be."""
        digest, seen = hashlib.sha256(), 0
        try:
            with self._zip.open(name) as file:
                while chunk := file.read(_CHUNK):
                    seen += len(chunk)
                    if seen > size:
                        return ""
                    digest.update(chunk)
        except _UNREADABLE:
            return ""  # Its own checksum fails already.
        return digest.hexdigest() if seen == size else ""

    def _prove_chain(self) -> None:
        manifest, last = self.manifest, None
        kinds: Counter[str] = Counter()
        try:
            for entry in self.entries():
                expected = last.header.seq + 1 if last else 1
                verify_link(entry, expected, last.hash if last else GENESIS_HASH)
                if last and not same_journal(last, entry):
                    raise JournalDamage(f"entry {entry.header.seq} is of another register")
                kinds[entry.header.kind] += 1
                last = entry
        except JournalDamage as damage:
            raise PackageDamage("journal_damaged", str(damage)) from damage
        told = (manifest.company, manifest.till, manifest.store, manifest.last_seq, manifest.head)
        if last is None or told != _head(last) or dict(kinds) != manifest.kinds:
            raise PackageDamage("head_differs")

    def records(self) -> Iterator[bytes]:
        """The records of the journal, one by one. Raises `JournalDamage`."""
        with self._zip.open(ENTRIES) as file:
            yield from records_in(file)

    def entries(self) -> Iterator[Entry]:
        """The same, read."""
        return map(read_entry, self.records())


def _head(last: Entry) -> tuple[int, str, int, int, str]:
    header = last.header
    return header.company, header.till, header.store, header.seq, last.hash.hex()


__all__ = ["PackageFile"]
