"""The undo shelf: how to undo what was just done, while it can be undone.

It is kept in memory: it belongs to the screen, not to the journal. One step lies on it; the next
command of another tap takes its place, and another cart makes it void.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow.till import Till

Undo = Callable[[Person, str], None]
"""Undoes one step: (actor, tap_id of the undoing)."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one tap did, and how to undo it."""

    tap_id: str
    cart_id: str
    sentence: str
    undo: Undo


@dataclass(slots=True)
class UndoShelf:
    """Room for the last step."""

    step: Step | None = None

    def lay(self, till: Till, tap_id: str, sentence: str, undo: Undo) -> None:
        """Keep how to undo what this tap did."""
        cart = till.desk.cart
        self.step = Step(tap_id, cart.cart_id if cart else "", sentence, undo)

    def of(self, tap_id: str) -> Step | None:
        """The step of a tap, while it is the last one."""
        return self.step if self.step and self.step.tap_id == tap_id else None

    def undo(self, till: Till, actor: Person, wanted: str, tap_id: str) -> None:
        """Undo the step that the tap `wanted` did. Refused with `undo_gone`."""
        step, cart = self.of(wanted), till.desk.cart
        if cart and tap_id in cart.taps:
            return
        if step is None or cart is None or cart.cart_id != step.cart_id:
            raise Refusal("undo_gone")
        step.undo(actor, tap_id)
        self.step = None
