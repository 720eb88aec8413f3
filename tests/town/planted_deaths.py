"""Faults planted in the programs of `skrin deaths`, one at a time, to see that deaths show each.

A fault changes the program in its cradle, before anybody is born there; no switch of the product
leads to it. `python -m tests.town.planted_deaths [NAME ...]` tells how many deaths each took.
"""

from __future__ import annotations

import json
import queue
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skrin.town.deaths.command import EXIT_CANNOT, Outcome, Run, Wanted
from skrin.town.deaths.cradle import OFFICE, TILL
from skrin.town.deaths.power import INSIDE, can_cut, own_mounts
from skrin.town.world.disks import memory_folder

KILLS_MOST = 400
LATE_S = 0.3


@dataclass(frozen=True)
class Fault:
    """A fault: what it is, in which program, and what changes that."""

    words: str
    program: str
    plant: Callable[[], None]
    power: bool
    """Whether only a cut of the power shows it."""


FAULTS: dict[str, Fault] = {}


def fault(
    program: str, *, power: bool = False
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Enter a fault into the list."""

    def enter(plant: Callable[[], None]) -> Callable[[], None]:
        assert plant.__doc__, "a fault says what it is"
        FAULTS[plant.__name__] = Fault(plant.__doc__, program, plant, power)
        return plant

    return enter


def plant(name: str) -> None:
    """Called in the cradle."""
    FAULTS[name].plant()


def _as_in_the_town(name: str) -> None:
    """The same fault as in the simulated town."""
    from tests.town import planted

    for patch in planted.FAULTS[name].plant():
        patch.start()


# The till.


def _commit_late(kinds: tuple[str, ...]) -> None:
    """Commits of entries of these kinds are made with the command after."""
    from skrin.till.storage.shop_file import ShopFile

    begin, end, append = ShopFile.begin, ShopFile.end, ShopFile.append
    written: list[str] = []

    def beginning(self: Any) -> None:
        if self._db.in_transaction:
            self._db.execute("COMMIT")
        written.clear()
        begin(self)

    def appending(self: Any, entry: Any) -> None:
        written.append(entry.header.kind)
        append(self, entry)

    def ending(self: Any, failed: bool, at_end: Callable[[], None] = lambda: None) -> None:
        if failed or not set(written) & set(kinds):
            end(self, failed, at_end)
        else:
            at_end()

    ShopFile.begin = beginning  # type: ignore[method-assign]
    ShopFile.append = appending  # type: ignore[method-assign]
    ShopFile.end = ending  # type: ignore[method-assign]


@fault(TILL)
def answered_before_commit() -> None:
    """The till answers a tap before it has committed it."""
    _commit_late(("line.added", "line.changed"))


@fault(TILL)
def charged_before_commit() -> None:
    """The card terminal is asked before it is on the disk what for."""
    _commit_late(("payment.begun",))


@fault(TILL)
def printed_before_commit() -> None:
    """The receipt is printed before its mark and the intent to print are on the disk."""
    _commit_late(("receipt.signed",))


@fault(TILL)
def two_commits() -> None:
    """A command is a commit for each of its entries."""
    from skrin.till.storage.shop_file import ShopFile

    append = ShopFile.append

    def appending(self: Any, entry: Any) -> None:
        append(self, entry)
        self._db.execute("COMMIT")
        time.sleep(0.005)
        self._db.execute("BEGIN IMMEDIATE")

    ShopFile.append = appending  # type: ignore[method-assign]


@fault(TILL)
def printed_again_after_a_death() -> None:
    """After a restart what waits is printed without asking anybody."""
    _as_in_the_town("printed_again_after_a_death")


@fault(TILL)
def number_taken_twice() -> None:
    """A series gives its last number again after a restart."""
    _as_in_the_town("number_taken_twice")


@fault(TILL)
def payment_sent_again() -> None:
    """After a restart a payment without an answer is sent once more."""
    _as_in_the_town("payment_sent_again")


@fault(TILL)
def repeated_tap_counts() -> None:
    """A tap that comes twice is rung twice."""
    _as_in_the_town("repeated_tap_counts")


@fault(TILL)
def registered_anew_unsaid() -> None:
    """The mark tells of one try, however many there were."""
    _as_in_the_town("registered_anew_unsaid")


def _syncs(mode: str) -> None:
    from skrin.till.storage import device_file, register_reader, schema, shop_reader

    before = schema.connect

    def connect(path: Path) -> Any:
        connection = before(path)
        connection.execute(f"PRAGMA synchronous = {mode}")
        return connection

    for module in (device_file, register_reader, shop_reader):
        module.connect = connect  # type: ignore[attr-defined]


@fault(TILL, power=True)
def never_synced() -> None:
    """The till leaves it to the kernel when its files reach the disk."""
    _syncs("OFF")


@fault(TILL, power=True)
def synced_now_and_then() -> None:
    """The till's files reach the disk when SQLite tidies its log, not at each commit."""
    _syncs("NORMAL")


# The office.


@fault(OFFICE, power=True)
def database_never_synced() -> None:
    """PostgreSQL leaves it to the kernel when its log reaches the disk."""
    import psycopg

    from skrin.office import postgres

    start = postgres.EmbeddedPostgres.start

    def starting(self: Any) -> str:
        url = start(self)
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as link:
            link.execute("ALTER SYSTEM SET fsync = off")
            link.execute("SELECT pg_reload_conf()")
        return url

    postgres.EmbeddedPostgres.start = starting  # type: ignore[method-assign]


@fault(OFFICE)
def acknowledged_before_commit() -> None:
    """The office answers a till before it has committed the entries."""
    from skrin.office import main as office

    configure = office.configure

    def configured(*args: Any) -> None:
        configure(*args)
        _answer_early()

    office.configure = configured  # type: ignore[assignment]


def _answer_early() -> None:
    from django.db import connection, transaction

    from skrin.office.ingest import actions

    take = actions.take

    def early(*args: Any) -> Any:
        answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

        def work() -> None:
            try:
                with transaction.atomic():
                    answers.put(take(*args))
                    time.sleep(LATE_S)
            except BaseException as fault:
                answers.put(fault)
            finally:
                connection.close()

        threading.Thread(target=work, daemon=True).start()
        answer = answers.get()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    actions.take = early


@fault(OFFICE)
def commit_in_memory() -> None:
    """PostgreSQL says that it has committed before its log has left its memory."""
    from skrin.office import database

    before = database.django_database

    def careless(url: str) -> dict[str, Any]:
        settings = before(url)
        settings["OPTIONS"]["options"] += " -c synchronous_commit=off"
        return settings

    database.django_database = careless


def deaths_until_found(name: str, kills: int = KILLS_MOST, seed: int = 1) -> Outcome:
    """Live with a fault until it is found, or `kills` have died."""
    one = FAULTS[name]
    folder = Path(tempfile.mkdtemp(prefix="skrin-deaths-", dir=memory_folder()))
    office = one.program == OFFICE
    wanted = Wanted(
        seed,
        kills,
        tills=1 if office else 3,
        audit_every=40,
        kills_office=office,
        planted={one.program: f"{__name__ if __name__ != '__main__' else MODULE}:{name}"},
        power=one.power,
    )
    try:
        return Run(wanted, folder).live()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


MODULE = "tests.town.planted_deaths"


def main(names: list[str]) -> int:
    """Plant these, or all; a line of JSON for each. Returns how many were not found."""
    inside = INSIDE in names
    names = [name for name in names if name != INSIDE] or list(FAULTS)
    if not inside and any(FAULTS[name].power for name in names):
        if not can_cut():
            print("Some of these want the power cut: only root can, where it may mount.")
            return EXIT_CANNOT
        own_mounts(MODULE, names)
    missed = 0
    for name in names:
        outcome = deaths_until_found(name)
        found = outcome.findings[0] if outcome.findings else ""
        missed += not found
        deaths = sum(outcome.deaths.values())
        line = {"fault": name, "deaths": deaths, "by": dict(outcome.deaths), "found": found}
        print(json.dumps(line, ensure_ascii=False), flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
