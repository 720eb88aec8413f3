"""What the customer's display shows; the rules are those of `screens`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from skrin.till.ui.screens import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A line as the customer reads it."""

    name: str
    quantity: str
    amount: str
    child: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """``till/display.html``, and ``till/_display.html`` for what changes: for a screen that the
    customer looks at from two metres."""

    shop_name: str
    theme: Theme
    state: Literal["idle", "lines", "card", "done"]
    tag: str
    """Of what is shown: asked again with it, the answer is 204 while nothing is new."""
    training: bool = False
    earlier: int = 0
    """Lines before the ones that have room."""
    lines: tuple[Shown, ...] = ()
    total: str = ""
    refund: bool = False
    paid: tuple[tuple[str, str], ...] = ()
    """Parts that are paid; the total is then what is left."""
    change: str = ""
    sentence: str = ""
