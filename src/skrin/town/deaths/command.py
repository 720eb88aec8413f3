"""`skrin deaths`: real programs are killed under load, again and again, and nothing may be lost.

Dice begin with the seed, but when a process really dies depends on the machine: a run can be
repeated, not replayed. A finding keeps the folder with all files, logs and the story of deaths.
Exit codes: 0 nothing was found, 1 something was, 2 the power cannot be cut here.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from skrin.town.deaths.audit import Auditor, Finding
from skrin.town.deaths.killers import HostKiller, Killer, OfficeKiller, TillKiller, Toll, alive
from skrin.town.deaths.paper import Paper
from skrin.town.deaths.people import Cashier
from skrin.town.deaths.power import INSIDE, can_cut, own_mounts
from skrin.town.deaths.street import Street
from skrin.town.deaths.window import Window
from skrin.town.places import examples_folder
from skrin.town.processes import PartFailed
from skrin.town.world.disks import memory_folder

EXIT_FOUND, EXIT_CANNOT = 1, 2
STORY_LINES = 12
REST_S = 240.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is to be."""

    seed: int
    kills: int
    tills: int = 4
    hosted: int = 0
    audit_every: int = 150
    kills_office: bool = True
    seconds: float = 0.0
    """After so long nobody else is killed; 0 = however long it takes."""
    planted: Mapping[str, str] = field(default_factory=dict)
    """By program, MODULE:NAME of a fault that the tests plant in its cradle."""
    power: bool = False
    """Whether half of the deaths are a cut of the power. Wants `power.own_mounts`."""


@dataclass(slots=True)
class Outcome:
    """What a run came to."""

    deaths: Counter[str]
    plain: int
    findings: list[str]
    said: Counter[str]
    receipts: int
    entries: int
    closings: int
    looks: int
    audits: int
    vouchers: int
    again: int
    seconds: float


