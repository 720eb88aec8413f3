"""The devices of the town. They outlive the tills' processes, remember what really happened, and
fail as the perils say; beside them a till may die before it asks or before it hears."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from skrin.domain.receipt import FiscalMark
from skrin.fiscal.contract import MarkRequest, UnitIdentity, UnitSilent, UnitStatus
from skrin.fiscal.se.ccsp_receipt import receipt_fields
from skrin.payments.contract import PaymentAnswer, PaymentAsk
from skrin.till.devices.contract import (
    BLOCKING_CONDITIONS,
    NOT_OUT,
    OUT,
    READY,
    UNSURE,
    PrintResult,
)
from skrin.till.devices.simulated import InstantCardTerminal, InstantControlUnit, PaperRoll
from skrin.town.world import perils as bad
from skrin.town.world.perils import AFTER, BEFORE, Perils

UNIT_ERRORS = {"invalid sequence": "004", "not operational": "006", "internal error": "008"}
"""What a unit says, by the words of `perils.UNIT_CODES` (facts: sweden)."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What a unit registered: of which document, and the code that it gave."""

    receipt_id: str
    receipt_type: str
    number: int
    total_minor: int
    code: str


class TownUnit(InstantControlUnit):
    """A control unit that keeps a list of what it registered, as an inspector reads it."""

    def __init__(self, unit_id: str, perils: Perils, *, same_answer_again: bool) -> None:
        super().__init__(unit_id, same_answer_again=same_answer_again)
        self.registered: list[Registration] = []
        self._perils = perils
        self._late: list[tuple[str, MarkRequest]] = []
        """What it has not heard yet, and when it will."""
        self.answers_lost = 0
        """So many of its next marks come to nobody: the line is broken one way."""

    def identity(self) -> UnitIdentity:
        """Who it is."""
        self._meet()
        return super().identity()

    def status(self) -> UnitStatus:
        """How it is."""
        self._meet()
        return super().status()

    def register(self, request: MarkRequest) -> FiscalMark:
        """Register, or fail as the perils say."""
        self._perils.at_call(BEFORE, "unit")
        self._meet()
        peril = self._perils.peril
        if peril and self._perils.strikes(bad.UNIT_LATE, "unit"):
            self._late.append((peril.how, request))
            raise UnitSilent("it lies somewhere on the way")
        self._hear_late("before the next")
        if self._perils.strikes(bad.UNIT_DEAF, "unit"):
            self.be_silent(1, after_hearing=True)
        mark = super().register(request)
        self._hear_late("after the next")
        self._perils.at_call(AFTER, "unit")
        if self.answers_lost:
            self.answers_lost -= 1
            raise UnitSilent("the line is broken one way")
        return mark

    def _hear_late(self, when: str) -> None:
        """What lay on the way comes to it: it registers that like anything else, and whoever sent
        it has long hung up."""
        due = [request for how, request in self._late if how == when]
        self._late = [one for one in self._late if one[0] != when]
        for request in due:
            fields = receipt_fields(request)
            if not (self._same_answer_again and fields in self._answered):
                self._answered[fields] = self._count(request, fields)

    def _meet(self) -> None:
        self._hear_late("when asked next")
        peril = self._perils.peril
        if peril and self._perils.strikes(bad.UNIT_SILENT):
            self.be_silent(peril.nth)
        elif peril and peril.how and self._perils.strikes(bad.UNIT_REFUSES):
            self.refuse(UNIT_ERRORS[peril.how], peril.nth)

    def _count(self, request: MarkRequest, fields: tuple[str, ...]) -> FiscalMark:
        mark = super()._count(request, fields)
        sealed = request.sealed
        self.registered.append(
            Registration(
                sealed.receipt_id,
                request.receipt_type,
                sealed.number,
                sealed.total_minor,
                mark.code,
            )
        )
        return mark


class TownTerminal(InstantCardTerminal):
    """A card terminal that keeps what it moved by attempt: the truth about the customer's money."""

    def __init__(self, card_terminal_id: str, perils: Perils) -> None:
        super().__init__(card_terminal_id)
        self.moved_minor: dict[str, int] = {}
        """By our own attempt id: what went from the card (below zero: back to it)."""
        self._perils = perils

    def pay(self, ask: PaymentAsk) -> PaymentAnswer:
        """Charge."""
        return self._do(ask, lambda: super(TownTerminal, self).pay(ask))

    def refund(self, ask: PaymentAsk) -> PaymentAnswer:
        """Give money back."""
        return self._do(ask, lambda: super(TownTerminal, self).refund(ask))

    def reverse(self, ask: PaymentAsk, transaction: str) -> PaymentAnswer:
        """Undo a charge."""
        return self._do(ask, lambda: super(TownTerminal, self).reverse(ask, transaction))

    def status_of(self, ask: PaymentAsk, service_id: str) -> PaymentAnswer:
        """What became of an attempt; asking may find a payment that was still running."""
        before = self.charged_minor
        answer = super().status_of(ask, service_id)
        self._note(ask, before)
        return answer

    def _do(self, ask: PaymentAsk, act: Callable[[], PaymentAnswer]) -> PaymentAnswer:
        peril = self._perils.peril
        if peril and self._perils.strikes(bad.TERMINAL):
            self.plan.append(peril.how)
        self._perils.at_call(BEFORE, "terminal")
        before = self.charged_minor
        answer = act()
        self._note(ask, before)
        self._perils.at_call(AFTER, "terminal")
        return answer

    def _note(self, ask: PaymentAsk, before_minor: int) -> None:
        change = self.charged_minor - before_minor
        if change:
            self.moved_minor[ask.attempt_id] = self.moved_minor.get(ask.attempt_id, 0) + change


class TownPrinter(PaperRoll):
    """A printer whose paper can be counted: how often each document came out whole.

    `in_hand` tells which document is being printed. What stopped in the middle comes out when
    somebody puts paper in, unless the printer forgot it.
    """

    def __init__(self, perils: Perils) -> None:
        super().__init__(keep=4)
        self.came_out: Counter[str] = Counter()
        self.twice: list[str] = []
        self.in_hand: Callable[[], str] = lambda: ""
        self._perils = perils
        self._document = ""
        self._came_late = False

    def print(self, job: bytes) -> PrintResult:
        """Print, or stop in the middle."""
        self._perils.at_call(BEFORE, "printer")
        peril = self._perils.peril
        if peril and self._perils.strikes(bad.PRINTER):
            state, memory = peril.how.split()
            self.stop_in_next, self.loses_buffer = state, memory == "forgets"
        self._document, self._came_late = self.in_hand(), False
        result = super().print(job)
        self._perils.at_call(AFTER, "printer")
        return result

    def mend(self) -> None:
        """Somebody puts paper in, closes the cover, pulls the plug in again."""
        self.state = READY
        if self._stopped is not None and not self.loses_buffer:
            self._keep(self._stopped)
            self._came_late = True
        self._stopped = None

    def settle(self) -> str:
        """What became of the job that stopped: out, once somebody let it come out."""
        if self.state in BLOCKING_CONDITIONS:
            return UNSURE
        came_late, self._came_late = self._came_late, False
        return OUT if came_late else NOT_OUT

    def _keep(self, job: bytes) -> None:
        super()._keep(job)
        self.came_out[self._document] += 1
        if self.came_out[self._document] > 1:
            self.twice.append(self._document)


__all__ = ["Registration", "TownPrinter", "TownTerminal", "TownUnit"]
