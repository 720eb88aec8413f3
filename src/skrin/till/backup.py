"""`skrin till-backup`: an encrypted copy of a till's folder, proven; read from when a disk dies.

What was never sent to the office lies on the till's disk alone. A copy beside it (a stick, a disk
in a cupboard) keeps that. It is encrypted with a passphrase, as it holds the till's key.

What is restored never sells: nobody knows what the till did after the copy was made, so its series
could give a number twice. It is read, it sends what it has, and the next till begins its own (D24).
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import shutil
import sqlite3
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from struct import Struct
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from skrin.domain.entry import JournalDamage
from skrin.till.flow.rights_folding import HANDED_OVER
from skrin.till.flow.sharing import FROZEN, RESTORED_HEAD
from skrin.till.storage.folder_lock import WIPING
from skrin.till.storage.schema import sync_folder
from skrin.till.verify import verify

EXIT_DONE, EXIT_DAMAGED, EXIT_CANNOT = 0, 1, 2

MAGIC = b"SKRINBK1"
SALT_BYTES, PREFIX_BYTES = 16, 7
CHUNK_BYTES, TAG_BYTES = 1 << 20, 16
LEAST_PASSPHRASE = 12
_COUNTER = Struct(">IB")
"""Beside the prefix in each chunk's nonce: its number, and whether it is the last. So no chunk can
be left out, doubled, moved or cut off unseen."""


class BackupUnusable(Exception):
    """Why a copy cannot be made or read, in words."""


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    # 32 MiB and some tenths of a second for each guess.
    key = Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(passphrase.encode())
    return AESGCM(key)


class _Sealing(io.RawIOBase):
    """Encrypts what is written, chunk by chunk."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        salt, self._prefix = os.urandom(SALT_BYTES), os.urandom(PREFIX_BYTES)
        self._file, self._cipher = file, _cipher(passphrase, salt)
        self._rest, self._count = bytearray(), 0
        file.write(MAGIC + salt + self._prefix)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._rest += piece
        while len(self._rest) > CHUNK_BYTES:
            self._seal(bytes(self._rest[:CHUNK_BYTES]), last=False)
            del self._rest[:CHUNK_BYTES]
        return len(piece)

    def finish(self) -> None:
        """Write the last chunk."""
        self._seal(bytes(self._rest), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        nonce = self._prefix + _COUNTER.pack(self._count, last)
        self._file.write(self._cipher.encrypt(nonce, piece, MAGIC))
        self._count += 1


def _opened(file: IO[bytes], passphrase: str) -> Iterator[bytes]:
    """The pieces of a copy. Raises `BackupUnusable` when the passphrase is wrong, or a byte is."""
    head = file.read(len(MAGIC) + SALT_BYTES + PREFIX_BYTES)
    if not head.startswith(MAGIC) or len(head) < len(MAGIC) + SALT_BYTES + PREFIX_BYTES:
        raise BackupUnusable("This is no copy of a till")
    salt, prefix = head[len(MAGIC) : len(MAGIC) + SALT_BYTES], head[-PREFIX_BYTES:]
    cipher, count = _cipher(passphrase, salt), 0
    piece = file.read(CHUNK_BYTES + TAG_BYTES)
    while True:
        after = file.read(CHUNK_BYTES + TAG_BYTES)
        try:
            yield cipher.decrypt(prefix + _COUNTER.pack(count, not after), piece, MAGIC)
        except InvalidTag as fault:
            why = "The passphrase is wrong, or" if not count else "The copy has been changed, or"
            raise BackupUnusable(f"{why} the copy is not whole") from fault
        if not after:
            return
        piece, count = after, count + 1


class _Pieces(io.RawIOBase):
    """Reads pieces as one file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._rest:
            found = next(self._pieces, None)
            if found is None:
                return 0
            self._rest = found
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def make(data: Path, out: Path, passphrase: str) -> Path:
    """Copy the till's files into `out`, encrypted and proven; the till may be selling meanwhile.
    The copy has its name only when it is whole. Raises `BackupUnusable`, `JournalDamage`,
    `sqlite3.Error`, `OSError`."""
    device = data / "device.sqlite"
    if not device.is_file() or (data / WIPING).exists():
        raise BackupUnusable(f"{data} is no till's folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f"{out.name}.part")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=data) as work:
        copied = Path(work)
        for file in (device, *sorted(data.glob("*/shop.sqlite"))):
            to = copied / file.relative_to(data)
            to.parent.mkdir(exist_ok=True)
            with contextlib.closing(sqlite3.connect(file, timeout=10.0)) as db:
                db.execute("VACUUM INTO ?", (str(to),))
        for shop in copied.glob("*/shop.sqlite"):
            verify(shop)
        with part.open("wb") as file_out:
            sealing = _Sealing(file_out, passphrase)
            with tarfile.open(fileobj=sealing, mode="w|") as tar:
                for file in sorted(one for one in copied.rglob("*") if one.is_file()):
                    tar.add(file, file.relative_to(copied).as_posix())
            sealing.finish()
            file_out.flush()
            os.fsync(file_out.fileno())
    part.replace(out)
    sync_folder(out.parent)
    return out


def restore(backup: Path, data: Path, passphrase: str) -> list[str]:
    """Make a till's folder of a copy, proven, to be read and to send what it has; it sells nothing.
    Returns a line for each register. Raises as `make`."""
    if data.exists() and any(data.iterdir()):
        raise BackupUnusable(f"{data} is not empty: name another folder")
    fresh = data.with_name(f"{data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    try:
        with backup.open("rb") as file:
            whole = io.BufferedReader(_Pieces(_opened(file, passphrase)))
            with tarfile.open(fileobj=whole, mode="r|") as tar:
                tar.extractall(fresh, filter="data")
            while whole.read(CHUNK_BYTES):
                pass  # What stands after the tar's end is proven too.
        told = []
        for shop in sorted(fresh.glob("*/shop.sqlite")):
            count, head, _ = verify(shop)
            end_trade(shop)
            told.append(f"{shop.parent.name}: {count} entries, whole. Head {head}")
        if not (fresh / "device.sqlite").is_file() or not told:
            raise BackupUnusable("The copy holds no till")
    except tarfile.TarError as fault:
        shutil.rmtree(fresh, ignore_errors=True)
        raise BackupUnusable(f"The copy cannot be unpacked: {fault}") from fault
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    if data.exists():
        data.rmdir()
    fresh.rename(data)
    sync_folder(data.parent)
    return told


def end_trade(shop: Path) -> None:
    """What is restored sells nothing and holds nothing: what it held may have been used since."""
    with contextlib.closing(sqlite3.connect(shop, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = FULL")
        db.execute("BEGIN IMMEDIATE")
        for name in (HANDED_OVER, FROZEN):
            db.execute("INSERT OR REPLACE INTO state VALUES (?, '1')", (name,))
        # Of a copy of a copy the first counts.
        head = "INSERT OR IGNORE INTO state SELECT ?, CAST(max(seq) AS TEXT) FROM entry"
        db.execute(head, (RESTORED_HEAD,))
        db.execute("COMMIT")


def prove(backup: Path, passphrase: str) -> list[str]:
    """Restore a copy to a folder that is thrown away: the drill. Raises as `restore`."""
    with tempfile.TemporaryDirectory(prefix="skrin-drill-") as folder:
        return restore(backup, Path(folder) / "till", passphrase)


def passphrase_in(file: Path) -> str:
    """The words that stand in a file. Raises `BackupUnusable`."""
    try:
        text = file.read_text(encoding="utf-8").strip()
    except OSError as fault:
        raise BackupUnusable(f"The passphrase cannot be read: {fault}") from fault
    if len(text) < LEAST_PASSPHRASE:
        raise BackupUnusable(f"The passphrase has at least {LEAST_PASSPHRASE} signs")
    return text


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """What can be said on the command line."""
    parser = argparse.ArgumentParser(prog="skrin till-backup", description=__doc__)
    does = parser.add_subparsers(dest="does", required=True)
    maker = does.add_parser("make", help="copy a till's folder; it may be selling meanwhile")
    maker.add_argument("data", type=Path, help="the folder of the till's files")
    maker.add_argument("file", type=Path, help="the copy")
    prover = does.add_parser("prove", help="the drill: restore a copy and throw it away")
    prover.add_argument("file", type=Path)
    back = does.add_parser("restore", help="a folder that is read and sends what it has")
    back.add_argument("file", type=Path)
    back.add_argument("data", type=Path, help="a folder that is empty, or not there")
    for one in (maker, prover, back):
        one.add_argument("--passphrase", type=Path, required=True, help="the file it stands in")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    """Exit codes: 0 done, 1 a journal is damaged, 2 cannot be done."""
    options = arguments(argv)
    try:
        passphrase = passphrase_in(options.passphrase)
        if options.does == "make":
            told = [str(make(options.data, options.file, passphrase))]
        elif options.does == "prove":
            told = prove(options.file, passphrase)
        else:
            told = restore(options.file, options.data, passphrase)
    except JournalDamage as damage:
        print(f"The journal is damaged. {damage}.", file=sys.stderr)
        return EXIT_DAMAGED
    except (BackupUnusable, sqlite3.Error, OSError) as fault:
        print(f"{fault}.", file=sys.stderr)
        return EXIT_CANNOT
    print("\n".join(told))
    return EXIT_DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
