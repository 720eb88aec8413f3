"""`skrin till-mend`: a damaged till's file made whole again, or ended where entries are lost.

Entries are taken from wherever they still are: the file itself, the office, an encrypted copy. When
all are there up to the one that was confirmed last, the till goes on in its own series. When some
are lost, they are named by number, and the register sells no more: it is read and sends what it
has, and another till takes its place (D23, D24). The damaged file is kept aside as it was.

Stopped at any step, the same command goes on.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from skrin.domain.entry import JournalDamage
from skrin.till import backup
from skrin.till.devices.contract import OfficeAway, OfficeRefused
from skrin.till.devices.office_link import OfficeClient
from skrin.till.examining import TEMPORARY, examine
from skrin.till.flow.sharing import FROZEN
from skrin.till.mend_making import Making
from skrin.till.mend_sources import (
    BYTES,
    COPY,
    FILE,
    OFFICE,
    Chain,
    OtherHistory,
    Pool,
    by_bytes,
    by_office,
    by_sqlite,
    head_of_office,
)
from skrin.till.storage.damage import MARKER, CannotExamine, Damage, Finding, look, mark, opened
from skrin.till.storage.device_file import DeviceFile
from skrin.till.storage.folder_lock import FolderLock, FolderTaken
from skrin.till.storage.salvage import resealed
from skrin.till.storage.schema import SHOP_VERSIONS, sync_folder
from skrin.till.storage.shop_file import ShopFile
from skrin.till.storage.witness import read_witness

EXIT_WHOLE, EXIT_ENDED, EXIT_CANNOT, EXIT_TAKEN = 0, 1, 2, 4
LOCK_FILE, SHOP = "till.lock", "shop.sqlite"
ASIDE, WORK, READY = "damaged", ".mend-", "ready"
KEPT_SUFFIX = ".damaged"
"""Behind the name of a file that is kept aside: no program takes it for a till's."""


class CannotMend(Exception):
    """Why nothing was changed, in words."""


