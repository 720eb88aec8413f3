"""Screens of the gift cards, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.office.ui.screens import Filter, Frame, Level, Pager


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A gift card in the list."""

    name: str
    url: str
    made: str
    balance: str
    free: str
    held: str
    used: str
    valid_until: str
    level: Level
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """For how long the cards of a payment method hold that are sold from now on. POST gift_cards:
    what = validity, `method`, `months`."""

    method: int
    name: str
    months: str
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What is owed to holders of cards, and of cards whose VAT was paid when they were sold."""

    label: str
    amount: str
    taxed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCards:
    """``office/gift_cards.html``: the cards of the company, what is owed, and bringing cards in.
    POST gift_cards: `file`."""

    frame: Frame
    filter: Filter
    owed: tuple[Owed, ...]
    """Now, and at the end of the day that was asked for."""
    day: str
    day_error: str
    count: str
    validity: tuple[Validity, ...]
    rows: tuple[CardRow, ...]
    pager: Pager | None = None
    notice: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEvent:
    """Something that happened to a card."""

    when: str
    what: str
    where: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCard:
    """``office/gift_card.html``: one card. POST gift_card: what = block, unblock, or credit with
    `amount`."""

    frame: Frame
    name: str
    balance: str
    level: Level
    state: str
    facts: tuple[tuple[str, str], ...]
    events: tuple[CardEvent, ...]
    blocked: bool
    notice: str = ""
    amount: str = ""
    error: str = ""
