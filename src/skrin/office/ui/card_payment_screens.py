"""Screens of card payments: the rules of card methods, and the card terminals of a store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from skrin.office.ui.screens import Choice, Frame, Link

Field = Literal["", "address", "card_terminal", "ca"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMethod:
    """A card method's rules. POST card_payments: method, partial (yes | no), tips (yes), provider,
    provider_phone."""

    number: int
    name: str
    partial: bool
    tips: bool
    provider: str
    provider_phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPayments:
    """``office/card_payments.html``: each card method, and the way to the terminals of a store."""

    frame: Frame
    methods: tuple[CardMethod, ...]
    stores: tuple[Link, ...]
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalForm:
    """A card terminal as it is set, or was typed; `number` 0 = a new one. POST card_terminals:
    what (save | remove), number, designation, protocol, address, card_terminal, name, ca, provider,
    provider_phone. `field`: where `error` is, empty = nowhere of its own."""

    number: int
    title: str
    tills: tuple[Choice, ...]
    protocols: tuple[Choice, ...]
    address: str = ""
    card_terminal: str = ""
    name: str = ""
    ca: str = ""
    provider: str = ""
    provider_phone: str = ""
    error: str = ""
    field: Field = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreTerminals:
    """``office/card_terminals.html``: the card terminals that the tills of a store have unless
    another is set on a till's own page."""

    frame: Frame
    store: int
    store_name: str
    forms: tuple[TerminalForm, ...]
    notice: str = ""
    error: str = ""