@dataclass(frozen=True, slots=True)
class Register:
    """A register of the till in a folder."""

    data: Path
    company: int
    till: str
    store: int

    @property
    def name(self) -> str:
        """Till and store."""
        return f"{self.till}-{self.store}"

    @property
    def place(self) -> Path:
        """Its folder."""
        return self.data / self.name

    @property
    def work(self) -> Path:
        """Where it is made again."""
        return self.data / f"{WORK}{self.name}"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where entries may be had beside the file: the office, unless None; a copy that was restored
    to a folder that is thrown away, unless None."""

    office: OfficeClient | None = None
    copy: Path | None = None


@dataclass(frozen=True, slots=True)
class Mended:
    """What came of a register: `chain` None = nothing was wrong."""

    register: str
    findings: tuple[Finding, ...] = ()
    chain: Chain | None = None
    left_out: tuple[str, ...] = ()
    kept_in: str = ""
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """For whoever stands there."""
        if self.chain is None:
            return [f"{self.register}: nothing is wrong."]
        told = [f"{self.register}: {len(self.findings)} faults"]
        told += [f"  {one.words()}" for one in self.findings]
        came = ", ".join(f"{count} from the {source}" for source, count in self.chain.known.items())
        told.append(f"  {self.chain.head_seq} entries put together: {came}")
        told += [f"  {note}" for note in self.notes]
        told += [f"  left out, as it could not be proven: {what}" for what in self.left_out]
        if self.chain.is_whole:
            told.append("  Nothing is lost. The till goes on in its own series")
        else:
            first, last = self.chain.head_seq + 1, self.chain.last_seq
            told.append(f"  LOST: the entries {first} to {last}")
            if self.chain.loose:
                told.append(f"  {self.chain.loose} of them were found, and follow nothing any more")
            told.append(
                "  This register sells no more. In the office, Tills, the till, Take out of use:"
                " another takes its place"
            )
        if self.kept_in:
            told.append(f"  The damaged file is kept in {self.kept_in}")
        return told


def mend(register: Register, sources: Sources, *, dry: bool = False) -> Mended:
    """Mend one register. Raises `CannotMend`, `OSError`, `sqlite3.Error`."""
    if _go_on(register):
        return Mended(register.name, notes=("what was begun before is done",))
    findings = _examined(register)
    if not findings:
        shutil.rmtree(register.work, ignore_errors=True)
        return Mended(register.name)
    if not dry:
        mark(register.data, Damage(register.name, _now_ms(), findings))
    work = register.work
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    try:
        told = _put_together(register, sources, findings)
        if not dry:
            kept = register.data / ASIDE / f"{register.name}-{_now_ms()}"
            for file in (work / "new").iterdir():
                _sync(file)
            (work / READY).write_text(kept.name, encoding="utf-8")
            _sync(work / READY)
            sync_folder(work)
            _swap(register)
            told = Mended(told.register, findings, told.chain, told.left_out, str(kept), told.notes)
        return told
    finally:
        if dry or not (work / READY).exists():
            shutil.rmtree(work, ignore_errors=True)


def _examined(register: Register) -> tuple[Finding, ...]:
    shop = register.place / SHOP
    try:
        found = look(shop)
        if shop.exists():
            with tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=register.data) as copied:
                was = _copied(register, Path(copied))
                found = (*found, *examine(was, register.data).findings)
    except CannotExamine as why:
        raise CannotMend(f"{shop} cannot be examined: {why}") from why
    return tuple(dict.fromkeys(found))


def _copied(register: Register, to: Path) -> Path:
    """A copy of the damaged files: SQLite may tidy a log away when it opens one."""
    for name in (SHOP, f"{SHOP}-wal", "shop.head"):
        if (register.place / name).exists():
            shutil.copyfile(register.place / name, to / name)
    return to / SHOP


def _reseal(was: Path) -> None:
    """Let SQLite read its log to the end."""
    log = Path(f"{was}-wal")
    if log.exists() and was.exists():
        log.write_bytes(resealed(was.read_bytes()[:100], log.read_bytes()))


def _put_together(register: Register, sources: Sources, findings: tuple[Finding, ...]) -> Mended:
    notes: list[str] = []
    was = _copied(register, _folder(register.work / "was"))
    bare = _copied(register, _folder(register.work / "bare"))
    _reseal(was)
    _check_version(was)
    with closing(Pool(register.work, (register.company, register.till, register.store))) as pool:
        chain = _chain(pool, register, sources, (was, bare), notes)
        if not chain.head_seq:
            raise CannotMend("No entry of this register can be found. Replace the till")
        fresh = _folder(register.work / "new") / SHOP
        making = Making(was, chain.head_seq)
        try:
            making.make(pool.records(), fresh)
        except JournalDamage as damage:
            raise CannotMend(f"What was put together cannot be counted: {damage}") from damage
        if not chain.is_whole:
            _keep_loose(pool, chain, register.work / "loose.txt")
            backup.end_trade(fresh)
        elif read_witness(was) is None:
            _hold_nothing(fresh)
            notes.append("nobody can tell what was confirmed last: it holds no rights any more")
    left = examine(fresh, register.data).findings
    if left:
        raise CannotMend(f"What was made is not whole: {left[0].words()}")
    return Mended(register.name, findings, chain, tuple(making.left_out), notes=tuple(notes))


def _check_version(was: Path) -> None:
    """What a later program wrote beside the journal, this one could not make again."""
    with suppress(sqlite3.Error), closing(opened(was)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > len(SHOP_VERSIONS):
            raise CannotMend("A later version of the program wrote this file: mend it with that")


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700)
    return path


def _chain(
    pool: Pool,
    register: Register,
    sources: Sources,
    files: tuple[Path, Path],
    notes: list[str],
) -> Chain:
    """The chain, asking one source after the other until nothing is missing. `files`: the damaged
    one with its log resealed, and as it was."""
    was, bare = files
    identity = (register.company, register.till, register.store)
    told = read_witness(was)
    heads: list[tuple[int, bytes | None]] = [told] if told else []
    office = sources.office
    if office is not None:
        try:
            heads.append(head_of_office(office, register.store, register.name))
        except (OfficeAway, OfficeRefused) as away:
            raise CannotMend(
                f"The office does not answer ({away}). It knows which entries there must be:"
                " try again when it does, or say --without-office"
            ) from away
    pool.take(FILE, by_sqlite(was))
    try:
        chain = pool.chain(heads)
        if not chain.is_whole or not told:
            pool.take(BYTES, by_bytes(bare, identity))
            chain = pool.chain(heads)
        if not chain.is_whole and office is not None:
            pool.take(OFFICE, by_office(office, register.store, register.name))
            chain = pool.chain(heads)
        if not chain.is_whole and sources.copy is not None:
            pool.take(COPY, by_sqlite(sources.copy / register.name / SHOP))
            chain = pool.chain(heads)
    except OtherHistory as other:
        raise CannotMend(f"The office has another history of {register.name}: {other}") from other
    except (OfficeAway, OfficeRefused) as away:
        raise CannotMend(f"The office does not answer: {away}") from away
    if office is None:
        notes.append("the office was not asked")
    return chain


def _hold_nothing(shop: Path) -> None:
    file = ShopFile(shop)
    with file.commit():
        file.put_state(FROZEN, "1")
    file.close()


def _keep_loose(pool: Pool, chain: Chain, to: Path) -> None:
    with to.open("w", encoding="utf-8") as out:
        for entry in pool.loose(chain.head_seq):
            h = entry.header
            print(h.seq, h.kind, h.business_day, h.at_utc_ms, entry.hash.hex(), file=out)
            print("   ", entry.body.decode("utf-8", "replace"), file=out)


def _swap(register: Register) -> None:
    """Put the new file in the old one's place. Each step can be done again."""
    work, place, fresh = register.work, register.place, register.work / "new"
    kept = register.data / ASIDE / (work / READY).read_text(encoding="utf-8")
    if fresh.exists():
        if place.exists():
            kept.parent.mkdir(exist_ok=True, mode=0o700)
            place.rename(kept)
            sync_folder(kept.parent)
        fresh.rename(place)
        sync_folder(register.data)
    for file in kept.glob("shop.*"):
        if file.suffix != KEPT_SUFFIX:
            file.rename(file.with_name(f"{file.name}{KEPT_SUFFIX}"))
    if (work / "loose.txt").exists():
        (work / "loose.txt").replace(kept / "loose.txt")
    (work / READY).unlink()
    shutil.rmtree(work)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _go_on(register: Register) -> bool:
    """Finish what was stopped after all was ready; whether there was something."""
    if not (register.work / READY).exists():
        return False
    _swap(register)
    return True


