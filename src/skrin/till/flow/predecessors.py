"""The till before this one: its journal is fetched from the office and kept to be read (D45).

A till that takes another's place begins a series of its own, and holds nothing of what the other
held. What that one registered it shows, from a file of its own (`flow/archives.py`); also the one
before it, as far as the ties go.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from skrin.domain.entry import JournalDamage
from skrin.sync.history import HistoryAnswer, HistoryQuestion
from skrin.till.devices.contract import OfficeAway, OfficeRefused
from skrin.till.flow.archives import BATCH_RECORDS, OFFICE, Archives, name_of
from skrin.till.flow.rebuilding import ArchiveFacts, Rebuilding
from skrin.till.flow.till import Till
from skrin.till.storage.shop_file import ShopFile

log = logging.getLogger(__name__)

MORE_S, BESIDE_S, AGAIN_S, AFTER_FAULT_S = 0.2, 2.0, 1800.0, 20.0
"""Pauses while there is more, and while somebody is being served meanwhile (a piece of 1 MB is two
tenths of a second's work, which the sale's threads want); when all is here (a till out of use may
still send what it has left); and after the office did not answer."""

MOST_BEFORE = 20
"""So many tills before each other are followed; more is a ring."""


class HistoryLink(Protocol):
    """The way to the office. May raise `OfficeAway` or `OfficeRefused`."""

    def history(self, question: HistoryQuestion) -> HistoryAnswer:
        """Ask for entries of an earlier till (deadline 20 s)."""
        ...


@dataclass(slots=True)
class PredecessorLane:
    """Fetches what is missing, a piece at a time, beside everything else."""

    till: Till
    link: HistoryLink
    archives: Archives
    damage: str = ""
    """What was wrong with what came; empty = nothing."""
    hurries: bool = False
    gathers_s: float = 0.0
    _whole: set[str] = field(default_factory=set)

    def step(self) -> float:
        """Fetch the next piece. See `Lane.step`."""
        try:
            for register in self._registers():
                if register not in self._whole and self._fetch(register):
                    return BESIDE_S if self.till.desk.cart is not None else MORE_S
        except (OfficeAway, OfficeRefused) as away:
            log.info("the earlier till's journal waits: %s", away)
            return AFTER_FAULT_S
        except JournalDamage as damage:
            self.damage = str(damage)
            log.error("the earlier till's journal cannot be taken: %s", damage)
        self._whole.clear()
        return AGAIN_S

    def _registers(self) -> Iterator[str]:
        """The register before this one, and those before it, as each one's first entry says."""
        identity = self.till.identity
        register = f"{identity.predecessor}-{identity.seat.store}" if identity.predecessor else ""
        for _ in range(MOST_BEFORE):
            if not register:
                return
            yield register
            found = self.archives.find(name_of(identity.company, register))
            register = found.facts.predecessor if found else ""

    def _fetch(self, register: str) -> bool:
        """One piece; whether there may be more."""
        identity = self.till.identity
        file = ShopFile(self.archives.path(name_of(identity.company, register)))
        try:
            rebuilding = Rebuilding(file)
            asked = HistoryQuestion(identity.seat.store, register, rebuilding.head_seq)
            answer = self.link.history(asked)
            rest = iter(answer.records)
            while batch := list(itertools.islice(rest, BATCH_RECORDS)):
                rebuilding.take(batch)
            if rebuilding.opened is None:
                self._whole.add(register)
                return False  # Nothing of it has ever come to the office.
            if rebuilding.opened.register_serial != register:
                raise JournalDamage(f"it is of {rebuilding.opened.register_serial}")
            before = rebuilding.opened.predecessor
            now_ms, head_seq = int(time.time() * 1000), answer.head_seq
            called = answer.designation or rebuilding.opened.designation
            rebuilding.note(ArchiveFacts(register, called, OFFICE, now_ms, head_seq, before))
            if rebuilding.head_seq >= head_seq or not answer.records:
                self._whole.add(register)
                return False
            return True
        finally:
            file.close()
