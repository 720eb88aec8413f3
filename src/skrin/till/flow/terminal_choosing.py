"""Choosing the card terminals at the till: try one, add, change, remove; go back to the office's.

Who wins, from the last word down: what was set on the till's own page; what the till was started
with; what the office published for this till, else for its store; what the office named when the
till enrolled. Each list counts whole, none is mixed with another.

A change takes effect at once and never while a terminal is at a payment. A terminal that is to tell
what became of one (D18), or that alone can undo a part which is paid, stays.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from skrin.domain import role as roles
from skrin.domain.card_terminal import (
    BY_OFFICE,
    BY_START,
    BY_TILL,
    TERMINALS_MOST,
    CardTerminalSet,
)
from skrin.domain.codec import decode, encode
from skrin.domain.desk import Desk
from skrin.domain.payment import CARD
from skrin.domain.refusal import Refusal
from skrin.payments.contract import ProviderState, TerminalIdentity
from skrin.sync.messages import CardTerminalSettings, Person
from skrin.till.devices.terminal_places import terminal_said, trusts
from skrin.till.flow.card_terminals import TerminalPool, with_terminals
from skrin.till.flow.paying import new_service_id, terminal_that_charged
from skrin.till.flow.till import Till
from skrin.till.storage.device_file import DeviceFile

Settings = tuple[CardTerminalSettings, ...]

_STATE = "card_terminals"
"""Beside the journal: the terminals that its last entry of this kind comes to."""


@dataclass(frozen=True, slots=True)
class TriedTerminal:
    """What a terminal answered when somebody tried it."""

    state: ProviderState
    identity: TerminalIdentity


class TerminalChoice:
    """The card terminals of a till in a store, by whoever names them."""

    def __init__(
        self,
        till: Till,
        device: DeviceFile,
        pool: TerminalPool,
        named: Settings = (),
        *,
        on_command_line: bool = False,
    ) -> None:
        """Put the terminals at the till; nothing is asked or written. `named`: those it was started
        with, `on_command_line` or by its enrolment."""
        self.till = till
        self.device = device
        self.pool = pool
        self.named = named
        self.on_command_line = on_command_line
        self.on_change: Callable[[], None] = lambda: None
        self.in_use = self._to_begin_with()
        self._exchange(self.in_use)

    @property
    def chosen_here(self) -> bool:
        """Whether the till's own page has the last word."""
        return self.device.terminals_chosen(self._store) is not None

    @property
    def _store(self) -> int:
        return self.till.identity.seat.store

    def wanted(self) -> tuple[Settings, str]:
        """The terminals that should be used now, and who names them."""
        chosen = self.device.terminals_chosen(self._store)
        return (chosen, BY_TILL) if chosen is not None else self.without_own()

    def without_own(self) -> tuple[Settings, str]:
        """As `wanted`, were nothing set on the till's own page."""
        if self.on_command_line:
            return self.named, BY_START
        published = self.till.registers.terminals_of(self.till.identity.seat.designation)
        return (published, BY_OFFICE) if published else (self.named, BY_START)

    def may_choose(self, person: Person) -> bool:
        """Whether a person may set card terminals: who does service (R-SET-008)."""
        return self.till.role_of(person).rule(roles.SERVICE) == roles.ALLOW

    def _to_begin_with(self) -> Settings:
        """What is wanted; where a payment still needs a terminal of before, those of before."""
        wanted, before = self.wanted()[0], self._journaled()
        try:
            _check_kept(self.till, before or (), wanted)
        except Refusal:
            return before or ()
        return wanted

    # What a person does.

    def try_it(self, typed: CardTerminalSettings) -> TriedTerminal:
        """Ask the terminal who and how it is: nothing is changed, no money is asked for. Refused:
        what `terminal_said` refuses, `sale_is_being_paid`."""
        said = terminal_said(typed)
        attempt = self.till.desk.attempt
        if attempt and not attempt.unknown:
            raise Refusal("sale_is_being_paid")
        service_id = new_service_id(self.till)
        if known := self.pool.known(said):
            return TriedTerminal(*known.meet(service_id))
        for other in self.pool.at(said.address):
            other.close()  # One line to a terminal; this one opens its own again when it needs it.
        device = self.pool.alone(said)
        assert device is not None, "what was said is whole"
        try:
            return TriedTerminal(*device.meet(service_id))
        finally:
            device.close()

    def put(self, actor: Person, typed: CardTerminalSettings, before: str = "") -> None:
        """Add a terminal, or change the one with the id `before`. Refused: what `terminal_said` and
        `_check` refuse, `not_allowed`, `card_terminal_twice`, `card_terminal_gone`,
        `card_terminals_too_many`."""
        said = terminal_said(typed)
        now = list(self.in_use)
        others = [one for one in now if one.card_terminal_id != before]
        if any(one.card_terminal_id == said.card_terminal_id for one in others):
            raise Refusal("card_terminal_twice", typed=said.card_terminal_id)
        if len(others) >= TERMINALS_MOST:
            raise Refusal("card_terminals_too_many", most=TERMINALS_MOST)
        if not before:
            self._choose(actor, (*now, said))
            return
        if len(others) == len(now):
            raise Refusal("card_terminal_gone")
        changed = (said if one.card_terminal_id == before else one for one in now)
        self._choose(actor, tuple(changed))

    def remove(self, actor: Person, card_terminal_id: str) -> None:
        """Use a terminal no longer. Refused: `not_allowed`, and what `_check` refuses."""
        left = (one for one in self.in_use if one.card_terminal_id != card_terminal_id)
        self._choose(actor, tuple(left))

    def use_offices(self, actor: Person) -> None:
        """Forget what was set here: what the office names counts again. Refused as `remove`."""
        self._choose(actor, None)

    def _choose(self, actor: Person, chosen: Settings | None) -> None:
        if not self.may_choose(actor):
            raise Refusal("not_allowed")
        after, named_by = (chosen, BY_TILL) if chosen is not None else self.without_own()

        def command() -> None:
            _check(self.till, self.in_use, after)
            self._write(actor, after, named_by)
            self.device.choose_terminals(self._store, chosen)
            self._exchange(after)

        self.till.run(command)
        self.pool.let_go()
        self.on_change()

    # What comes by itself.

    def take_up(self) -> None:
        """Bring the till in line with what is named for it, where that has changed: at the start,
        and after a publication. While a payment hinders it, it stays as it was; asked again later.
        """
        after, named_by = self.wanted()
        if after == self.in_use and after == self._journaled():
            return

        def command() -> None:
            _check(self.till, self.in_use, after)
            self._write(None, after, named_by)
            self._exchange(after)

        with contextlib.suppress(Refusal):
            self.till.run(command)
            self.pool.let_go()
            self.on_change()

    def _exchange(self, after: Settings) -> None:
        self.in_use = after
        terminals = self.pool.of(self._store, after)
        self.till.devices = with_terminals(self.till.devices, terminals)

    def _journaled(self) -> Settings | None:
        text = self.till.file.state(_STATE)
        return decode(Settings, text.encode()) if text else None

    def _write(self, actor: Person | None, after: Settings, named_by: str) -> None:
        before = self._journaled()
        with self.till.transaction(actor) as tx:
            # A journal of before these entries begins with what it has, and says nothing of it.
            known = self.in_use if before is None else before
            for change in _changes(known, after, named_by):
                tx.append("card_terminal.set", change)
            self.till.file.put_state(_STATE, encode(after).decode())


