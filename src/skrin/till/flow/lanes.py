"""Lanes: what the till still owes the outside world, done one thing at a time beside the writer.

A lane looks at the desk, does the next effect (I/O with a deadline) and hands the outcome back as a
command; it decides nothing itself. The desk alone says what is owed, so after a restart the lanes
go on where the journal stands. In a shop each lane is a thread; a simulated world runs them inline.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from skrin.domain.desk import Attempt, Pending, Registering, Undelivered
from skrin.domain.entry import Entry
from skrin.domain.payment import REFUND, UNKNOWN, VOID
from skrin.domain.receipt import OTHER_PRINTER, PRINTER_LOST_IT
from skrin.domain.record import replace
from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import FiscalMark, MarkRequest, UnitRefused, UnitSilent
from skrin.payments.contract import PaymentAnswer, PaymentAsk
from skrin.payments.nexo.answers import unknown
from skrin.sync.messages import Person
from skrin.till.devices.contract import (
    BLOCKING_CONDITIONS,
    COVER_OPEN,
    FORGOTTEN,
    OUT,
    PAPER_OUT,
    UNSURE,
    CardTerminal,
    Printer,
    PrintResult,
)
from skrin.till.flow import besides, completing, gift_codes, outcomes, output, paying
from skrin.till.flow.gift_codes import Slip
from skrin.till.flow.paying import Preflight
from skrin.till.flow.till import Till

SYSTEM = Person("", "", "system", ())
"""Who seals a sale whose cashier is no longer published."""

log = logging.getLogger(__name__)

AFTER_FAULT_S = 1.0
STATUS_EVERY_S = 2.0
SILENT_EVERY_S = 1.0
PAPER_EVERY_S = 1.0


class Lane(Protocol):
    """Something that is owed, one step at a time."""

    @property
    def hurries(self) -> bool:
        """Whether it ends its pause when it is woken: by a change of the till, or by somebody who
        wants it done now."""
        ...

    @property
    def gathers_s(self) -> float:
        """How long it waits for more when its pause was ended."""
        ...

    def step(self) -> float:
        """Do the next thing. Returns the seconds until it is worth looking again: 0 = at once,
        -1 = nothing is owed before the till is changed."""
        ...


@dataclass(slots=True)
class SaleLane:
    """Asks the card terminal and the control unit; seals and signs."""

    till: Till
    preflight: Preflight
    fresh_attempt: str = ""
    """The attempt begun by this process and not yet sent: only that one may be sent (D18)."""
    fresh_paper: Callable[[str], None] = lambda delivery_id: None
    """Told of each delivery that this process signs."""
    sends: dict[str, int] = field(default_factory=dict)
    marks: dict[str, FiscalMark] = field(default_factory=dict)
    """Marks that the unit gave, by document, until they are written: where the disk is full the
    unit does not register again."""
    stopping: str = ""
    """The attempt that the card terminal was asked to stop."""
    asked_again: str = ""
    """The attempt that the card terminal was asked about, after it gave no clear answer."""
    hurries: bool = True
    gathers_s: float = 0.0

    @property
    def stop_asked(self) -> bool:
        """Whether the card terminal was asked to stop the attempt that runs now."""
        attempt = self.till.desk.attempt
        return attempt is not None and attempt.begun.attempt_id == self.stopping

    @property
    def terminal(self) -> CardTerminal | None:
        """The card terminal that is at the attempt."""
        attempt = self.till.desk.attempt
        if attempt is None:
            return None
        return self.till.devices.terminal_of(attempt.begun.card_terminal_id)

    def step(self) -> float:
        """Do the next thing; see `Lane.step`."""
        desk = self.till.desk
        if self.till.handed_over:
            return -1.0  # A restored file may owe what the till has long done: nobody is asked.
        if desk.pending:
            return self._mark(desk.pending[0])
        if desk.registering:
            return self._mark_beside(desk.registering)
        if desk.attempt:
            return self._money(desk.attempt)
        if completing.nothing_left(desk):
            completing.seal_cart(self.till, self._payer())
            return 0.0
        return -1.0

    def _payer(self) -> Person:
        return self.till.registers.people.get(self.till.desk.payer, SYSTEM)

    def _mark(self, pending: Pending) -> float:
        receipt_id = pending.sealed.receipt_id
        try:
            mark = self._asked_to_register(receipt_id, completing.mark_request(pending))
        except UnitRefused as no:
            if no.renew_serial:
                completing.renew_serial(self.till, pending)
                return 0.0 if self.sends[receipt_id] < 3 else SILENT_EVERY_S
            return SILENT_EVERY_S
        if mark is None:
            return SILENT_EVERY_S
        completing.sign(self.till, pending, mark, self.fresh_paper)
        self._written(receipt_id)
        return 0.0

    def _mark_beside(self, waiting: Registering) -> float:
        """A copy or a pro forma: as a receipt, but one that the unit will never have is given up,
        so that it stops no sale."""
        try:
            request = besides.mark_request(waiting)
            mark = self._asked_to_register(waiting.document_id, request)
        except UnitRefused as no:
            sends = self.sends[waiting.document_id]
            if no.renew_serial and sends < 3:
                besides.renew_serial(self.till, waiting)
                return 0.0
            if no.again and not no.renew_serial:
                return SILENT_EVERY_S
            self.preflight.unit_fault = ""
            besides.give_up(self.till, waiting, no.code)
            return 0.0
        if mark is None:
            return SILENT_EVERY_S
        besides.sign(self.till, waiting, mark, self.fresh_paper)
        self._written(waiting.document_id)
        return 0.0

    def _asked_to_register(self, document_id: str, request: MarkRequest) -> FiscalMark | None:
        """The unit's mark; None while it is silent or cannot be told. Raises `UnitRefused`."""
        if document_id in self.marks:
            return self.marks[document_id]
        preflight, unit = self.preflight, self.till.devices.control_unit
        if unit is None:
            preflight.unit_fails("missing")
            return None
        self.sends[document_id] = sends = self.sends.get(document_id, 0) + 1
        if sends > 1:
            _keep_sends(self.till, document_id, sends)
        try:
            mark = unit.register(request)
        except UnitSilent as silence:
            preflight.unit_fails(silence.code)
            return None
        except Refusal as no:
            # What cannot be said to this unit at all: it waits for a unit that can be told (D16).
            preflight.unit_fault = no.code
            return None
        except UnitRefused as no:
            preflight.unit_fails(no.code)
            raise
        preflight.heard_mark(mark)
        self.marks[document_id] = replace(mark, attempts=self.sends[document_id])
        return self.marks[document_id]

    def _written(self, document_id: str) -> None:
        """The mark is in the journal: nothing of it is remembered here any more."""
        self.marks.pop(document_id, None)
        self.sends.pop(document_id, None)

    def _money(self, attempt: Attempt) -> float:
        terminal = self.till.devices.terminal_of(attempt.begun.card_terminal_id)
        if terminal is None:
            # It was taken away from this till: nobody but a person can tell what became of it.
            self._decide(attempt.begun.attempt_id, unknown("no_terminal"), by_status=True)
            return STATUS_EVERY_S
        ask = paying.ask_of(self.till, attempt, self._payer().display_name)
        if ask.attempt_id == self.fresh_attempt:
            self.fresh_attempt = ""
            answer = _asked(terminal, attempt, ask)
            self._decide(ask.attempt_id, answer, by_status=False)
            return 0.0 if answer.outcome != UNKNOWN else 0.2
        answer = terminal.status_of(ask, paying.new_service_id(self.till))
        self._decide(ask.attempt_id, answer, by_status=True)
        return 0.0 if answer.outcome != UNKNOWN else STATUS_EVERY_S

    def _decide(self, attempt_id: str, answer: PaymentAnswer, by_status: bool) -> None:
        if by_status:
            self.asked_again = attempt_id
        outcomes.decide(self.till, attempt_id, answer, by_status, self._send_next)

    def _send_next(self, attempt_id: str) -> None:
        self.fresh_attempt = attempt_id

    def stop_payment(self) -> None:
        """Ask the terminal to stop; the payment's own answer still tells what happened."""
        attempt = self.till.desk.attempt
        terminal = self.terminal
        if attempt is None or terminal is None or self.stop_asked:
            return
        self.stopping = attempt.begun.attempt_id
        ask = paying.ask_of(self.till, attempt, self._payer().display_name)
        terminal.abort(ask, paying.new_service_id(self.till))


