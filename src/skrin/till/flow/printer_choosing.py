"""Choosing printers at the till: try one, add, change, remove; print on another when one is out.

The printers that were set at the till count before the one that the office or the command line
names. One of them is in use: documents go there. Whoever is logged in may send them to another when
it does not work, since selling must go on; who may change settings or does service sets them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from skrin import documents
from skrin.domain import printer as rules
from skrin.domain import role as roles
from skrin.domain.card_terminal import one_line
from skrin.domain.printer import PrinterPlace, PrinterSet, PrintersKept
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.devices.contract import (
    BLOCKING_CONDITIONS,
    NOT_OUT,
    UNSURE,
    Printer,
    PrintResult,
)
from skrin.till.devices.printers import PrinterInUse, let_go, printer_at
from skrin.till.flow.till import Till
from skrin.till.storage.device_file import DeviceFile


class PrinterPool:
    """The device's printers: its stores share the line to each. Thread-safe."""

    def __init__(self) -> None:
        """Nothing is connected."""
        self._made: dict[PrinterPlace, Printer] = {}
        self._lock = threading.Lock()

    def at(self, place: PrinterPlace) -> Printer:
        """The printer at a place; a name makes it no other."""
        key = replace(place, name="")
        with self._lock:
            if key not in self._made:
                self._made[key] = printer_at(key)
            return self._made[key]


class PrinterChoice:
    """The printers of a till in a store, and the one that its documents go to."""

    def __init__(
        self, till: Till, device: DeviceFile, pool: PrinterPool, named: PrinterPlace | None
    ) -> None:
        """Put the printer in use at the till; nothing is asked or written. `named`: what the office
        or the command line names."""
        self.till = till
        self.device = device
        self.pool = pool
        self.named = named
        self.current = PrinterInUse()
        self.on_change: Callable[[], None] = lambda: None
        self._exchange()

    @property
    def printers(self) -> tuple[PrinterPlace, ...]:
        """The printers of this till, in the order in which they were added."""
        return self._kept().printers

    @property
    def in_use(self) -> PrinterPlace | None:
        """The one that documents go to; None where there is none at all."""
        kept = self._kept()
        found = (one for one in kept.printers if one.address == kept.in_use)
        return next(found, kept.printers[0] if kept.printers else None)

    @property
    def chosen_here(self) -> bool:
        """Whether the till's own page has the last word."""
        return self.device.printers_kept(self._store) is not None

    @property
    def _store(self) -> int:
        return self.till.identity.seat.store

    def others(self) -> tuple[PrinterPlace, ...]:
        """The printers that documents could go to instead."""
        now = self.in_use
        return tuple(one for one in self.printers if one != now)

    def may_choose(self, person: Person) -> bool:
        """Whether a person may set printers: settings or service."""
        role = self.till.role_of(person)
        return any(role.rule(right) == roles.ALLOW for right in (roles.SETTINGS, roles.SERVICE))

    def condition_of(self, place: PrinterPlace) -> str:
        """How a printer is, asked now."""
        return self.pool.at(place).condition()

    def try_it(self, actor: Person, place: PrinterPlace, language: str) -> PrintResult:
        """Print a test page on a printer. Nothing is changed. Refused: `not_allowed`, what
        `check_place` refuses, `paper_waits_there` (a document waits for this printer)."""
        self._check_may(actor)
        place = rules.checked(place)
        now, till = self.in_use, self.till
        if now and now.address == place.address and till.desk.undelivered:
            raise Refusal("paper_waits_there")
        instant = till.clock.now()
        page = documents.TrialPage(
            till.identity.seat.designation, place.shown, instant.utc_ms, instant.offset_min
        )
        job = documents.trial_page_escpos(page, place.columns, place.code_page, language)
        printer = self.pool.at(place)
        condition = printer.condition()
        if condition in BLOCKING_CONDITIONS:
            return PrintResult(NOT_OUT, condition)
        result = printer.print(job)
        if result.outcome == UNSURE:
            let_go(printer)  # No document waits for the rest of it, and others may want to print.
        return result

    def put(self, actor: Person, place: PrinterPlace, before: str = "") -> None:
        """Add a printer, or change the one with the address `before`. Refused: `not_allowed`, what
        `checked` refuses, `printer_twice`, `printer_gone`, `printers_too_many`."""
        self._check_may(actor)
        place = rules.checked(replace(place, name=one_line(place.name, rules.NAME_MOST)))
        kept = self._kept()
        others = [one for one in kept.printers if one.address != before]
        if any(one.address == place.address for one in others):
            raise Refusal("printer_twice", typed=place.address[:40])
        if not before:
            if len(others) >= rules.PRINTERS_MOST:
                raise Refusal("printers_too_many", most=rules.PRINTERS_MOST)
            in_use = kept.in_use or place.address
            self._change(actor, rules.ADDED, place, PrintersKept((*others, place), in_use))
            return
        if len(others) == len(kept.printers):
            raise Refusal("printer_gone")
        printers = tuple(place if one.address == before else one for one in kept.printers)
        in_use = place.address if kept.in_use == before else kept.in_use
        self._change(actor, rules.CHANGED, place, PrintersKept(printers, in_use))

    def remove(self, actor: Person, address: str) -> None:
        """Use a printer no longer. Refused: `not_allowed`, `printer_gone`."""
        self._check_may(actor)
        place, kept = self._known(address), self._kept()
        left = tuple(one for one in kept.printers if one != place)
        in_use = kept.in_use if kept.in_use != address else left[0].address if left else ""
        self._change(actor, rules.REMOVED, place, PrintersKept(left, in_use))

    def use(self, actor: Person, address: str) -> None:
        """Let documents go to this printer from now on, also the one that waits. Refused:
        `printer_gone`."""
        place = self._known(address)
        if place != self.in_use:
            kept = replace(self._kept(), in_use=address)
            self._change(actor, rules.USED, place, kept)

    def use_named(self, actor: Person) -> None:
        """Forget what was set here: what the office names counts again. Refused: `not_allowed`."""
        self._check_may(actor)
        self._change(actor, rules.OFFICE, self.named, None)

    def _check_may(self, actor: Person) -> None:
        if not self.may_choose(actor):
            raise Refusal("not_allowed")

    def _known(self, address: str) -> PrinterPlace:
        place = next((one for one in self.printers if one.address == address), None)
        if place is None:
            raise Refusal("printer_gone")
        return place

    def _kept(self) -> PrintersKept:
        kept = self.device.printers_kept(self._store)
        if kept is not None:
            return kept
        return PrintersKept((self.named,), self.named.address) if self.named else PrintersKept()

    def _change(
        self, actor: Person, change: str, place: PrinterPlace | None, kept: PrintersKept | None
    ) -> None:
        said = PrinterSet(change)
        if place is not None:
            paper = place.columns, place.code_page
            said = PrinterSet(change, place.kind, place.address, place.name, *paper)

        def command() -> Printer | None:
            with self.till.transaction(actor) as tx:
                tx.append("printer.set", said)
            self.device.keep_printers(self._store, kept)
            return self._exchange()

        before = self.till.run(command)
        self.on_change()
        let_go(before)

    def _exchange(self) -> Printer | None:
        place = self.in_use
        before = self.current.become(self.pool.at(place) if place else None, place)
        self.till.devices = replace(
            self.till.devices,
            printer=self.current if place else None,
            printer_name=place.shown if place else "",
        )
        return before
