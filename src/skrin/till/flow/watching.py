"""Watching: the control unit is asked by itself while nobody sells, so that the sign in the bar is
true before the first customer comes. Never in the way of a sale, and nothing is journaled for it.

A card terminal is asked likewise about payments of which a person had to state the outcome (D18).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from skrin.domain.desk import Attempt
from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import UnitRefused, UnitSilent
from skrin.till.flow import outcomes, paying, stated
from skrin.till.flow.paying import Preflight
from skrin.till.flow.till import Till

ASK_EVERY_S = 60.0
ASK_AGAIN_S = 15.0
"""A unit that did not answer is asked more often: somebody may just be putting its cable back."""

LOOK_AGAIN_S = 5.0
"""While somebody sells, the sale itself asks the unit."""


@dataclass(slots=True)
class WatchLane:
    """Asks the control unit how it is, at the start and then about every minute."""

    till: Till
    preflight: Preflight
    hurries: bool = False
    gathers_s: float = 0.0
    stated_from_s: float = 0.0
    """When the card terminal may be asked again about what a person stated."""
    take_up: Callable[[], None] = lambda: None
    """Takes up what was set for the till elsewhere, where a sale hindered it before."""

    def step(self) -> float:
        """Do the next thing; see `Lane.step`."""
        self.take_up()
        desk, preflight = self.till.desk, self.preflight
        owes = desk.pending or desk.registering or desk.attempt
        if owes or (desk.cart and desk.cart.lines):
            return LOOK_AGAIN_S
        self._ask_about_stated()
        if self.till.devices.control_unit is None:
            return ASK_EVERY_S
        answered_s = preflight.unit_answered_s
        if answered_s is not None:
            left_s = ASK_EVERY_S - (self.till.clock.steady_s() - answered_s)
            if left_s > 0:
                return left_s
        with contextlib.suppress(Refusal):
            preflight.check_unit(anew=True)
            with contextlib.suppress(UnitSilent, UnitRefused):
                preflight.meet_unit()
        return ASK_AGAIN_S if preflight.unit_fault else ASK_EVERY_S

    def _ask_about_stated(self) -> None:
        """Ask the terminal about the oldest payment that only a person's word is known of."""
        word, now_s = stated.waiting(self.till), self.till.clock.steady_s()
        if word is None or now_s < self.stated_from_s:
            return
        terminal = self.till.devices.terminal_of(word.begun.card_terminal_id)
        if terminal is None:
            return
        self.stated_from_s = now_s + ASK_EVERY_S
        attempt = Attempt(word.begun, 0, at_utc_ms=word.begun_at_utc_ms)
        ask = paying.ask_of(self.till, attempt, "")
        answer = terminal.status_of(ask, paying.new_service_id(self.till))
        outcomes.decide(self.till, word.begun.attempt_id, answer, by_status=True)
