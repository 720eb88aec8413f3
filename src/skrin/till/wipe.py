"""`skrin till-wipe`: empty a device whose registers have ended, against the office's certificate.

Nothing goes before the office has acknowledged every journal to its head and signed so. Then the
keys go first, so that what is left on the disk after a kill can no longer speak for the till; the
same command goes on where it stopped. Where keys are still there, or again, the office is asked
again. Copies of the data that an update kept go too. The certificate does not claim that the disk
forgets.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from skrin.domain.codec import decode
from skrin.sync.messages import (
    WIRE_VERSION,
    Exchange,
    ExchangeAnswer,
    ExchangeHead,
    TillStatus,
    pack_exchange,
)
from skrin.sync.wiping import (
    CERTIFICATE_FORMAT,
    Certificate,
    WipeAnswer,
    WipedRegister,
    WipeQuestion,
)
from skrin.till.devices.contract import OfficeAway, OfficeRefused
from skrin.till.devices.office_link import OfficeClient
from skrin.till.flow.archives import FOLDER as ARCHIVES
from skrin.till.flow.rights_folding import HANDED_OVER, LAST_ORDER
from skrin.till.flow.sharing import RESTORED_HEAD
from skrin.till.storage.device_file import INSTALLATION_SETTING, DeviceFile
from skrin.till.storage.folder_lock import WIPING, FolderLock, FolderTaken
from skrin.till.storage.schema import sync_folder
from skrin.till.storage.shop_reader import ShopReader
from skrin.updates.installation import Busy, Installation

EXIT_DONE, EXIT_REFUSED, EXIT_CANNOT, EXIT_TAKEN = 0, 1, 2, 4

MARKER = WIPING
"""Stands in the folder from the certificate on. What is left there without keys goes."""

DEVICE, SHOP, LOCK = "device.sqlite", "shop.sqlite", "till.lock"
GONE = f"{DEVICE}.gone"
"""What the keys' file is called from the moment on that it is to go."""

PIECE_BYTES = 1024 * 1024
MOST_EXCHANGES = 10_000

OFFICE_WORDS = {
    "head_differs": (
        "It has another journal than this disk, as when a disk was put back from a copy."
        " Keep the device, take a package out (skrin till-package make), and call service"
    ),
    "chain_not_whole": (
        "It has stopped taking in a register of this till, or has nothing of it."
        " In the office, Tills tells why"
    ),
    "not_handed_over": (
        "It does not know that the trade of a register has ended."
        " At the till: Menu, Inspection, Ending this register. A till that was restored from a copy"
        " is taken out of use in the office first: Tills, the till, Take out of use"
    ),
    "register_missing": (
        "It knows a register of this till that is not in this folder."
        " Put its folder back, or keep the device"
    ),
    "too_many_requests": "It is asked too often just now. Run the same command in a minute",
}
"""What the office's no means for whoever empties a device."""


class WipeRefused(Exception):
    """Why nothing is wiped, in words for whoever stands there."""


def registers_in(data: Path, till: str) -> list[Path]:
    """The folders of the till's registers."""
    return sorted(one for one in data.glob(f"{till}-[0-9]*") if (one / SHOP).is_file())


def check_alone(data: Path, till: str) -> None:
    """Refuse while a journal or keys lie in the folder that the office would not be asked about: of
    a till before this one here, of another company's till, a copy made by hand."""
    for path in sorted((*data.rglob(DEVICE), *data.rglob(SHOP))):
        place = path.relative_to(data).parts
        number = place[0].removeprefix(f"{till}-")
        own = len(place) == 2 and place[1] == SHOP and number.isdecimal() and number != place[0]
        if not (own or place == (DEVICE,) or place[0] == ARCHIVES):
            raise WipeRefused(
                f"{path} is not of the till {till}, and may hold what no office has."
                " Move it out of this folder first"
            )


def wipe(data: Path, out: Path, version: str) -> Path:
    """Empty the folder `data`; returns the certificate, which lies in `out`.

    Raises `WipeRefused`, `OfficeAway`, `OfficeRefused`, `sqlite3.Error`, `OSError`.
    """
    marker = data / MARKER
    # Keys that are there can still have sold something: the marker says nothing of them.
    if marker.is_file() and not (data / DEVICE).exists():
        certificate = Path(marker.read_text(encoding="utf-8"))
    else:
        certificate, copies = _certified(data, out, version)
        if copies is not None:
            _remove_copies(copies)  # Before the marker: with keys there, all is asked again.
        part = data / f"{MARKER}.part"
        part.write_text(str(certificate), encoding="utf-8")
        _sync(part)
        part.replace(marker)
        sync_folder(data)
    _remove(data)
    return certificate


