"""What the card terminals' page shows; the rules are those of `screens`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from skrin.till.ui.screens import Frame, Level, Notice
from skrin.till.ui.unit_screens import UnitKind

Field = Literal["", "address", "card_terminal", "ca", "protocol"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalAnswer:
    """What a terminal said when it was tried."""

    level: Level
    sentence: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalRow:
    """A terminal of this till. POST terminal_try: known; terminal_remove: known."""

    value: str
    name: str
    level: Level
    state: str
    facts: tuple[tuple[str, str], ...]
    answer: TerminalAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalForm:
    """What is set, or was typed. POST terminal_try, terminal_use: before (the id of the one that is
    changed, empty = a new one), protocol, address, card_terminal, name, ca, provider,
    provider_phone. `field`: where `error` is."""

    protocols: tuple[UnitKind, ...]
    before: str = ""
    address: str = ""
    card_terminal: str = ""
    name: str = ""
    ca: str = ""
    provider: str = ""
    provider_phone: str = ""
    error: str = ""
    field: Field = ""
    answer: TerminalAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalsPage:
    """``till/card_terminals.html``: the card terminals of this till, trying and setting them
    (R-SET-008, R-CARD-005). GET card_terminals?change=<id>. POST terminal_try, terminal_use,
    terminal_remove, terminal_office."""

    frame: Frame
    rows: tuple[TerminalRow, ...]
    named_by: str
    """Who names them, in a sentence."""
    form: TerminalForm | None = None
    """None for who may not change them."""
    can_office: bool = False
    notice: Notice | None = None
