"""The office's database is saved, and put back later as it was then; everybody else lives on.

It is the whole database, copied by PostgreSQL itself, as a dump that is read back would be.
"""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

from skrin.town.world.ledger import must
from skrin.town.world.tills import TownTill

if TYPE_CHECKING:
    from skrin.town.world.running import World

DATABASE, BACKUP = "skrin", "skrin_town_backup"


def _as_administrator(*statements: str) -> None:
    """Nobody may be connected to what is copied or dropped."""
    import psycopg
    from django.db import connections

    connections.close_all()
    url = os.environ["SKRIN_OFFICE_OWNER"].replace("skrin_owner", "postgres", 1)
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        for statement in statements:
            server.execute(statement.encode())


def hurry() -> None:
    """Let the server wait for no disk: its files are in memory, and no power is cut here."""
    _as_administrator(
        "ALTER SYSTEM SET synchronous_commit = off",
        "ALTER SYSTEM SET fsync = off",
        "ALTER SYSTEM SET full_page_writes = off",
        "ALTER SYSTEM SET jit = off",
        "SELECT pg_reload_conf()",
    )


def save() -> None:
    """Keep the database as it is now."""
    _as_administrator(
        f"DROP DATABASE IF EXISTS {BACKUP}",
        f"CREATE DATABASE {BACKUP} TEMPLATE {DATABASE}",
    )


def put_back(now_ms: int) -> None:
    """The database is as it was when it was saved; then the office starts on it."""
    from skrin.office import put_back as office

    _as_administrator(
        f"DROP DATABASE {DATABASE} WITH (FORCE)",
        f"CREATE DATABASE {DATABASE} TEMPLATE {BACKUP} OWNER skrin_owner",
    )
    must(
        office.notice(os.environ["SKRIN_OFFICE_OWNER"], now_ms),
        "an office was put back to a backup, and starts as if nothing had been",
    )


def forget() -> None:
    """Nobody needs the backup any more."""
    _as_administrator(f"DROP DATABASE IF EXISTS {BACKUP}")


def office_is_saved(world: World, one: TownTill, dice: random.Random) -> None:
    """Somebody makes a backup of the office."""
    save()
    world.saved_after = world.replaced


def office_is_put_back(world: World, one: TownTill, dice: random.Random) -> None:
    """The office's disk dies, and the backup is read back. Tills, devices and papers live on.

    Some have come to an end since: who is gone is in use again there, and who took its place is not
    known (docs/operations/office_backup.md).
    """
    if world.saved_after < 0:
        return
    checks = world.checks
    with world.office.inside():
        for register, head in checks.heads().items():
            checks.known_to[register] = max(head, checks.known_to.get(register, 0))
    put_back(world.true.utc_ms)
    world.put_back += 1
    world.put_back_over += world.saved_after != world.replaced
    with world.office.inside():
        heads = checks.heads()
    for till in (*world.tills, *world.former):
        head = heads.get(till.register, 0)
        if till.gone:
            checks.forgotten_of_gone(till, head)
            continue
        if till in world.former:
            checks.forgotten(till, head)
        till.link.changed()
        # Not all come at once: the office must not grant what one of them has, and was not heard.
        away_ms = dice.choice((0, 0, 20, 120)) * 60_000
        till.link.down_until_ms = max(till.link.down_until_ms, world.true.utc_ms + away_ms)
        checks.read(till)
        ledger = checks.ledger(till)
        ledger.facts = [(seq, fact) for seq, fact in ledger.history if seq > head]


__all__ = ["forget", "hurry", "office_is_put_back", "office_is_saved", "put_back", "save"]