def _certified(data: Path, out: Path, version: str) -> tuple[Path, Installation | None]:
    """The office's certificate, on the disk; and the installation that keeps copies of this till's
    data, if there is one."""
    if data.resolve() in (out.resolve(), *out.resolve().parents):
        raise WipeRefused("The certificate would lie in what is wiped: name a folder elsewhere")
    if not (data / DEVICE).is_file():
        raise WipeRefused(f"{data} is no till's folder: there is no {DEVICE} in it")
    device = DeviceFile(data / DEVICE)
    try:
        enrolled = device.enrolment()
        if enrolled is None:
            raise WipeRefused("This till was never enrolled, so there is nothing to certify")
        check_alone(data, enrolled.till)
        name = f"{enrolled.company}/{enrolled.till}"
        link = OfficeClient(device.setting("office"), name, device.key())
        incarnation = int(device.setting("incarnation", "0"))
        places = registers_in(data, enrolled.till)
        told = tuple(
            _sent(place, link, (enrolled.company, enrolled.till), incarnation, version)
            for place in places
        )
        files = sorted(
            path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()
        )
        question = WipeQuestion(told, tuple(files))
        answer = link.wipe(question)
        check_word(answer, enrolled.company, enrolled.till, question)
        copies = _copies_of(device)
    finally:
        device.close()
    out.mkdir(parents=True, exist_ok=True)
    certificate = out / f"skrin-wipe-{enrolled.till}.json"
    written = {
        "certificate": json.loads(answer.certificate),
        "signed_bytes_hex": answer.certificate.hex(),
        "signature_hex": answer.signature.hex(),
        "office_public_key_hex": answer.public_key.hex(),
    }
    certificate.write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")
    _sync(certificate)
    return certificate, copies


def _copies_of(device: DeviceFile) -> Installation | None:
    """The installation that this till ran from, where it keeps something of this very till."""
    folder = device.setting(INSTALLATION_SETTING)
    if not folder:
        return None
    found = Installation(Path(folder))
    for copy in (*found.copies.rglob(DEVICE), *found.work.rglob(DEVICE)):
        try:
            with contextlib.closing(DeviceFile(copy)) as kept:
                if kept.public_key() == device.public_key():
                    return found
        except sqlite3.Error:
            return found  # Nobody can tell whose it is, and it is only a copy.
    return None


def _remove_copies(installation: Installation) -> None:
    """What an update kept of the data, keys first. Raises `WipeRefused` while one is prepared."""
    try:
        with installation.at_work():
            for folder in (installation.copies, installation.work):
                for file in sorted(folder.rglob(f"{DEVICE}*")):
                    _overwrite(file)
                if folder.exists():
                    shutil.rmtree(folder)
            sync_folder(installation.folder)
    except Busy as busy:
        raise WipeRefused(f"An update is being prepared in {busy}. Wait until it is done") from busy


def check_word(answer: WipeAnswer, company: int, till: str, question: WipeQuestion) -> None:
    """Refuse a word of the office that its signature does not fit, or that is about another till or
    other journals than those that are here now."""
    try:
        key = Ed25519PublicKey.from_public_bytes(answer.public_key)
        key.verify(answer.signature, answer.certificate)
        said = decode(Certificate, answer.certificate)
    except (InvalidSignature, ValueError) as fault:
        raise WipeRefused("What came is not signed by the office. Call service") from fault
    about = said.format, said.company, said.till, said.registers, said.files
    here = CERTIFICATE_FORMAT, company, till, question.registers, question.files
    if about != here:
        raise WipeRefused("The office certified something else than what is here. Call service")