SENDS = "unit_sends"
"""Under this name the state keeps how often the document was sent that was sent more than once."""


def _keep_sends(till: Till, document_id: str, sends: int) -> None:
    """Remember a repeated send before it is made: no entry, and nobody is woken by it."""

    def command() -> None:
        with till.file.commit():
            till.file.put_state(SENDS, f"{document_id} {sends}")

    till.writer.run(command)


def earlier_sends(till: Till) -> dict[str, int]:
    """How often the receipt that has no mark yet may have been sent before this start, by its id.

    The first send is known by the sealing, and costs no commit of its own: each earlier run of the
    program counts as one at the least. From the second on they are kept, so that the mark tells of
    as many registrations as the unit may have made (D16).
    """
    desk = till.desk
    if desk.pending:
        document_id, seq = desk.pending[0].sealed.receipt_id, desk.pending[0].seq
    elif desk.registering:
        document_id, seq = desk.registering.document_id, desk.registering.seq
    else:
        return {}
    later = till.file.entries(seq + 1)
    starts = sum(1 for entry in later if entry.header.kind == "till.started")
    of, _, kept = till.file.state(SENDS).partition(" ")
    return {document_id: max(1 + starts, int(kept) if of == document_id else 0)}


def _asked(terminal: CardTerminal, attempt: Attempt, ask: PaymentAsk) -> PaymentAnswer:
    """Ask for what the attempt is: money in, money back, or a charge undone."""
    if attempt.begun.purpose == VOID:
        return terminal.reverse(ask, attempt.begun.undoes_transaction)
    if attempt.begun.purpose == REFUND:
        return terminal.refund(ask)
    return terminal.pay(ask)