def _now_ms() -> int:
    return int(time.time() * 1000)


def mend_folder(
    data: Path, sources: Sources | None, *, dry: bool = False, copy: Path | None = None
) -> list[Mended]:
    """Mend every register in a till's folder; the marker goes when all are done. `sources` None:
    the office that the till knows. Raises as `mend`."""
    device = DeviceFile(data / "device.sqlite")
    try:
        enrolled = device.enrolment()
        if enrolled is None:
            raise CannotMend(f"{data} is no till's folder")
        if sources is None:
            name = f"{enrolled.company}/{enrolled.till}"
            link = OfficeClient(device.setting("office"), name, device.key())
            sources = Sources(link, copy)
    finally:
        device.close()
    told = []
    for seat in enrolled.seats:
        register = Register(data, enrolled.company, enrolled.till, seat.store)
        if (
            (register.place / SHOP).exists()
            or read_witness(register.place / SHOP)
            or (register.work.exists())
        ):
            told.append(mend(register, sources, dry=dry))
    if not dry:
        (data / MARKER).unlink(missing_ok=True)
        sync_folder(data)
    return told


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """What can be said on the command line."""
    parser = argparse.ArgumentParser(prog="skrin till-mend", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of the till's files; the till is off")
    parser.add_argument("--copy", type=Path, help="the newest copy of `skrin till-backup`")
    parser.add_argument("--passphrase", type=Path, help="the file that the copy's words stand in")
    parser.add_argument("--without-office", action="store_true", help="do not ask the office")
    parser.add_argument("--dry-run", action="store_true", help="tell what would be, change nothing")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    """Exit codes: 0 whole, 1 entries are lost and the register has ended, 2 nothing was done, 4 a
    program uses the folder."""
    options = arguments(argv)
    try:
        lock = FolderLock(options.data / LOCK_FILE)
    except FolderTaken as taken:
        print(f"{taken}. Stop the till first.", file=sys.stderr)
        return EXIT_TAKEN
    except OSError as fault:
        print(f"The folder {options.data} cannot be used: {fault}.", file=sys.stderr)
        return EXIT_CANNOT
    try:
        with tempfile.TemporaryDirectory(prefix=".mend-copy-", dir=options.data) as folder:
            told = _mend(options, Path(folder) / "till")
    except (CannotMend, backup.BackupUnusable, JournalDamage, sqlite3.Error, OSError) as why:
        print(f"{why}. Nothing was changed.", file=sys.stderr)
        return EXIT_CANNOT
    finally:
        lock.release()
    print("\n".join(line for one in told for line in one.lines()))
    whole = all(one.chain is None or one.chain.is_whole for one in told)
    return EXIT_WHOLE if whole else EXIT_ENDED


def _mend(options: argparse.Namespace, folder: Path) -> list[Mended]:
    copy = None
    if options.copy:
        if not options.passphrase:
            raise CannotMend("The copy's words are wanted: --passphrase FILE")
        backup.restore(options.copy, folder, backup.passphrase_in(options.passphrase))
        copy = folder
    sources = Sources(None, copy) if options.without_office else None
    return mend_folder(options.data, sources, dry=options.dry_run, copy=copy)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
