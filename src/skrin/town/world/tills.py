"""A till of the town: its process, which may die and start again, and what stands around it."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from skrin import __version__
from skrin.brand import brand
from skrin.fiscal.countries import country
from skrin.sync.messages import EnrolAnswer, Person
from skrin.till.flow.counter import Counter
from skrin.till.flow.till import Devices, Identity, Till
from skrin.till.flow.writer import InlineWriter
from skrin.till.main import begin_journal
from skrin.till.pairing.register import PairedScreens, ScreenedWriter
from skrin.till.storage.device_file import DeviceFile
from skrin.till.storage.schema import SHOP_VERSIONS
from skrin.town.world.clocks import TownClock
from skrin.town.world.devices import TownPrinter, TownTerminal, TownUnit
from skrin.town.world.disks import TownFile, left_behind
from skrin.town.world.office import TownLink
from skrin.town.world.perils import Perils

NEXT_VERSION = "99.0.0"
NEXT_SCHEMA = """
CREATE TABLE of_the_next_version (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL) STRICT;
INSERT INTO of_the_next_version SELECT seq, kind FROM entry;
CREATE INDEX of_the_next_version_by_kind ON of_the_next_version (kind);
"""
"""What the next version of the program adds to a shop's file (`versions`)."""

EXCHANGES_MOST = 40
"""A backlog and all that is asked for is done by then; more is a till that never comes to rest."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the screen has said to be done: the journal's head then. It must never be less (D19)."""

    seq: int
    hash: bytes


@dataclass
class TownTill:
    """A till and its devices, on a folder that outlives its processes."""

    enrolled: EnrolAnswer
    clock: TownClock
    link: TownLink
    perils: Perils
    folder: Path
    unit: TownUnit
    terminal: TownTerminal
    printer: TownPrinter
    counter: Counter = field(init=False)
    lives: int = 0
    confirmed: Confirmed = Confirmed(0, b"")
    gone: bool = False
    """Nobody has the device any more."""
    copy_of: Path | None = None
    """Where somebody put a copy of the folder, as it was at entry `copy_seq`."""
    copy_seq: int = 0
    version: str = __version__
    """Of the program that runs."""

    def __post_init__(self) -> None:
        self.start()

    @property
    def till(self) -> Till:
        """The till's own state."""
        return self.counter.till

    @property
    def name(self) -> str:
        """What people call it: its designation."""
        return self.enrolled.seats[0].designation

    @property
    def store(self) -> int:
        """The number of its store."""
        return self.enrolled.seats[0].store

    @property
    def register(self) -> str:
        """Till and store, as rights know it."""
        return f"{self.enrolled.till}-{self.store}"

    @property
    def file(self) -> TownFile:
        """Its file, as this process has it open."""
        file = self.till.file
        assert isinstance(file, TownFile), "opened by the town"
        return file

    @property
    def place(self) -> Path:
        """Where its files lie in this life."""
        return self.folder / str(self.lives)

    def begins_with(self, rows: list[tuple[int, bytes]]) -> bool:
        """Whether its file holds exactly these entries (number and hash), and maybe more."""
        with closing(sqlite3.connect(self.till.file.path)) as db:
            found = db.execute("SELECT seq, hash FROM entry ORDER BY seq LIMIT ?", (len(rows),))
            return found.fetchall() == rows

    def person(self, role: str) -> Person:
        """Somebody who works here in this role."""
        people = self.till.registers.people.values()
        return next(who for who in sorted(people, key=lambda who: who.person) if who.role == role)

    def start(self) -> None:
        """Start the program on what the disk has. Raises `Killed` as the perils say."""
        self.place.mkdir(parents=True, exist_ok=True)
        self.device = DeviceFile(self.place / "device.sqlite")
        seat = self.enrolled.seats[0]
        identity = Identity(
            self.enrolled.company,
            self.enrolled.till,
            seat,
            brand().name,
            self.version,
            brand().model_name,
            self.enrolled.predecessor,
            self.enrolled.admission,
        )
        devices = Devices(
            self.unit,
            self.terminal,
            self.printer,
            self.terminal.card_terminal_id,
            self.enrolled.till,
            self.device.next_service_number,
        )
        file = TownFile(self.place / "shop.sqlite", self.perils)
        if self.version == NEXT_VERSION:
            file.bring_to((*SHOP_VERSIONS, NEXT_SCHEMA))
        till = Till(file, identity, country("SE"), devices, self.clock, InlineWriter())
        self.screens = PairedScreens(till, self.device)
        till.writer = ScreenedWriter(till.writer, self.screens)
        if till.head.seq == 0:
            begin_journal(till, self.link)
        self.printer.in_hand = lambda: _first_waiting(till)
        self.counter = Counter(till, self.link, self.device.next_incarnation())
        self.counter.begin()

    def stop(self) -> None:
        """End in order, and close all that is open."""
        self.counter.stop()
        self._close_rest()

    def die(self) -> None:
        """The process is gone: what the disk has lies in a new folder, nothing runs."""
        before, file = self.place, self.file
        self.lives += 1
        # A step does the same whatever went before it: so do the dice of its deaths.
        dice = random.Random(f"{self.clock.name} {self.clock.true.utc_ms}")
        left_behind(before, self.place, file, dice)
        self.abandon()
        shutil.rmtree(before)

    def put_back(self) -> None:
        """Start on the copy that somebody made earlier."""
        assert self.copy_of is not None, "there is a copy"
        self.abandon()
        shutil.rmtree(self.place)
        self.lives += 1
        shutil.copytree(self.copy_of, self.place)
        self.start()

    def abandon(self) -> None:
        """Close files without a word in the journal."""
        self.till.file.close()
        self._close_rest()

    def _close_rest(self) -> None:
        self.counter.upload_lane.reader.close()
        if "reader" in vars(self.counter._local):
            self.counter.reader().close()
        self.device.close()

    def note_confirmed(self) -> None:
        """The screen has answered: what is in the journal by now is promised."""
        head = self.till.head
        self.confirmed = Confirmed(head.seq, head.hash)

    def exchange(self, most: int = EXCHANGES_MOST) -> int:
        """Talk to the office until there is nothing left to say, or `most` times; how often.
        Time goes by as the lane waits."""
        for number in range(1, most + 1):
            pause_s = self.counter.upload_lane.step()
            self.counter.work_off()
            if self.counter.upload_lane.failures or pause_s > 1.0:
                return number
            self.clock.true.pass_s(max(pause_s, 0.05))
        return most


def _first_waiting(till: Till) -> str:
    """The delivery that the printer is at."""
    waiting = till.desk.undelivered
    return waiting[0].delivery.delivery_id if waiting else ""
