"""A town at work: its steps are done one after the other, each checked."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import tempfile
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from skrin.domain.refusal import Refusal
from skrin.sync.messages import EnrolAnswer
from skrin.town.goods import is_plain
from skrin.town.world import people, put_back
from skrin.town.world.checks import Checks
from skrin.town.world.clocks import TownClock, TrueTime
from skrin.town.world.devices import TownPrinter, TownTerminal, TownUnit
from skrin.town.world.disks import memory_folder
from skrin.town.world.ledger import Finding, Sold
from skrin.town.world.office import NEWER, OLDER, SAME, TownLink, TownOffice
from skrin.town.world.people import ACTS
from skrin.town.world.perils import DISK_FULL, Killed, Perils
from skrin.town.world.plans import CLOSE, DAY_ENDS, Plan, Step
from skrin.town.world.restoring import Restored
from skrin.town.world.rivals import RIVALS, rivals
from skrin.town.world.tills import TownTill
from skrin.town.world.weather import WEATHER

DEATHS_MOST = 20
BEGINS_BEFORE_MS = 600_000


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found: at which step, in words, and where it broke when it was no check."""

    step: Step
    what: str
    trace: str = ""


@dataclass(slots=True)
class Tally:
    """What was lived through."""

    steps: int = 0
    receipts: int = 0
    entries: int = 0
    deaths: int = 0
    closings: int = 0
    equations: int = 0
    restored: int = 0
    put_back: int = 0
    put_back_over: int = 0
    ended: int = 0
    copied_after_end: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