@dataclass(slots=True)
class TrialPrint:
    """A page that somebody wants to see, and nothing else: no document waits for it."""

    job: bytes
    result: PrintResult | None = None
    _over: threading.Event = field(default_factory=threading.Event)

    def wait(self, timeout_s: float) -> PrintResult | None:
        """What became of it; None when it has not been printed in time."""
        self._over.wait(timeout_s)
        return self.result

    def came(self, result: PrintResult) -> None:
        """The lane says what became of it."""
        self.result = result
        self._over.set()


@dataclass(slots=True)
class PaperLane:
    """Brings documents out, in order, each once (D17)."""

    till: Till
    fresh: set[str] = field(default_factory=set)
    """Deliveries that this process may send: signed by it, or said by a person not to be out."""
    unsure: set[str] = field(default_factory=set)
    came_out: set[str] = field(default_factory=set)
    """Deliveries of which the printer said so, until that is written: where the disk is full they
    are not printed again."""
    condition: str = ""
    trial: TrialPrint | None = None
    """A page that is printed when no document waits. This lane alone prints, so that nothing comes
    between the pieces of a document or clears it out of the printer."""
    hurries: bool = True
    gathers_s: float = 0.0
    _trial_stopped: bool = False
    _stopped_at: object = None
    """Where the printer is that a paper went to last, which may have stopped in it."""
    _stopped_by: str = ""
    """What it said then."""

    def step(self) -> float:
        """Do the next thing; see `Lane.step`."""
        printer = self.till.devices.printer
        if not self.till.desk.undelivered:
            return self._print_trial(printer) if printer else -1.0
        waiting = self.till.desk.undelivered[0]
        delivery_id = waiting.delivery.delivery_id
        if delivery_id in self.came_out:
            self._out(delivery_id)
            return 0.0
        if printer is None:
            return PAPER_EVERY_S
        if delivery_id in self.unsure:
            return self._settle(printer, waiting)
        if delivery_id in self.fresh:
            return self._print(printer, waiting)
        return -1.0

    def _print_trial(self, printer: Printer) -> float:
        """Print the page that is wanted. One that stopped in the middle is let out or cleared
        away, so that the printer is free for others, and is not printed again."""
        stopped_here = self._trial_stopped and self._stopped_at == _place_of(printer)
        if stopped_here and printer.settle() == UNSURE:
            return PAPER_EVERY_S
        self._trial_stopped = False
        trial, self.trial = self.trial, None
        if trial is None:
            return -1.0
        self._stopped_at = _place_of(printer)
        result = printer.print(trial.job)
        self.condition = result.condition
        self._trial_stopped = result.outcome == UNSURE
        trial.came(result)
        return PAPER_EVERY_S if self._trial_stopped else 0.0

    def take_back(self, trial: TrialPrint) -> None:
        """Nobody waits for that page any more: it comes out by surprise no more either."""
        if self.trial is trial:
            self.trial = None

    def owes_answer(self) -> Undelivered | None:
        """The document of which only a person can say whether it came out: a restart lost track,
        its queue forgot it, or its printer fell silent and the documents went elsewhere."""
        if not self.till.desk.undelivered:
            return None
        first = self.till.desk.undelivered[0]
        known = self.fresh | self.unsure
        return None if first.delivery.delivery_id in known else first

    def _print(self, printer: Printer, waiting: Undelivered) -> float:
        slips, entries = self._slips(waiting), self._entries(waiting)
        look = output.look_of(self.till)
        # Before, not after: a person may send the documents elsewhere while this one prints.
        self._stopped_at = _place_of(printer)
        result = printer.print(output.job(waiting, printer, slips, entries, look))
        self.condition = result.condition
        delivery_id = waiting.delivery.delivery_id
        if result.outcome == OUT:
            self._out(delivery_id)
            return 0.0
        if result.outcome == UNSURE:
            self._stopped_by = result.condition
            self.unsure.add(delivery_id)
        return PAPER_EVERY_S

    def _slips(self, waiting: Undelivered) -> Sequence[Slip]:
        """The gift cards that come out with a receipt, their codes read where they are kept."""
        sealed = waiting.receipt
        if sealed is None or not gift_codes.keys_on(sealed):
            return ()
        return self.till.writer.run(lambda: gift_codes.slips(self.till.file, sealed))

    def _entries(self, waiting: Undelivered) -> Sequence[Entry]:
        """The entries of a part of the journal, read where the writer writes."""
        part, file = waiting.journal, self.till.file
        if part is None:
            return ()
        count = part.through_seq - part.first_seq + 1
        return self.till.writer.run(lambda: list(file.entries(part.first_seq, count)))

    def _settle(self, printer: Printer, waiting: Undelivered) -> float:
        if self._stopped_at != _place_of(printer):
            # Somebody sent the documents elsewhere. Where the printer said that it stopped in the
            # middle, what it still has of this one is torn, and whoever stands there was told to
            # throw it away. Where it only fell silent, all of it may have come out.
            torn = self._stopped_by in (PAPER_OUT, COVER_OPEN)
            return self._anew(waiting, OTHER_PRINTER) if torn else self._ask(waiting)
        self.condition = printer.condition()
        if self.condition in BLOCKING_CONDITIONS:
            return PAPER_EVERY_S
        outcome = printer.settle()
        delivery_id = waiting.delivery.delivery_id
        if outcome == OUT:
            self._out(delivery_id)
            return 0.0
        if outcome == UNSURE:
            return PAPER_EVERY_S
        if outcome == FORGOTTEN:
            return self._ask(waiting)
        return self._anew(waiting, PRINTER_LOST_IT)

    def _ask(self, waiting: Undelivered) -> float:
        """Leave it to a person, as after a restart (`owes_answer`): a receipt is printed once."""
        self.unsure.discard(waiting.delivery.delivery_id)
        self.fresh.discard(waiting.delivery.delivery_id)
        return -1.0

    def _anew(self, waiting: Undelivered, cause: str) -> float:
        delivery_id = waiting.delivery.delivery_id
        output.repeat(self.till, delivery_id, cause)
        self.unsure.discard(delivery_id)
        self.fresh.add(delivery_id)
        return 0.0

    def _out(self, delivery_id: str) -> None:
        self.came_out.add(delivery_id)
        output.delivered(self.till, delivery_id, "printed")
        for known in (self.came_out, self.fresh, self.unsure):
            known.discard(delivery_id)