def _sent(
    place: Path, link: OfficeClient, whose: tuple[int, str], incarnation: int, version: str
) -> WipedRegister:
    """Send what is left of a register's journal; its head, which the office has then."""
    store = int(place.name.rpartition("-")[2])
    reader = ShopReader(place / "shop.sqlite")
    try:
        if not reader.state(HANDED_OVER):
            raise WipeRefused(
                f"The trade of {place.name} has not ended. At the till: Menu, Inspection,"
                " Ending this register"
            )
        seq, digest, _, _ = reader.head()
        restored = reader.entry(int(reader.state(RESTORED_HEAD, "0")))
        first = seq + 1
        records: list[bytes] = []
        for _ in range(MOST_EXCHANGES):
            head = ExchangeHead(
                WIRE_VERSION,
                *whose,
                store,
                incarnation,
                first,
                len(records),
                int(reader.state(LAST_ORDER, "0")),
                version,
                0,
                TillStatus(),
            )
            answer = link.exchange(pack_exchange(Exchange(head, tuple(records))))
            if restored is not None and _goes_on_elsewhere(reader, restored.header.seq, answer):
                return WipedRegister(store, restored.header.seq, restored.hash.hex())
            if answer.alarm:
                raise WipeRefused(f"The office has stopped {place.name}: {answer.alarm}")
            if answer.head_seq >= seq:
                return WipedRegister(store, seq, digest.hex())
            if records and answer.head_seq < first:
                break  # It took nothing of what was sent: it will not the next time.
            first = answer.head_seq + 1
            records = reader.records(first, PIECE_BYTES)
        raise WipeRefused(
            f"The office does not take the journal of {place.name}. In the office, Tills tells why"
        )
    finally:
        reader.close()


def _goes_on_elsewhere(reader: ShopReader, restored: int, answer: ExchangeAnswer) -> bool:
    """Whether the office has all that a copy brought, up to the entry `restored`, and will take
    nothing after it: the till itself had gone on, or was heard later. What this folder wrote since
    is no trade."""
    if answer.head_seq < restored:
        return False
    known = reader.entry(answer.head_seq)
    return bool(answer.alarm) or known is None or known.hash.hex() != answer.head_hash


def _remove(data: Path) -> None:
    """Keys first: what is left after a kill is no till any more. The marker goes last."""
    if (data / DEVICE).is_file():
        (data / DEVICE).rename(data / GONE)  # In one step: what has its name is whole.
        sync_folder(data)
    for name in (GONE, f"{DEVICE}-wal", f"{DEVICE}-shm"):
        _overwrite(data / name)
    shutil.rmtree(data / "screens", ignore_errors=True)
    sync_folder(data)
    for one in sorted(data.iterdir()):
        if one.name in (MARKER, LOCK):
            continue
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one)
        else:
            one.unlink()
    (data / MARKER).unlink(missing_ok=True)
    sync_folder(data)


def _overwrite(path: Path) -> None:
    """Write over a small file before it goes: worth a try, and no promise."""
    if not path.is_file():
        return
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    sync_folder(path.parent)


def main(argv: Sequence[str]) -> int:
    """Exit codes: 0 emptied, 1 refused, 2 cannot be done now, 4 the till is running."""
    from skrin import __version__

    parser = argparse.ArgumentParser(prog="skrin till-wipe", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of the till's files")
    parser.add_argument("--out", type=Path, required=True, help="where the certificate goes")
    parser.add_argument("--yes", action="store_true", help="really: this cannot be taken back")
    options = parser.parse_args(argv)
    if not options.yes:
        print("Nothing was wiped. Say --yes: it cannot be taken back.", file=sys.stderr)
        return EXIT_REFUSED
    if not options.data.is_dir():
        print(f"{options.data} is not there.", file=sys.stderr)
        return EXIT_CANNOT
    try:
        lock = FolderLock(options.data / LOCK)
    except FolderTaken as taken:
        print(f"{taken}. Stop the till first.", file=sys.stderr)
        return EXIT_TAKEN
    try:
        certificate = wipe(options.data, options.out, __version__)
    except WipeRefused as no:
        print(f"Nothing was wiped. {no}.", file=sys.stderr)
        return EXIT_REFUSED
    except OfficeRefused as no:
        words = OFFICE_WORDS.get(no.fault.fault, "Call service")
        print(f"Nothing was wiped. The office says no ({no}). {words}.", file=sys.stderr)
        return EXIT_REFUSED
    except (OfficeAway, sqlite3.Error, OSError) as fault:
        print(f"Not done now: {fault}. Run the same command again.", file=sys.stderr)
        return EXIT_CANNOT
    finally:
        lock.release()
    (options.data / LOCK).unlink(missing_ok=True)
    print(f"{options.data} is empty. The certificate: {certificate}")
    return EXIT_DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
