"""The counter: a till with its lanes at work, and what a person asks of it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass

from skrin.domain.giftcard import GiftPart
from skrin.domain.journal import TillStarted, TillStopped
from skrin.domain.payment import CARD, CASH
from skrin.domain.receipt import SAID_NOT_OUT
from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import NO_ANSWER, UnitRefused, UnitSilent
from skrin.payments.contract import Attendance, ProviderState
from skrin.sync.accounting import AccountingAnswer, AccountingQuestion
from skrin.sync.giftcards import GiftCardAnswer
from skrin.sync.messages import Person, TillStatus, UnitFacts
from skrin.till.devices.contract import BLOCKING_CONDITIONS, OfficeLink
from skrin.till.flow import (
    closing,
    completing,
    copying,
    drawer,
    gift_codes,
    giftcards,
    output,
    paying,
    pro_forma,
    reporting,
    stated,
    unit_log,
)
from skrin.till.flow.lanes import PaperLane, SaleLane, earlier_sends, run_in_thread
from skrin.till.flow.paying import Preflight
from skrin.till.flow.printer_choosing import PrinterChoice
from skrin.till.flow.quiet import JournalRun, QuietLane
from skrin.till.flow.scale_choosing import ScaleChoice
from skrin.till.flow.setting_choosing import SettingChoice
from skrin.till.flow.terminal_choosing import TerminalChoice
from skrin.till.flow.till import MoreTerminal, Till
from skrin.till.flow.uploading import UploadLane
from skrin.till.flow.watching import WatchLane
from skrin.till.storage.host_file import HostFile
from skrin.till.storage.shop_reader import ShopReader

SETTLE_S = 0.4
"""How long an answer to the screen waits for the lanes: a sale that goes well is done by then."""

PAPER_PATIENCE_S = 3.0
"""How long a payment waits for the receipt before it, that is just coming out of the printer."""


@dataclass(frozen=True, slots=True)
class PartState:
    """How a part is: `level` good, warn or bad, a `code` for the words, the age of the answer."""

    level: str
    code: str
    since_s: int = -1
    count: int = 0


class Counter:
    """A till at work. In a shop its lanes are threads; a simulated world calls `work_off`."""

    def __init__(self, till: Till, link: OfficeLink, incarnation: int) -> None:
        """Put the lanes beside the till; nothing runs yet."""
        self.till = till
        self.incarnation = incarnation
        self.preflight = Preflight(till)
        self.sale_lane = SaleLane(till, self.preflight)
        self.paper_lane = PaperLane(till)
        self.sale_lane.fresh_paper = self.paper_lane.fresh.add
        self.sale_lane.sends = earlier_sends(till)
        self.upload_lane = UploadLane(till, link, ShopReader(till.file.path), incarnation)
        self.upload_lane.status = self.status
        till.office_is_away = lambda: self.upload_lane.failures > 0
        self.watch_lane = WatchLane(till, self.preflight)
        self.quiet_lane = QuietLane(till, self.paper_lane.fresh.add, self.copy_receipt)
        self.changed = threading.Condition()
        self._wakes: list[threading.Event] = []
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._local = threading.local()
        self._card_states: dict[str, ProviderState] = {}
        self._terminal = ""
        self.terminals: TerminalChoice | None = None
        self.settings = SettingChoice(till)
        self.upload_lane.take_up = self.watch_lane.take_up = self.settings.take_up
        self.printers: PrinterChoice | None = None
        self.scale: ScaleChoice | None = None
        self.host = HostFile(None)
        self.examine_soon: Callable[[], None] = lambda: None
        self.suspect: Callable[[BaseException], None] = lambda fault: None
        """Told what a lane or a page raised: it may be damage of the file."""
        till.listeners.append(self._on_change)

    def start(self) -> None:
        """Journal the start and set the lanes going as threads."""
        self.begin()
        for lane, name in (
            (self.sale_lane, "sale"),
            (self.paper_lane, "paper"),
            (self.upload_lane, "upload"),
            (self.watch_lane, "watch"),
            (self.quiet_lane, "quiet"),
        ):
            wake = threading.Event()
            self._wakes.append(wake)
            thread = run_in_thread(lane, name, wake, self._stopping, lambda f: self.suspect(f))
            self._threads.append(thread)

    def choose_terminals(self, choice: TerminalChoice) -> None:
        """Let the card terminals be chosen: at the till, and by what the office publishes."""
        self.terminals = choice
        choice.on_change = self._card_states.clear
        self.settings.then = choice.take_up

    def begin(self) -> None:
        """Journal that the program runs: a new incarnation (D23).

        A clock that went back hinders no start: the screen must come up to say so. What the program
        writes of itself is an outcome, and is refused by nothing.
        """
        till = self.till

        def command() -> None:
            with till.transaction(None) as tx:
                identity = till.identity
                started = TillStarted(self.incarnation, identity.program, identity.version)
                tx.append("till.started", started)

        till.run(command)
        till.run(lambda: gift_codes.sweep(till))
        self.watch_lane.take_up()

    def stop(self) -> None:
        """End in order: the lanes finish what they are at, the journal says so."""
        self._stopping.set()
        self._wake_all()
        for thread in self._threads:
            thread.join(3.0)
        till = self.till
        if till.desk.attempt is None:  # One that is at a payment is asked about it at the start.
            for terminal in till.devices.card_terminals():
                terminal.device.close()

        def command() -> None:
            with till.transaction(None) as tx:
                tx.append("till.stopped", TillStopped(self.incarnation))

        till.run(command)
        till.writer.stop()
        till.file.close()

    def work_off(self) -> None:
        """Step the sale's and the paper's lane until nothing is owed (a simulated world)."""
        while self.sale_lane.step() == 0.0 or self.paper_lane.step() == 0.0:
            pass

    def _on_change(self) -> None:
        # A simulated world steps its lanes itself: nobody waits in it.
        if self._threads:
            with self.changed:
                self.changed.notify_all()
            self._wake_all()

    def _wake_all(self) -> None:
        for wake in self._wakes:
            wake.set()

    def reader(self) -> ShopReader:
        """The calling thread's own view of the file."""
        reader = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = ShopReader(self.till.file.path)
        return reader

    # What a person asks.

    def pay_cash(self, actor: Person, tap_id: str, tendered_minor: int | None) -> None:
        """Take cash and see the sale through as far as it goes by itself."""
        self._pay(actor, tap_id, CASH, tendered_minor)

    def pay_card(self, actor: Person, tap_id: str, amount_minor: int | None = None) -> None:
        """Begin to charge a card; the lane goes on."""
        self._pay(actor, tap_id, CARD, amount_minor)

    def _pay(self, actor: Person, tap_id: str, kind: str, amount_minor: int | None) -> None:
        method = self.till.registers.method_of(kind)
        if method is None:
            raise Refusal("method_missing")
        self.pay(actor, tap_id, method.id, amount_minor)

    def pay(
        self,
        actor: Person,
        tap_id: str,
        method: int,
        amount_minor: int | None,
        tip_minor: int = 0,
        card_terminal_id: str = "",
    ) -> None:
        """Pay a part or the rest with a method, and see the sale through (R-PAY-005)."""
        self._await_paper()
        fresh = self._fresh(tap_id)
        self._terminal = card_terminal_id or self.chosen_terminal()
        paying.pay(
            self.till,
            actor,
            self.preflight,
            tap_id,
            method,
            amount_minor,
            fresh,
            tip_minor,
            self._terminal,
        )
        completing.seal_cart(self.till, actor, free=True)
        self.settle()

    def gift_card(self, key: str) -> GiftCardAnswer:
        """What is on a gift card, by the office's word. Refused: `office_away` and such."""
        return giftcards.look(self.till, self.upload_lane.link, key)

    def pay_gift_card(
        self, actor: Person, tap_id: str, method: int, key: str, amount_minor: int
    ) -> None:
        """Ask for an amount of a gift card; the part is paid when it is granted."""
        self._await_paper()
        paying.pay_gift_card(self.till, actor, self.preflight, tap_id, method, key, amount_minor)
        self.settle()

    def refund_to_gift_card(
        self, actor: Person, tap_id: str, method: int, key: str, amount_minor: int | None
    ) -> None:
        """Give money back onto a gift card, or (no `key`) onto a new one that is printed."""
        till = self.till
        if key:
            gift, code = giftcards.refund_part(key, self.gift_card(key)), ""
        else:
            load, code = gift_codes.new_card(till)
            gift = GiftPart(load.key, load.tail, None, load.valid_until)
        paying.refund_to_gift_card(
            till, actor, self.preflight, tap_id, method, gift, code, amount_minor
        )
        completing.seal_cart(till, actor)
        self.settle()

    def back_out(self, actor: Person, tap_id: str, payment_id: str) -> None:
        """Take a paid part out again."""
        paying.back_out(self.till, actor, tap_id, payment_id, self._fresh(tap_id))
        self.settle()

    def move_cash(
        self,
        actor: Person,
        tap_id: str,
        direction: str,
        amount_minor: int,
        reason: int,
        text: str,
        approver: Person | None = None,
    ) -> None:
        """Put cash in or take it out, with its slip; see `drawer.move_cash`."""
        fresh = self.paper_lane.fresh.add
        drawer.move_cash(
            self.till,
            actor,
            self.preflight,
            tap_id,
            direction,
            amount_minor,
            reason,
            text,
            approver,
            fresh,
        )
        self.settle()

    def open_drawer(self, actor: Person, tap_id: str, approver: Person | None = None) -> None:
        """Open the drawer without a sale."""
        drawer.open_drawer(self.till, actor, self.preflight, tap_id, approver)

    def copy_receipt(
        self, actor: Person, tap_id: str, key: str, approver: Person | None = None
    ) -> bool:
        """Make the copy of a receipt, or ask for it; whether it is on its way."""
        self._await_paper()
        made = copying.make(self.till, actor, self.preflight, tap_id, key, approver)
        self.settle()
        return made

    def print_pro_forma(self, actor: Person, tap_id: str) -> None:
        """Print what the open cart comes to, before it is paid."""
        self._await_paper()
        pro_forma.make(self.till, actor, self.preflight, tap_id)
        self.settle()

    def _fresh(self, attempt_id: str) -> Callable[[], None]:
        def fresh() -> None:
            self.sale_lane.fresh_attempt = attempt_id

        return fresh

    def settle(self, timeout_s: float = SETTLE_S) -> None:
        """Wait until the sale is done or needs a person, at most `timeout_s`."""
        if not self._threads:
            self.work_off()
            return
        with self.changed:
            self.changed.wait_for(self._settled, timeout_s)

    def await_answer(self, kind: str, key: str) -> None:
        """Wait a little for the office's answer about a right: mostly it is there at once. What
        takes longer is told by the screen as it comes."""

        def answered() -> bool:
            wish = self.till.sharing.wish(kind, key)
            return wish is None or not wish.waits

        if self._threads:
            with self.changed:
                self.changed.wait_for(answered, SETTLE_S)

    def _await_paper(self) -> None:
        """Let a receipt that is just being printed come out: it must not hold up the queue with
        a refusal (R-MORE-020). Paper that cannot come out is refused by the payment itself."""
        if self._threads:
            with self.changed:
                self.changed.wait_for(self._paper_is_settled, PAPER_PATIENCE_S)

    def _paper_is_settled(self) -> bool:
        waiting = self.till.desk.undelivered
        stopped = self.paper_lane.condition in BLOCKING_CONDITIONS
        return not waiting or stopped or self.paper_lane.owes_answer() is not None

    def _settled(self) -> bool:
        desk = self.till.desk
        if desk.pending or desk.registering:
            return bool(self.preflight.unit_fault)
        return desk.attempt is None and not completing.nothing_left(desk)

    def answer_printed(self, actor: Person, came_out: bool) -> None:
        """A person says whether the document came out of which only that is known by looking."""
        asked = self.paper_lane.owes_answer()
        if asked is None:
            return
        delivery_id = asked.delivery.delivery_id
        if came_out:
            output.said_printed(self.till, actor, delivery_id)
            return
        output.repeat(self.till, delivery_id, SAID_NOT_OUT)
        self.paper_lane.fresh.add(delivery_id)
        self._wake_all()

    def retry(self) -> None:
        """Try at once what is tried again by itself anyway."""
        self._wake_all()
        self.settle()

    def refresh(self, timeout_s: float) -> bool:
        """Ask the office now for what is new; whether it answered in time."""
        lane, ends_s = self.upload_lane, self.till.clock.steady_s() + timeout_s
        before, lane.urged = (lane.answered_s, lane.failures), True
        self._wake_all()
        while self._threads and self.till.clock.steady_s() < ends_s:
            if not lane.urged and (lane.answered_s, lane.failures) != before:
                return lane.failures == 0
            self._stopping.wait(0.02)
        return False

    def leave_finished(self) -> None:
        """The next customer: the finished sale leaves the screen."""
        self.till.run(self.till.forget_finished)

    def x_report(
        self, actor: Person, *, by_article: bool = False, approver: Person | None = None
    ) -> None:
        """Take and print an X."""
        fresh = self.paper_lane.fresh.add
        reporting.x_report(self.till, actor, fresh, by_article=by_article, approver=approver)
        self.settle()

    def copy_z(
        self,
        actor: Person,
        number: int,
        *,
        by_article: bool = False,
        approver: Person | None = None,
    ) -> None:
        """Print a copy of an earlier Z."""
        fresh = self.paper_lane.fresh.add
        self.preflight.check_printer()
        reporting.copy_z(self.till, actor, number, fresh, by_article=by_article, approver=approver)
        self.settle()

    def copy_earlier_z(self, actor: Person, reader: ShopReader, number: int) -> None:
        """Print a copy of a Z of the till before this one, out of its own file."""
        fresh = self.paper_lane.fresh.add
        self.preflight.check_printer()
        reporting.copy_z(self.till, actor, number, fresh, by_article=False, of=reader)
        self.settle()

    def print_period(self, actor: Person, span: tuple[str, str], *, by_article: bool) -> None:
        """Take and print the report of an interval of days."""
        fresh = self.paper_lane.fresh.add
        self.preflight.check_printer()
        reporting.print_period(self.till, self.reader(), actor, span, fresh, by_article=by_article)
        self.settle()

    def print_journal(self, actor: Person, span: tuple[str, str], from_seq: int = 0) -> None:
        """Print the journal of an interval of days, part by part while nobody sells, from its
        beginning or from an entry on. Refused: `journal_empty`, `printer_...`, `not_allowed`."""
        reporting.check_may_see_figures(self.till, actor)
        self.preflight.check_printer()
        seqs = self.reader().seqs_between(*span)
        if seqs is None:
            raise Refusal("journal_empty")
        first_seq, last_seq = seqs
        next_seq = min(max(first_seq, from_seq), last_seq)
        self.quiet_lane.run = JournalRun(actor, *span, first_seq, next_seq, last_seq)
        self._wake_all()

    def accounting_file(self, number: int) -> AccountingAnswer:
        """The accounting file of a Z, from the office. Raises `OfficeAway`; refused: `z_unknown`,
        `sie_not_yet`, `sie_refused`."""
        seq = self.reader().closing_seq(number)
        if seq is None:
            raise Refusal("z_unknown", number=number)
        asked = AccountingQuestion(self.till.identity.seat.store, seq)
        made = self.upload_lane.link.accounting_file(asked)
        if not made.found:
            raise Refusal("sie_not_yet")
        if made.refusal:
            raise Refusal("sie_refused", why=made.about or made.refusal)
        return made

    def stop_journal(self) -> None:
        """No further part of the journal is printed."""
        self.quiet_lane.run = None

    def close_days(
        self,
        actor: Person,
        through_day: str,
        count: closing.Count | None = None,
        approver: Person | None = None,
    ) -> list[int]:
        """Close every waiting day up to and including one; returns the numbers of the Z."""
        fresh = self.paper_lane.fresh.add
        numbers = closing.close_days(self.till, actor, through_day, fresh, count, approver)
        self.settle()
        return numbers

    # How it is.

    def lanes_alive(self) -> bool:
        """Whether every lane's thread still runs."""
        return all(thread.is_alive() for thread in self._threads)

    def look(self) -> None:
        """Ask the devices now, for a person who wants to know."""
        self.look_at_unit()
        with contextlib.suppress(Refusal):
            self.preflight.check_printer()
        if self.till.desk.attempt is None:
            for one in self.till.devices.card_terminals():
                state = one.device.state(paying.new_service_id(self.till))
                self._card_states[one.card_terminal_id] = state

    def terminal_states(self) -> tuple[tuple[MoreTerminal, ProviderState | None], ...]:
        """Each card terminal with the last that it said of itself."""
        return tuple(
            (one, self._card_states.get(one.card_terminal_id))
            for one in self.till.devices.card_terminals()
        )

    def attending(self) -> Attendance:
        """What the card terminal tells and asks the cashier, while it is at a payment."""
        terminal = self.sale_lane.terminal
        return terminal.attendance() if terminal else Attendance()

    def reply(self, question_id: str, said: str) -> None:
        """The cashier's answer to the card terminal; what comes of it, the payment tells."""
        if terminal := self.sale_lane.terminal:
            terminal.reply(question_id, said)

    def chosen_terminal(self) -> str:
        """The card terminal that was used last, while it is there; else the first."""
        devices = self.till.devices
        if devices.terminal_of(self._terminal) is None:
            return devices.card_terminal_id
        return self._terminal

    def look_at_unit(self) -> None:
        """Ask the control unit now how it is, and who, where that is not known."""
        with contextlib.suppress(Refusal):
            self.preflight.check_unit(anew=True)
            with contextlib.suppress(UnitSilent, UnitRefused):
                self.preflight.meet_unit()

    def card_terminal_state(self) -> PartState:
        """The card terminal, by the last that it said."""
        if found := stated.contradicted(self.till):
            return PartState("bad", "card_terminal_contradicts", count=len(found))
        if self.till.devices.card_terminal is None:
            return PartState("warn", "card_terminal_missing")
        said = self._card_states.get(self.till.devices.card_terminal_id)
        if said is None:
            return PartState("good", "card_terminal_asked")
        level = "good" if said.state in ("ready", "busy") else "warn"
        return PartState(level, f"card_terminal_{said.state}")

    def office_state(self) -> PartState:
        """The way to the office: what waits, since when there was no answer."""
        lane = self.upload_lane
        unsent = lane.unsent()
        if lane.alarm:
            return PartState("bad", f"office_{lane.alarm}", count=unsent)
        if lane.answered_s is None:
            code = "office_away" if lane.failures else "office_asking"
            return PartState("warn", code, count=unsent)
        age_s = int(self.till.clock.steady_s() - lane.answered_s)
        if lane.failures:
            return PartState("warn", "office_away", age_s, unsent)
        return PartState("good", "office_reached", age_s, unsent)

    def unit_state(self) -> PartState:
        """The control unit, by its last answer."""
        if self.till.devices.control_unit is None:
            return PartState("bad", "control_unit_missing")
        if unit_log.is_former_owners(self.till, self.preflight.unit_known):
            return PartState("bad", "control_unit_former_owner")
        if self.preflight.unit_fault:
            silent = self.preflight.unit_fault in NO_ANSWER
            return PartState("bad", f"control_unit_{'silent' if silent else 'refuses'}")
        answered = self.preflight.unit_answered_s
        age_s = -1 if answered is None else int(self.till.clock.steady_s() - answered)
        return PartState(
            "good", "control_unit_answers" if answered else "control_unit_asked", age_s
        )

    def printer_state(self) -> PartState:
        """The printer, by the last that it said."""
        if self.till.devices.printer is None:
            return PartState("bad", "printer_missing")
        waiting = len(self.till.desk.undelivered)
        condition = self.paper_lane.condition if waiting else self.preflight.printer_condition
        if condition in BLOCKING_CONDITIONS:
            return PartState("bad", f"printer_{condition}", count=waiting)
        if condition == "paper_low":
            return PartState("warn", "printer_paper_low", count=waiting)
        return PartState("good", "printer_ready", count=waiting)

    def status(self) -> TillStatus:
        """What the office is told of how the till is; asked by the upload lane alone."""
        lane, till = self.upload_lane, self.till
        unsent = lane.unsent()
        oldest_ms = lane.reader.at_of(till.acknowledged_seq + 1) if unsent else None
        return TillStatus(
            unsent,
            max(0, till.clock.now().utc_ms - oldest_ms) if oldest_ms else 0,
            self.preflight.unit_id,
            self.unit_state().code,
            self.card_terminal_state().code,
            self.printer_state().code,
            till.publication,
            till.desk.payer,
            self.unit_facts(),
            self.host.facts(),
        )

    def unit_facts(self) -> UnitFacts:
        """The control unit, as it last told of itself."""
        preflight, place = self.preflight, self.till.devices.unit_place
        met, status, answered = (
            preflight.unit_known.met,
            preflight.unit_status,
            preflight.unit_answered_s,
        )
        age_s = -1.0 if answered is None else self.till.clock.steady_s() - answered
        return UnitFacts(
            model=met.model if met else "",
            firmware=met.firmware if met else "",
            protocol=met.protocol if met else "",
            kind=place.kind if place else "",
            address=place.address if place else "",
            main_status=status.main_status if status else "",
            storage_status=status.storage_status if status else "",
            licences=status.licences if status else "",
            fault=preflight.unit_fault,
            owner=met.org_number if met else "",
            answered_ms=int(age_s * 1000) if answered is not None else -1,
        )
