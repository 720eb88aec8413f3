"""A till whose file is damaged: it sells nothing, says so, tells the office, and can be mended.

Damage that is noticed while the till sells ends the program there and then, as a kill would: what
was under way has its intent in the journal. The program begins again in its own place, finds the
marker, and serves one page instead of the till (`ui/damaged.py`) until the file is mended.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from skrin import __version__
from skrin.domain.entry import JournalDamage
from skrin.lifetime import Lifetime, say_ready
from skrin.sync.messages import (
    WIRE_VERSION,
    EnrolAnswer,
    Exchange,
    ExchangeHead,
    TillStatus,
    pack_exchange,
)
from skrin.till.devices.contract import OfficeAway, OfficeRefused
from skrin.till.devices.office_link import OfficeClient
from skrin.till.examining import TEMPORARY
from skrin.till.mend import CannotMend, Mended, mend_folder
from skrin.till.storage.damage import CannotExamine, Damage, Finding, look, mark, marked
from skrin.till.storage.device_file import DeviceFile

TELL_EVERY_S = 30.0
FIRST_NAMED = 3
MOST_TOLD = 12

log = logging.getLogger("skrin.till")


def damage_at_start(data: Path, registers: Sequence[str]) -> Damage | None:
    """What is wrong with a till's files before it starts: what was found before and not mended, or
    what a short look finds now. Nothing is opened for writing."""
    for left in data.glob(f"*/{TEMPORARY}*"):
        shutil.rmtree(left, ignore_errors=True)
    if known := marked(data):
        return known
    for register in registers:
        path = data / register / "shop.sqlite"
        try:
            found = look(path)
        except CannotExamine as why:
            log.warning("%s cannot be looked at now: %s", path, why)
            continue
        if found:
            damage = Damage(register, int(time.time() * 1000), found)
            mark(data, damage)
            return damage
    return None


def in_short(findings: Sequence[Finding]) -> str:
    """What is damaged, for the office and the log."""
    named = "; ".join(one.words() for one in findings[:FIRST_NAMED])
    more = len(findings) - FIRST_NAMED
    return f"{named} (+{more})" if more > 0 else named


def begin_again(port: int = 0) -> None:
    """Let this program begin anew in its own process: its page comes back on the same port."""
    logging.shutdown()
    here = [*sys.orig_argv[1:], *(["--port", str(port)] if port else [])]
    os.execv(sys.executable, [sys.executable, *here])  # noqa: S606 - the program itself.


@dataclass(slots=True)
class Noticed:
    """Who is told of damage while the till runs; the first to tell ends it."""

    data: Path
    port: Callable[[], int]
    again: Callable[[int], None] = begin_again
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _told: bool = False

    def notice(self, register: str, findings: Sequence[Finding]) -> None:
        """Nothing is sold any more."""
        with self._lock:
            if self._told:
                return
            self._told = True
            mark(self.data, Damage(register, int(time.time() * 1000), tuple(findings)))
            log.critical("the file of %s is damaged: %s", register, in_short(findings))
            self.again(self.port())


@dataclass(slots=True)
class DamagedTill:
    """What is known of the damage, and what the office has."""

    data: Path
    damage: Damage
    enrolled: EnrolAnswer
    link: OfficeClient
    incarnation: int
    office_seq: int = -1
    """The last entry that the office has; -1 = it has not answered."""
    mended: tuple[Mended, ...] = ()
    refused: str = ""
    """Why mending changed nothing."""
    is_mending: bool = False

    def tell(self) -> None:
        """Tell the office, and learn what it has."""
        till, _, store = self.damage.register.rpartition("-")
        if not till:
            return
        findings = self.damage.findings
        told = tuple(one.on_the_wire() for one in findings[:MOST_TOLD])
        status = TillStatus(damage=in_short(findings), damages=told)
        head = ExchangeHead(
            WIRE_VERSION,
            self.enrolled.company,
            till,
            int(store),
            self.incarnation,
            1,
            0,
            0,
            __version__,
            int(time.time() * 1000),
            status,
        )
        try:
            self.office_seq = self.link.exchange(pack_exchange(Exchange(head, ()))).head_seq
        except (OfficeAway, OfficeRefused) as away:
            log.info("the office does not know yet of the damage: %s", away)

    def mend(self) -> bool:
        """Mend what can be mended without loss; whether all is whole. Where entries would be lost
        nothing is changed: that is for a person with the copy and the command."""
        self.refused, self.is_mending = "", True
        try:
            self.mended = tuple(mend_folder(self.data, None, dry=True))
            if all(one.chain is None or one.chain.is_whole for one in self.mended):
                self.mended = tuple(mend_folder(self.data, None))
                return True
        except (CannotMend, JournalDamage, sqlite3.Error, OSError) as why:
            self.refused = str(why)
        finally:
            self.is_mending = False
        return False


def serve_damaged(
    data: Path, damage: Damage, device: DeviceFile, port: int, parent_pid: int
) -> None:
    """Serve the one page until the program is told to end, or all is mended."""
    from skrin.till.ui.damaged import make_damaged_server

    enrolled = device.enrolment()
    assert enrolled is not None, "a till that has a file was enrolled"
    name = f"{enrolled.company}/{enrolled.till}"
    link = OfficeClient(device.setting("office"), name, device.key())
    till = DamagedTill(data, damage, enrolled, link, device.next_incarnation())
    device.close()
    log.critical("the till is damaged and sells nothing: %s", in_short(damage.findings))
    lifetime, whole = Lifetime(parent_pid), threading.Event()

    def done() -> None:
        whole.set()
        lifetime.end()

    server = make_damaged_server(till, port, done)
    server.prepare()
    threading.Thread(target=server.serve, name="http", daemon=True).start()
    threading.Thread(target=_tell, args=(till,), name="upload", daemon=True).start()
    place = server.bind_addr[1]
    ready = {"ready": True, "name": "till", "port": place, "till": enrolled.till, "damaged": True}
    try:
        say_ready(ready)
        lifetime.wait()
    finally:
        server.stop()
    if whole.is_set():
        begin_again(place)


def _tell(till: DamagedTill) -> None:
    while True:
        with contextlib.suppress(sqlite3.Error):
            till.tell()
        time.sleep(TELL_EVERY_S)
