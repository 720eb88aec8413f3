"""Who kills: a thread for each till, one for the host, one for the office and its database."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from skrin.town.deaths.people import Cashier
from skrin.town.deaths.programs import Mortal
from skrin.town.deaths.street import READY_S, Post, Street
from skrin.town.deaths.window import Lost, Window
from skrin.town.processes import PartFailed, children_of
from skrin.town.world.ledger import Finding, must

if TYPE_CHECKING:
    from skrin.town.deaths.audit import Auditor

POWER_SHARE = 0.5
"""How many deaths are a cut of the power, where it can be cut."""
PLAIN_SHARE = 0.02
"""How many starts are of the plain program instead of out of a cradle."""
WATCH_S = 1.0
LIFE_S, OFFICE_LIFE_S, LIFE_MOST_S = 1.5, 0.8, 3.0
REQUESTS_MOST, MOVES_MOST = 12, 4

TILL, TILL_STARTING, HOSTED_TILL = "till", "till while it starts", "hosted till"
HOST, HOST_AND_TILLS = "host", "host and its tills"
OFFICE, OFFICE_STARTING = "office", "office while it starts"
BACKEND, DATABASE = "database backend", "office and all of its database"
TILL_POWER, OFFICE_POWER = "power of a till", "power of the office and its database"
DATABASE_ALONE = "all of the database, under an office that lives"


class Toll:
    """The deaths so far, in order; written down as they come."""

    def __init__(self, file: Path) -> None:
        self.counts: Counter[str] = Counter()
        self.plain = 0
        self.findings: list[str] = []
        self.enough = threading.Event()
        self._file = file
        self._lock = threading.Lock()
        self._began_s = time.monotonic()
        self._wanted = 0

    @property
    def number(self) -> int:
        """How many died."""
        return sum(self.counts.values())

    def until(self, number: int) -> None:
        """Go on until so many have died."""
        self._wanted = number
        self.enough.clear()

    def died(self, who: str, name: str, how: str) -> None:
        """Somebody was killed."""
        with self._lock:
            self.counts[who] += 1
            self.write(f"death {self.number}: {who} ({name}), {how}")
            if self.number >= self._wanted:
                self.enough.set()

    def found(self, what: str) -> None:
        """Something that must never be: the end."""
        with self._lock:
            self.findings.append(f"after death {self.number}: {what}")
            self.write(f"FOUND {what}")
        self.enough.set()

    def write(self, line: str) -> None:
        """A line of the story."""
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{time.monotonic() - self._began_s:9.3f} {line}\n")


class Killer(threading.Thread):
    """Kills until there were enough."""

    def __init__(self, toll: Toll, auditor: Auditor, dice: random.Random) -> None:
        super().__init__(daemon=True)
        self.toll = toll
        self.auditor = auditor
        self.dice = dice

    def run(self) -> None:
        """Kill one after the other; what is found ends it all."""
        try:
            while not self.toll.enough.is_set():
                self.one()
        except (Finding, PartFailed) as found:
            self.toll.found(str(found))
        except Exception as broke:
            self.toll.found(f"it broke: {broke!r}\n{traceback.format_exc()}")

    def one(self) -> None:
        """One death, and what follows."""
        raise NotImplementedError

    def is_plain(self) -> bool:
        """Whether the next start is of the plain program."""
        plain = self.dice.random() < PLAIN_SHARE
        self.toll.plain += plain
        return plain

    def instant(self, life_s: float, moments: dict[str, Callable[[], None]]) -> str:
        """Wait for the moment to kill at; what it was."""
        names = [*moments, "at any time"]
        name = self.dice.choice(names)
        if name in moments:
            moments[name]()
            late_s = self.dice.uniform(0, 0.03) if self.dice.random() < 0.5 else 0.0
            late_s = late_s or self.dice.uniform(0, 0.006)
        else:
            late_s = self.dice.uniform(0, life_s)
        time.sleep(late_s)
        return f"{name}, {late_s * 1000:.1f} ms later"


class TillKiller(Killer):
    """Kills one till, which stands alone."""

    def __init__(
        self, toll: Toll, auditor: Auditor, dice: random.Random, post: Post, cashier: Cashier
    ) -> None:
        super().__init__(toll, auditor, dice)
        self.post = post
        self.cashier = cashier
        self.sent = threading.Event()

    def one(self) -> None:
        """Kill it at some moment, start it, and see what is left."""
        self.cashier.window.on_sent = self.sent.set
        moments = {
            "after a request": self._next_request,
            "after its devices did something": self._devices_move,
        }
        how = self.instant(LIFE_S, moments)
        promised = self.cashier.promises.now()
        mortal = self.post.mortal
        alive(mortal)
        if self.post.disc and self.dice.random() < POWER_SHARE:
            self.post.cut_power()
            self.toll.died(TILL_POWER, self.post.designation, how)
        else:
            mortal.kill()
            self.toll.died(TILL, self.post.designation, how)
        mortal.start(plain=self.is_plain())
        while self.dice.random() < 0.1:
            late_s = self.dice.uniform(0, 0.4)
            time.sleep(late_s)
            mortal.kill()
            self.toll.died(TILL_STARTING, self.post.designation, f"{late_s * 1000:.1f} ms old")
            mortal.start(plain=self.is_plain())
        mortal.wait_ready(READY_S)
        self.auditor.after_death(self.post, promised)

    def _next_request(self) -> None:
        """The cashier has pressed something, not always the next thing."""
        for _ in range(self.dice.randint(1, REQUESTS_MOST)):
            self.sent.clear()
            self.sent.wait(WATCH_S)

    def _devices_move(self) -> None:
        """Card terminal or printer have written down that they did something."""
        files, until = (self.post.card_log, self.post.paper_log), time.monotonic() + LIFE_MOST_S
        for _ in range(self.dice.randint(1, MOVES_MOST)):
            before = [_size(file) for file in files]
            while time.monotonic() < until and [_size(file) for file in files] == before:
                time.sleep(0.001)


class HostKiller(Killer):
    """Kills the host, alone or with its tills, and its tills under it."""

    TILLS_MOST = 3
    """A host gives up a till that falls five times within ten minutes (D47): no more than this
    under the same host."""

    def __init__(
        self,
        toll: Toll,
        auditor: Auditor,
        dice: random.Random,
        street: Street,
        cashiers: dict[str, Cashier],
    ) -> None:
        super().__init__(toll, auditor, dice)
        assert street.host is not None
        self.host = street.host
        self.posts = [post for post in street.posts if post.hosted]
        self.cashiers = cashiers
        self.tills_killed = 0

    def one(self) -> None:
        """Kill one of them, and see what is left of every hosted till."""
        how = self.instant(LIFE_S, {})
        promised = {p.designation: self.cashiers[p.designation].promises.now() for p in self.posts}
        tills = children_of(self.host.pid)
        who = self.dice.choice((HOST, HOST_AND_TILLS, HOSTED_TILL))
        if who == HOSTED_TILL and tills and self.tills_killed < self.TILLS_MOST:
            self.tills_killed += 1
            _kill(self.dice.choice(tills))
            self.toll.died(HOSTED_TILL, "", how)
        else:
            alive(self.host)
            self.host.kill()
            self.tills_killed = 0
            with_tills = who != HOST
            if with_tills:
                for pid in tills:
                    _kill(pid)
            self.toll.died(HOST_AND_TILLS if with_tills else HOST, "", how)
            self.host.start(plain=self.is_plain())
            self.host.wait_ready(READY_S)
        for post in self.posts:
            self._wait_for(post)
            self.auditor.after_death(post, promised[post.designation])

    @staticmethod
    def _wait_for(post: Post) -> None:
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            with suppress(Lost):
                if Window(post.port).get("/health").status == 200:
                    return
            time.sleep(0.1)
        raise Finding(f"the host does not bring {post.designation} back")


class OfficeKiller(Killer):
    """Kills the office, a backend of its database, or all of the database."""

    def __init__(self, toll: Toll, auditor: Auditor, dice: random.Random, street: Street) -> None:
        super().__init__(toll, auditor, dice)
        self.street = street

    def one(self) -> None:
        """Kill one of them at some moment."""
        how = self.instant(OFFICE_LIFE_S, {"after entries came": self._entries_come})
        who = self.dice.choices((OFFICE, BACKEND, DATABASE), (4, 4, 2))[0]
        if self.street.office_disc and self.dice.random() < POWER_SHARE:
            self._power(how)
        elif who == OFFICE:
            self._office(how)
        elif who == BACKEND:
            self._backend(how)
        else:
            self._database(how)

    def _entries_come(self) -> None:
        """The office has taken something since."""
        until = time.monotonic() + WATCH_S
        statement = "SELECT sum(head_seq) FROM ingest_chain"
        before = self.street.query(statement)
        while time.monotonic() < until and self.street.query(statement) == before:
            time.sleep(0.02)

    def _office(self, how: str) -> None:
        acknowledged = self.auditor.acknowledged()
        alive(self.street.office)
        self.street.office.kill()
        self.toll.died(OFFICE, "", how)
        self.auditor.office_kept(acknowledged)
        self._start()

    def _start(self) -> None:
        office = self.street.office
        office.start(plain=self.is_plain())
        while self.dice.random() < 0.1:
            late_s = self.dice.uniform(0, 1.0)
            time.sleep(late_s)
            office.kill()
            self.toll.died(OFFICE_STARTING, "", f"{late_s * 1000:.1f} ms old")
            office.start(plain=self.is_plain())
        office.wait_ready(READY_S)

    def _power(self, how: str) -> None:
        """The office and its database, and what they had not synced."""
        alive(self.street.office)
        acknowledged = self.auditor.acknowledged()
        self.street.cut_office_power()
        self.toll.died(OFFICE_POWER, "", how)
        self.street.start_database()
        self.auditor.office_kept(acknowledged)
        self._start()

    def _backend(self, how: str) -> None:
        """One process of the database: all others then begin anew, as PostgreSQL does. The office
        is held meanwhile, sometimes, so that it can make nothing good before it is looked at."""
        pids = self.street.database_pids()[1:]
        if not pids:
            raise Finding("the database does not run, and nobody has killed it")
        clients = [pid for pid in pids if "skrin_app" in _words(pid)]
        chosen = clients if clients and self.dice.random() < 0.8 else pids
        held = self.dice.random() < 0.5
        if held:
            self.street.office.send(signal.SIGSTOP)
        try:
            acknowledged = self.auditor.acknowledged()
            victim = self.dice.choice(chosen)
            words = _words(victim)
            if not _kill(victim):
                return
            self.toll.died(BACKEND, words, how)
            self._wait_for_others(pids)
            self.auditor.office_kept(acknowledged)
        finally:
            if held:
                self.street.office.send(signal.SIGCONT)

    @staticmethod
    def _wait_for_others(pids: list[int]) -> None:
        """PostgreSQL ends all its processes when one was killed, and begins anew."""
        until = time.monotonic() + WATCH_S
        while any(_words(pid) for pid in pids) and time.monotonic() < until:
            time.sleep(0.01)

    def _database(self, how: str) -> None:
        """All of it at once: the office dies before it or after it, or lives on and starts it."""
        office, lot = self.street.office, self.dice.random()
        alive(office)
        acknowledged = self.auditor.acknowledged()
        if lot < 0.4:
            office.kill()
        for pid in self.street.database_pids():
            _kill(pid)
        if lot > 0.8:
            self.toll.died(DATABASE_ALONE, "", how)
            self.auditor.office_kept(acknowledged)
            return
        office.kill()
        self.toll.died(DATABASE, "", how)
        if self.dice.random() < 0.5:
            # Looked at before the office can take more: the server is started without it.
            self.street.start_database()
            self.auditor.office_kept(acknowledged)
        self._start()


def alive(mortal: Mortal) -> None:
    """Who is to be killed has to live. Raises `Finding` for one that has ended by itself."""
    must(mortal.running(), f"{mortal.name} has ended, and nobody has killed it.\n{mortal.tail()}")


def _kill(pid: int) -> bool:
    """SIGKILL; whether it was there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _words(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").strip("\0 ")
    return ""


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
