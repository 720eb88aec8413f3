"""Registers that this device keeps to be read: of the till before it, and out of packages (D45).

Each is a file of its own, `<data>/archive/<name_of>/shop.sqlite`, made again from its entries.
Nothing is ever written to its journal, and it holds no right: what may be copied or returned of its
receipts is asked of the office like that of any other till.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from skrin.domain.codec import decode
from skrin.domain.entry import JournalDamage
from skrin.exports.package import PackageDamage
from skrin.packing import plain_name
from skrin.till.flow.rebuilding import ARCHIVE, ArchiveFacts, Rebuilding, differences
from skrin.till.storage.package_file import PackageFile
from skrin.till.storage.schema import sync_folder
from skrin.till.storage.shop_file import ShopFile
from skrin.till.storage.shop_reader import ShopReader
from skrin.updates.copying import check_room
from skrin.updates.release import SetRefused

FOLDER = "archive"
OFFICE, PACKAGE = "office", "package"
BATCH_RECORDS = 500

CAME, UNFINISHED = "came-", ".new"
"""How the folder is called of what came and is not proven or not made yet: it is no archive."""


GROWS = 2
"""A file that is made again is at most so many times its entries (measured: 1.3)."""


class ArchiveTaken(Exception):
    """An archive of this register is there already, and the new one does not go on from it."""


class NoRoom(Exception):
    """The disk has too little room for an archive beside a till that sells: so many MB too few."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive as a page tells of it. `has_seq`: how far it goes; `differences`: Z that say
    otherwise than their entries count."""

    name: str
    facts: ArchiveFacts
    path: Path
    has_seq: int
    first_day: str
    last_day: str
    differences: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all is here that its source has."""
        return self.has_seq >= self.facts.head_seq


class Archives:
    """The archives of a device."""

    def __init__(self, data: Path) -> None:
        """`data`: the folder of the till's files."""
        self.folder = data / FOLDER

    def all(self) -> tuple[Archive, ...]:
        """Every archive, by name."""
        if not self.folder.is_dir():
            return ()
        names = sorted(
            one.name for one in self.folder.iterdir() if not one.name.endswith(UNFINISHED)
        )
        return tuple(found for name in names if (found := self.find(name)) is not None)

    def tidy(self) -> None:
        """Throw away what was coming when the program was killed. Call before it serves."""
        for left in self.folder.glob(f"{CAME}*{UNFINISHED}"):
            shutil.rmtree(left, ignore_errors=True)

    def find(self, name: str) -> Archive | None:
        """An archive by its name; None when there is none."""
        if name != plain_name(name) or not self.path(name).is_file():
            return None
        with reading(self.path(name)) as reader:
            told = reader.state(ARCHIVE)
            if not told:
                return None
            seq, _, _, last_day = reader.head()
            return Archive(
                name,
                decode(ArchiveFacts, told.encode()),
                self.path(name),
                seq,
                reader.first_day(),
                last_day,
                differences(reader),
            )

    def path(self, name: str) -> Path:
        """The file of an archive."""
        return self.folder / name / "shop.sqlite"

    def import_package(self, package: Path) -> str:
        """Prove a package and keep its register to be read; the archive's name. A longer package
        of the same register takes the place of the package that it goes on from.

        Raises `PackageDamage`; `ArchiveTaken` when another history is kept under that name;
        `NoRoom`.
        """
        with PackageFile(package) as found:
            self.check_room(found.journal_bytes * GROWS)
            manifest = found.prove()
            name = name_of(manifest.company, manifest.register, PACKAGE)
            if (kept := self.find(name)) is not None:
                self._check_goes_on(kept, found)
            facts = ArchiveFacts(
                manifest.register,
                manifest.designation,
                PACKAGE,
                int(time.time() * 1000),
                manifest.last_seq,
                manifest.predecessor,
                found.key_sha256,
            )
            try:
                self.build(name, found.records(), facts)
            except JournalDamage as damage:
                raise PackageDamage("journal_damaged", str(damage)) from damage
        return name

    def check_room(self, wanted_bytes: int) -> None:
        """Raises `NoRoom` unless so much can be written here and the till still sells."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            check_room(self.folder, wanted_bytes)
        except SetRefused as full:
            raise NoRoom(full.detail) from full

    def _check_goes_on(self, kept: Archive, found: PackageFile) -> None:
        if kept.has_seq > found.manifest.last_seq:
            raise ArchiveTaken("what is here goes further than the package")
        with reading(kept.path) as reader:
            head = reader.head()[1]
        same = next(itertools.islice(found.entries(), kept.has_seq - 1, None), None)
        if kept.has_seq and (same is None or same.hash != head):
            raise ArchiveTaken("another history of this register is here")

    def build(self, name: str, records: Iterable[bytes], facts: ArchiveFacts) -> None:
        """Make an archive beside its place, then put it there whole; each making in a folder of
        its own, as two may be at work. What a kill leaves goes by `tidy`. Raises `JournalDamage`.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self.folder / name
        fresh = Path(tempfile.mkdtemp(prefix=CAME, suffix=UNFINISHED, dir=self.folder))
        file = ShopFile(fresh / "shop.sqlite")
        try:
            rebuilding = Rebuilding(file)
            rest = iter(records)
            while batch := list(itertools.islice(rest, BATCH_RECORDS)):
                rebuilding.take(batch)
            rebuilding.note(facts)
        except BaseException:
            file.close()
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        file.close()
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)
        sync_folder(self.folder)


def name_of(company: int, register: str, source: str = OFFICE) -> str:
    """The name of a register's archive: letters, digits and hyphens. What came in a package stands
    beside what the office gave: only its key says whose it is, and anybody can make a key."""
    return plain_name(f"{company}-{register}{'-package' if source == PACKAGE else ''}")


@contextmanager
def reading(path: Path) -> Iterator[ShopReader]:
    """A look at a file."""
    reader = ShopReader(path)
    try:
        yield reader
    finally:
        reader.close()


__all__ = ["Archive", "ArchiveTaken", "Archives", "NoRoom", "name_of", "reading"]