class Run:
    """One street, and its deaths."""

    def __init__(self, wanted: Wanted, folder: Path) -> None:
        self.wanted = wanted
        self.street = Street(
            folder,
            examples_folder() / "bageri",
            wanted.tills,
            wanted.hosted,
            dict(wanted.planted),
            power=wanted.power,
        )
        self.toll = Toll(folder / "deaths.log")
        self.cashiers: dict[str, Cashier] = {}
        self.killers: list[Killer] = []
        self._until_s = float("inf")

    def live(self) -> Outcome:
        """Start it, kill in rounds with an audit after each, and tell. Stops what it started."""
        began_s = time.monotonic()
        try:
            self.street.start()
            self._begin()
            if self.wanted.seconds:
                self._until_s = time.monotonic() + self.wanted.seconds
            while self.toll.number < self.wanted.kills and not self._is_over():
                self._round(min(self.toll.number + self.wanted.audit_every, self.wanted.kills))
        except (PartFailed, Finding) as found:
            self.toll.found(str(found))
        finally:
            self._end_killing()
            for cashier in self.cashiers.values():
                cashier.over.set()
                cashier.gate.set()
            self.street.stop()
        return self._told(time.monotonic() - began_s)

    def _is_over(self) -> bool:
        return bool(self.toll.findings) or time.monotonic() > self._until_s

    def _end_killing(self) -> None:
        """Nobody kills any more when this returns."""
        self.toll.enough.set()
        for killer in self.killers:
            killer.join()
        self.killers = []

    def _begin(self) -> None:
        staff, seed = self.street.staff(), self.wanted.seed
        papers = {p.designation: Paper(p.printer.ready, p.designation) for p in self.street.posts}
        self.auditor = Auditor(self.street, papers)
        for post in self.street.posts:
            name = post.designation
            dice = random.Random(f"{seed} cashier {name}")
            self.cashiers[name] = Cashier(name, Window(post.port), staff, papers[name], dice)
            self.cashiers[name].start()
        until = time.monotonic() + REST_S  # The first log-in needs the office.
        while not all(cashier.resting.is_set() for cashier in self.cashiers.values()):
            self._look_after_cashiers()
            if self.toll.findings or time.monotonic() > until:
                raise Finding("the cashiers cannot log in")
            time.sleep(0.05)

    def _killers(self) -> list[Killer]:
        def dice(who: str) -> random.Random:
            return random.Random(f"{self.wanted.seed} {who} {self.toll.number}")

        killers: list[Killer] = [
            TillKiller(
                self.toll,
                self.auditor,
                dice(post.designation),
                post,
                self.cashiers[post.designation],
            )
            for post in self.street.posts
            if not post.hosted
        ]
        if self.street.host:
            killers.append(
                HostKiller(self.toll, self.auditor, dice("host"), self.street, self.cashiers)
            )
        if self.wanted.kills_office:
            killers.append(OfficeKiller(self.toll, self.auditor, dice("office"), self.street))
        return killers

    def _round(self, until: int) -> None:
        """Sell and die until so many have died; then everybody rests, and all is audited."""
        self.toll.until(until)
        for cashier in self.cashiers.values():
            cashier.gate.set()
        self.killers = self._killers()
        for killer in self.killers:
            killer.start()
        while not self.toll.enough.wait(0.2) and not self._is_over():
            self._look_after_cashiers()
        self._end_killing()
        for cashier in self.cashiers.values():
            cashier.gate.clear()
        if not self.toll.findings:
            self._audit()

    def _look_after_cashiers(self) -> None:
        for cashier in self.cashiers.values():
            if cashier.fault:
                self.toll.found(cashier.fault)

    def _audit(self) -> None:
        until = time.monotonic() + REST_S
        while not (
            all(cashier.resting.is_set() for cashier in self.cashiers.values())
            and self.auditor.caught_up()
        ):
            self._look_after_cashiers()
            if self.toll.findings:
                return
            alive(self.street.office)
            if time.monotonic() > until:
                raise Finding(f"the office does not catch up within {REST_S:.0f} s")
            time.sleep(0.05)
        self._look_after_cashiers()
        promised = {name: cashier.promises.now() for name, cashier in self.cashiers.items()}
        self.auditor.at_rest(promised)
        self.toll.write(f"audited: {self.auditor.audits}")

    def _told(self, seconds: float) -> Outcome:
        said: Counter[str] = Counter()
        for cashier in self.cashiers.values():
            said += cashier.promises.said
        books = list(self.auditor.books.values()) if hasattr(self, "auditor") else []
        return Outcome(
            self.toll.counts,
            self.toll.plain,
            self.toll.findings,
            said,
            sum(len(book.signed) for book in books),
            sum(book.ledger.seq for book in books),
            sum(book.ledger.last_number["Z"] for book in books),
            self.auditor.looks if books else 0,
            self.auditor.audits if books else 0,
            self.auditor.vouchers if books else 0,
            sum(n - 1 for book in books for n in book.ledger.attempts_at_unit.values()),
            seconds,
        )


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """What can be said on the command line."""
    parser = argparse.ArgumentParser(prog="skrin deaths", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=200, help="how many die, of all kinds")
    parser.add_argument("--tills", type=int, default=4)
    parser.add_argument("--hosted", type=int, default=1, help="how many of them a host keeps")
    parser.add_argument("--audit-every", type=int, default=150, metavar="KILLS")
    parser.add_argument("--no-office", action="store_true", help="the office is not killed")
    parser.add_argument("--power", action="store_true", help="cut the power too; wants root")
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=0.0, help="end the killing after so long")
    parser.add_argument("--keep", action="store_true", help="keep the folder in any case")
    parser.add_argument("--verbose", action="store_true", help="tell what people did")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    """Run the deaths; see the top of this file for the exit codes."""
    options = arguments(argv)
    if options.power and not options.inside:
        if not can_cut():
            print("The power can be cut only by root, where file systems can be mounted.")
            return EXIT_CANNOT
        own_mounts("skrin.town.deaths.command", argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    wanted = Wanted(
        options.seed,
        options.kills,
        options.tills,
        options.hosted,
        options.audit_every,
        not options.no_office,
        options.seconds,
        power=options.power,
    )
    folder = Path(tempfile.mkdtemp(prefix="skrin-deaths-", dir=memory_folder()))
    outcome = None
    try:
        outcome = Run(wanted, folder).live()
        tell(outcome, options, folder)
    finally:
        if outcome is not None and not outcome.findings and not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return EXIT_FOUND if outcome.findings else 0


def tell(outcome: Outcome, options: argparse.Namespace, folder: Path) -> None:
    """What it came to, in words."""
    died = ", ".join(f"{who} {count}" for who, count in outcome.deaths.most_common())
    print(
        f"{sum(outcome.deaths.values())} deaths in {outcome.seconds:.0f} s: {died}."
        f" {outcome.plain} starts were plain."
    )
    print(
        f"{outcome.receipts} receipts, {outcome.entries} entries, {outcome.closings} Z;"
        f" {outcome.looks} looks after deaths, {outcome.audits} audits of all,"
        f" {outcome.vouchers} accounting files; {outcome.again} marks tell of more than one try."
    )
    if options.verbose:
        print("; ".join(f"{what} {count}" for what, count in outcome.said.most_common(40)))
    for found in outcome.findings:
        print(f"FOUND with seed {options.seed} {found}")
    if outcome.findings:
        lines = (folder / "deaths.log").read_text(encoding="utf-8").splitlines()
        print("\n".join(lines[-STORY_LINES:]))
    if outcome.findings or options.keep:
        print(f"Everything is kept in {folder}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