def _check(till: Till, before: Settings, after: Settings) -> None:
    """Refuse what a payment hinders: `sale_is_being_paid`, `card_terminal_waits` (it is to tell
    what became of one), `card_terminal_holds_part` (it alone can undo a part that is paid)."""
    desk = till.desk
    if desk.attempt and not desk.attempt.unknown:
        raise Refusal("sale_is_being_paid")
    _check_kept(till, before, after)


def _check_kept(till: Till, before: Settings, after: Settings) -> None:
    desk = till.desk
    kept = {(one.card_terminal_id, one.protocol) for one in after}
    gone = [one for one in before if (one.card_terminal_id, one.protocol) not in kept]
    for one in gone:
        shown = one.name or one.card_terminal_id
        if desk.attempt and desk.attempt.begun.card_terminal_id == one.card_terminal_id:
            raise Refusal("card_terminal_waits", name=shown)
        if one.card_terminal_id in _that_hold_parts(till, desk):
            raise Refusal("card_terminal_holds_part", name=shown)


def _that_hold_parts(till: Till, desk: Desk) -> set[str]:
    if desk.cart is None or desk.training:
        return set()
    return {terminal_that_charged(till, paid) for paid in desk.payments if paid.kind == CARD}


def _changes(before: Settings, after: Settings, named_by: str) -> Iterator[CardTerminalSet]:
    known = {one.card_terminal_id: one for one in before}
    for one in after:
        if known.pop(one.card_terminal_id, None) != one:
            yield _entry(one, named_by)
    for gone in known.values():
        yield replace(_entry(gone, named_by), removed=True)


def _entry(one: CardTerminalSettings, named_by: str) -> CardTerminalSet:
    return CardTerminalSet(
        one.card_terminal_id,
        one.name,
        one.protocol,
        one.address,
        trusts(one.ca),
        one.provider,
        one.provider_phone,
        named_by,
    )