class World:
    """A town of so many tills. Call inside `office_here`; `close` it."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        """Found the town: an office with its company, tills enrolled and with their registers."""
        self.plan = plan
        begins_ms = (plan.steps[0].at_utc_ms if plan.steps else 0) - BEGINS_BEFORE_MS
        self.true = TrueTime(begins_ms)
        self.office = TownOffice(folder, self.true)
        self._memory = tempfile.TemporaryDirectory(prefix="skrin-town-", dir=memory_folder())
        self.tally = Tally()
        self.story: list[str] = []
        self.checks = Checks(self)
        self.restored = Restored(self, Path(self._memory.name) / "restored")
        self.tills: list[TownTill] = []
        self.former: list[TownTill] = []
        """Tills whose place another has taken."""
        self.replaced = 0
        self.saved_after, self.put_back, self.put_back_over = -1, 0, 0
        """How many tills had been replaced when the office was saved, -1 = it was not; how often it
        was put back; and how often over the end of a till."""
        for number in range(plan.tills):
            enrolled = self.office.enrol(2 if number == 3 else 1, f"TOWN-{number + 1}")
            self.tills.append(self._new_till(enrolled, number + 1))
        for one in self.tills:
            one.exchange()
        self._know_the_shop()
        self._know_gift_cards()

    @property
    def all_tills(self) -> list[TownTill]:
        """All whose device is somewhere, those in use first."""
        return [one for one in (*self.tills, *self.former) if not one.gone]

    def replace(self, one: TownTill, cause: str, *, comes_back: bool) -> None:
        """Another till takes the place of one that is lost. `comes_back`: the device is found
        again, and sends what it has."""
        self.replaced += 1
        code = self.office.replace(one.enrolled.till, one.store, f"{one.name}R", cause)
        one.link.changed()
        one.gone = not comes_back
        if one.gone:
            self.checks.lost(one)
        else:
            self.checks.forgotten(one, self.checks.head_at_office(one)[0])
        place = self.tills.index(one)
        self.former.append(one)
        enrolled = self.office.take_code(code, self.true.utc_ms)
        self.tills[place] = self._new_till(enrolled, place + 1)
        self.tills[place].exchange()

    def is_known(self, one: TownTill) -> bool:
        """Whether the office knows a till: one that was put back to a backup may not."""
        with self.office.inside():
            return one.register in self.checks.known_registers()

    def reaches(self, one: TownTill) -> bool:
        """Whether a till has a way to an office that knows it."""
        return one.link.is_up and (not self.put_back_over or self.is_known(one))

    def somebody_lets_in(self) -> None:
        """Somebody at the office looks at its page, and lets in the tills that ask to be known."""
        if not self.put_back_over:
            return
        for till in self.office.asking():
            self.office.lets_in(till)
        for one in self.all_tills:
            one.link.changed()

    def _new_till(self, enrolled: EnrolAnswer, number: int) -> TownTill:
        designation = enrolled.seats[0].designation
        perils = Perils()
        dice = random.Random(f"{self.plan.seed} {designation}")
        clock = TownClock(
            self.true,
            f"{self.plan.seed}/{designation}",
            drift_ppm=dice.randint(-300, 300) * dice.choice((1, 1, 1, 100)),
            begun_ms=self.true.utc_ms,
        )
        dialect = dice.choices((SAME, OLDER, NEWER), (6, 1, 1))[0]
        return TownTill(
            enrolled,
            clock,
            TownLink(self.office, enrolled.till, perils, dialect=dialect),
            perils,
            Path(self._memory.name) / designation,
            TownUnit(
                f"TOWNUNIT{number:02d}{len(self.former):02d}",
                perils,
                same_answer_again=dice.random() < 0.5,
            ),
            TownTerminal(f"POI-{number}-{len(self.former)}", perils),
            TownPrinter(perils),
        )

    def _know_the_shop(self) -> None:
        articles = self.tills[0].till.registers.articles
        numbers = sorted(articles.numbers().items())
        known = [found for _, place in numbers if (found := articles.get(place))]
        plain = [one for one in known if is_plain(one)]
        self.goods = [one.id for one in plain if one.decimals == 0]
        self.weighed = [one.id for one in plain if one.decimals]
        self.gift_articles = [
            (one.id, one.price_rule == "open") for one in known if one.kind == "gift_card"
        ]

    def _know_gift_cards(self) -> None:
        with self.office.inside():
            rows = self.checks.rows(
                "SELECT key, total FROM rights_book WHERE company_id = %s AND kind = 'gift_card'"
                " ORDER BY total DESC, key"
            )
        self.checks.born_gift_cards = {str(key): int(total) for key, total in rows}

    # What people ask of the world.

    def some_gift_card(self, dice: random.Random) -> str:
        """A card that somebody has in the pocket."""
        born, shared = self.checks.born_gift_cards, self.checks.shared
        known = list(dict.fromkeys([*born, *shared.gift_credited]))
        full = [
            key
            for key in known
            if born.get(key, 0) + shared.gift_credited[key] > shared.gift_used[key]
        ]
        cards = full if full and dice.random() < 0.8 else known
        return dice.choice(cards[-30:] + cards[:4]) if cards else ""

    def some_sale(self, dice: random.Random, store: int, register: str = "") -> Sold | None:
        """A receipt that somebody has in the pocket, of this store, or of this register alone."""
        shared = self.checks.shared
        recent = list(shared.sold.values())[-80:]
        if dice.random() < 0.3:  # What is left of something that came back in part.
            known = {receipt_id for receipt_id, _ in shared.returned}
            recent = [one for one in recent if one.receipt_id in known] or recent
        here = [one for one in recent if one.store == store and register in ("", one.register)]
        return dice.choice(here) if here else None

    def chase(self, one: TownTill, kind: str, key: str) -> None:
        """Wait for a right as somebody at a screen does: all tills talk to the office meanwhile."""
        for _ in range(4):
            if not one.till.sharing.hurries():
                return
            one.exchange(2)
            wish = one.till.sharing.wish(kind, key)
            if wish is None or not wish.waits:
                return
            for other in self.tills:
                if other is not one and not other.gone:
                    other.exchange(2)
            self.true.pass_s(1.5)

    def change_price(self, dice: random.Random) -> None:
        """The owner sets another price, from today on."""
        self.office.change_price(dice.choice(self.goods), dice.randint(10, 120) * 100)

    # Running.

    def run(self) -> Found | None:
        """Do every step; what was found first, or None."""
        last = None
        try:
            for step in self.plan.steps:
                last = step
                self.do(step)
            self.rest()
        except Finding as finding:
            assert last is not None, "a step was done"
            return Found(last, str(finding))
        except Exception as fault:
            assert last is not None, "a step was done"
            return Found(last, f"it broke: {fault!r}", traceback.format_exc())
        return None

    def do(self, step: Step) -> None:
        """One step, and the checks after it. Raises `Finding`."""
        self.true.reach(step.at_utc_ms)
        self.tally.steps += 1
        if step.act == DAY_ENDS:
            self.end_day(last=step is self.plan.steps[-1])
            return
        one = self.tills[step.till]
        dice = random.Random(f"{self.plan.seed} step {step.number}")
        one.perils.arm(step.peril)
        try:
            self._lived(one, step, dice)
        finally:
            if one.perils.struck:
                self.tally.struck[one.perils.struck.split(" at no.")[0]] += 1
            one.perils.arm(None)
        if self.put_back_over and step.number % 25 == 0:
            self.somebody_lets_in()
        if dice.random() < 0.06:
            one.exchange(4)
        other = self.tills[step.other]
        if dice.random() < 0.02 and not other.gone:
            other.exchange(2)
        self.checks.step([one] if step.act == "sells" else self.tills)

    def _lived(self, one: TownTill, step: Step, dice: random.Random) -> None:
        """Do a step, whatever happens to the till meanwhile."""
        said = ""
        try:
            self._act(one, step, dice)
        except Refusal as no:
            self.tally.refused[no.code] += 1
            said = f", refused: {no.code}"
        except sqlite3.OperationalError:
            if not one.perils.struck.startswith(DISK_FULL):
                raise
            said = ", told that the disk is full"
        except Killed as killed:
            said = f", died {killed.where}"
            self.dies(one)
        else:
            one.note_confirmed()
        struck = f" [{one.perils.struck}]" if one.perils.struck else ""
        self.story.append(f"{step.number}: {one.name} {step.act}{said}{struck}")
        for _ in range(DEATHS_MOST):
            try:
                if not people.free_counter(self, one, dice) and dice.random() < 0.5:
                    continue
                break
            except Killed:
                self.dies(one)
            except Refusal as no:
                self.tally.refused[no.code] += 1
                break
            except sqlite3.OperationalError:
                if not one.perils.struck.startswith(DISK_FULL):
                    raise

    def _act(self, one: TownTill, step: Step, dice: random.Random) -> None:
        if step.act in WEATHER:
            WEATHER[step.act][0](self, one, dice)
            return
        if not people.free_counter(self, one, dice):
            return
        if step.act in RIVALS:
            rivals(self, one, self.tills[step.other], dice, step.act)
            return
        act = people.close_day if step.act == CLOSE else ACTS[step.act][0]
        act(self, one, dice)
        people.attend(self, one)

    def dies(self, one: TownTill) -> None:
        """The process is gone; it is started again, and may die in its start."""
        self.tally.deaths += 1
        for _ in range(DEATHS_MOST):
            one.die()
            try:
                one.start()
                one.counter.work_off()
            except Killed:
                self.tally.deaths += 1
                continue
            break
        self.checks.survived(one)

    def end_day(self, *, last: bool) -> None:
        """Night: somebody looks after every till, then everything is checked. After the `last` one
        what reads journals from their beginning is left to `rest`, which follows at once."""
        dice = random.Random(f"{self.plan.seed} night {self.true.utc_ms}")
        for one in self.tills:
            if not one.gone:
                people.free_counter(self, one, dice)
                self.checks.read(one)
        self._all_are_known()
        self.checks.step(self.tills)
        self.checks.day(anew=not last)

    def _all_are_known(self) -> None:
        """Whoever has a way to the office and is not known there asks, and is let in."""
        if not self.put_back_over:
            return
        for one in self.all_tills:
            if one.link.is_up and not self.is_known(one):
                one.exchange(1)
        self.somebody_lets_in()

    def rest(self) -> None:
        """The end: every link is up, all days are closed, all is at the office."""
        self.office.down_until_ms = 0
        dice = random.Random(f"{self.plan.seed} end")
        self.true.pass_s(120)
        for one in self.tills:
            one.link.down_until_ms = 0
            if not one.gone:
                people.free_counter(self, one, dice)
                with contextlib.suppress(Refusal):
                    people.close_day(self, one, dice)
                people.attend(self, one)
                one.exchange()
        for one in self.former:
            one.link.down_until_ms = 0
        self._all_are_known()
        self.checks.step(self.tills)
        self.checks.day(whole=True)
        for _ in range(3):
            for one in self.all_tills:
                one.exchange()
        self.checks.has_caught_up()
        self.checks.gift_cards()
        self.checks.told_of_breaks()
        self.tally.equations = self.checks.equations
        self.tally.restored = self.restored.compared
        self.tally.put_back, self.tally.put_back_over = self.put_back, self.put_back_over
        self.tally.copied_after_end = self.checks.shared.copied_after_end
        for ledger in self.checks.ledgers.values():
            self.tally.receipts += ledger.receipts
            self.tally.entries += ledger.seq
            self.tally.closings += ledger.last_number["Z"]

    def close(self) -> None:
        """Close every file; nothing of the town is left but its rows at the office."""
        for one in (*self.tills, *self.former):
            one.abandon()
        self.restored.close()
        if self.saved_after >= 0:
            put_back.forget()
        self._memory.cleanup()


__all__ = ["Found", "Tally", "World"]