def _place_of(printer: Printer) -> object:
    """Where a printer is, for one that stands for several. Another name makes it no other."""
    return getattr(getattr(printer, "place", None), "address", None)


def run_in_thread(
    lane: Lane,
    name: str,
    wake: threading.Event,
    stopping: threading.Event,
    on_fault: Callable[[BaseException], None] = lambda fault: None,
) -> threading.Thread:
    """A thread that steps the lane whenever it is woken, and while it owes something. `on_fault`
    is told what it raised that was no refusal."""

    def work() -> None:
        while not stopping.is_set():
            try:
                pause = lane.step()
            except Refusal as no:
                log.warning("%s waits: %s", name, no)
                pause = AFTER_FAULT_S
            except Exception as fault:
                on_fault(fault)
                # The till has read its disk again; the lane goes on from what is written there.
                log.exception("%s failed and begins again", name)
                pause = AFTER_FAULT_S
            if pause != 0.0:
                _rest(lane, pause, wake, stopping)

    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def _rest(lane: Lane, pause_s: float, wake: threading.Event, stopping: threading.Event) -> None:
    """Wait until the pause is over, or the lane is woken and hurries; what does not hurry when it
    is woken may hurry the next time."""
    ends_s = None if pause_s < 0 else time.monotonic() + pause_s
    while not stopping.is_set():
        woken = wake.wait(None if ends_s is None else max(0.0, ends_s - time.monotonic()))
        wake.clear()
        if not woken:
            return
        if lane.hurries:
            if stopping.wait(lane.gathers_s):
                return
            wake.clear()
            return
