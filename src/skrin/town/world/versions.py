"""A till that changes to another version, and back; and what may happen to it meanwhile.

The *next version* is this program with one more step of the shop's file and one more kind of entry,
as docs/operations/updates.md allows them. What a version is made of (sets, environments, the link)
is tried in tests/updates; here it is the till's own database, its journal and the office.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from typing import TYPE_CHECKING

from skrin import __version__
from skrin.domain.entry import NORMAL, Header, make_entry
from skrin.domain.record import replace
from skrin.till.storage.schema import SHOP_VERSIONS, connect, make_tables
from skrin.till.verify import verify
from skrin.town.world.disks import copy_files
from skrin.town.world.ledger import must
from skrin.town.world.tills import NEXT_SCHEMA, NEXT_VERSION, TownTill
from skrin.updates.copying import copy_data

if TYPE_CHECKING:
    from skrin.town.world.running import World

NEXT_KIND = "town.later_kind"
WAYS = ("ready", "dies in its migration", "is never ready")


def changes_version(world: World, one: TownTill, dice: random.Random) -> None:
    """The till ends in order and another version starts: the next one, or again the one before. It
    may die while it brings the file to its own form, or start and never be ready; then the version
    before starts on the file as it lies."""
    from skrin.town.world import people

    if not people.free_counter(world, one, dice):
        return
    seq = one.till.head.seq
    one.stop()
    copy_data(one.folder, one.folder / "before")
    kept_seq, kept_hash, _ = verify(one.folder / "before" / one.place.name / "shop.sqlite")
    must(kept_seq > seq, f"the copy of {one.name} before the update lacks entries")
    before, one.version = one.version, NEXT_VERSION if one.version == __version__ else __version__
    way = dice.choice(WAYS) if one.version == NEXT_VERSION else "ready"
    if way == "dies in its migration":
        dies_in_its_migration(one, dice)
        if dice.random() < 0.3:  # Else it is tried once more.
            one.version = before
    one.start()
    if way == "is never ready":
        one.version = before
        world.dies(one)
    if one.version == NEXT_VERSION:
        write_later_kind(one)
    last = one.till.file.entry(kept_seq)
    same = last is not None and last.hash.hex() == kept_hash
    must(same, f"{one.name} has lost entries by a change of version")


def dies_in_its_migration(one: TownTill, dice: random.Random) -> None:
    """The power goes while the next version's form of the file is made: what the disk has then lies
    in a new folder."""
    before, lasts = one.place, dice.randint(1, 60)
    one.lives += 1
    db = connect(before / "shop.sqlite")
    db.execute("PRAGMA cache_size = 5")  # What is not committed yet is in the log all the same.
    ticks = 0

    def tick() -> bool:
        nonlocal ticks
        ticks += 1
        return ticks >= lasts

    db.set_progress_handler(tick, 100)
    try:
        make_tables(db, (*SHOP_VERSIONS, NEXT_SCHEMA))
    except sqlite3.OperationalError as cut:
        assert "interrupt" in str(cut), cut
    copy_files(before, one.place)
    db.close()
    shutil.rmtree(before)


def write_later_kind(one: TownTill) -> None:
    """The next version writes what this one has never heard of."""
    till = one.till

    def command() -> None:
        with till.transaction(None) as tx:
            head, identity = tx.head, till.identity
            header = Header(
                identity.company,
                identity.till,
                identity.seat.store,
                head.seq + 1,
                NEXT_KIND,
                7,
                tx.at.utc_ms,
                tx.at.offset_min,
                tx.business_day,
                tx.period,
                "",
                identity.version,
                NORMAL,
            )
            entry = make_entry(header, head.hash, b'{"of":"a later version"}')
            till.file.append(entry)
            tx.head = replace(
                head,
                seq=header.seq,
                hash=entry.hash,
                at_utc_ms=header.at_utc_ms,
                business_day=header.business_day,
            )

    till.run(command)


__all__ = ["changes_version", "write_later_kind"]
