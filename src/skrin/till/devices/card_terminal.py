"""A card terminal: a session on a wire, in one of the protocols (`payments.contract.Speech`).

What is the same for all of them stands here: log in before the first payment, send a payment once,
read trouble as unknown, and ask again only for what became of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import skrin
from skrin.payments.contract import (
    Attendance,
    PaymentAnswer,
    PaymentAsk,
    ProviderState,
    Speech,
    TerminalIdentity,
)
from skrin.payments.nexo import answers
from skrin.payments.nexo.speech import JsonSpeech
from skrin.till.devices.tcp import Deadline
from skrin.till.devices.terminal_line import HttpLine, NoAnswer, NotSent, TerminalLine

_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

IDLE_S = 60.0
"""A line on which nothing was heard for so long is tried by a login before money is asked for: a
payment that is sent into a dead line is an unknown outcome, a login is nothing."""

NOT_THERE, UNTRUSTED, NO_WORD = "not_there", "untrusted", "no_answer"
"""Why a terminal that was tried is of no use: nobody at that address, somebody who cannot show that
he is the terminal, no answer. Others are the terminal's own reasons."""

_Read = Callable[[bytes, PaymentAsk], PaymentAnswer]


class SessionTerminal:
    """A card terminal that is logged in to; see `contract.CardTerminal`.

    A payment that could not be sent at all (nobody there, wrong certificate, login refused) is
    declined, reason `not_sent` or why the login was refused: a clear no, since nothing has left.
    From the first byte of the payment on, trouble is unknown with `no_answer` or `bad_message`.
    Thread-safe: `abort` goes out while `pay` waits. An attempt names its till and its terminal
    itself; `sale_id` and `card_terminal_id` are for `state`, which has no attempt to name them.
    """

    def __init__(
        self,
        speech: Speech,
        line: TerminalLine,
        *,
        sale_id: str = "",
        card_terminal_id: str = "",
        pay_deadline_s: float = 150.0,
        status_deadline_s: float = 10.0,
        state_deadline_s: float = 5.0,
        abort_grace_s: float = 10.0,
        now_local: Callable[[], str] | None = None,
    ) -> None:
        self._speech = speech
        self._line = line
        self._sale_id = sale_id
        self._card_terminal_id = card_terminal_id
        self._pay_deadline_s = pay_deadline_s
        self._status_deadline_s = status_deadline_s
        self._state_deadline_s = state_deadline_s
        self._abort_grace_s = abort_grace_s
        self._running: dict[str, Deadline] = {}
        self._now_local = now_local or _wall_clock
        self._logged_in: int | None = None
        self.serial = ""
        """The serial number of the device, as it told it when it was logged in to."""
        self.identity = TerminalIdentity()

    def pay(self, ask: PaymentAsk) -> PaymentAnswer:
        """Charge. Sent once; once more only when the terminal answered that it knows no session,
        which says that nothing was done."""
        return self._money(ask, self._speech.payment(ask), self._speech.read_payment)

    def refund(self, ask: PaymentAsk) -> PaymentAnswer:
        """Give money back to a card that is shown; sent as `pay` is."""
        return self._money(ask, self._speech.payment(ask), self._speech.read_payment)

    def reverse(self, ask: PaymentAsk, transaction: str) -> PaymentAnswer:
        """Undo the charge that the terminal calls `transaction`; sent as `pay` is.

        A charge whose id the terminal never told cannot be named to it: a clear no.
        """
        if not transaction:
            return answers.declined("not_found")
        request = self._speech.reversal(ask, transaction)
        return self._money(ask, request, self._speech.read_reversal)

    def status_of(self, ask: PaymentAsk, service_id: str) -> PaymentAnswer:
        """Ask what became of an attempt."""
        question = self._speech.status(ask, service_id)
        deadline = Deadline(self._status_deadline_s)
        try:
            answer = self._asked_for(question, ask, service_id, deadline)
            if answer.reason == answers.LOGGED_OUT and not self._log_in(
                ask.sale_id, ask.card_terminal_id, deadline
            ):
                answer = self._asked_for(question, ask, service_id, deadline)
        except (NotSent, NoAnswer):
            return answers.unknown("no_answer")
        return self._stamped(answer, ask)

    def abort(self, ask: PaymentAsk, service_id: str) -> None:
        """Ask the terminal to stop; whether it heard shows in the attempt's own answer, which is
        waited for only a little longer: a terminal that is silent now is asked for the status."""
        running = self._running.get(ask.attempt_id)
        if running:
            running.end_within(self._abort_grace_s)
        request = self._speech.abort(ask, service_id)
        try:
            deadline = Deadline(self._state_deadline_s)
            self._line.exchange(request, service_id, deadline, answered=False)
        except (NotSent, NoAnswer):
            return

    def state(self, service_id: str) -> ProviderState:
        """How the terminal is: `silent` when it does not answer in time."""
        assert self._sale_id and self._card_terminal_id, "named when this was made"
        deadline = Deadline(self._state_deadline_s)
        named = self._sale_id, self._card_terminal_id
        question = self._speech.state(*named, service_id, self._now_local())
        try:
            answer = self._line.exchange(question, service_id, deadline)
            state = self._speech.read_state(answer, self._sale_id, service_id)
            if state.detail == answers.LOGGED_OUT and not self._log_in(*named, deadline):
                answer = self._line.exchange(question, service_id, deadline)
                state = self._speech.read_state(answer, self._sale_id, service_id)
        except (NotSent, NoAnswer):
            return ProviderState("silent")
        _, serial = self._speech.read_login(answer, self._sale_id, service_id)
        self.serial = serial or self.serial
        return state

    def meet(self, service_id: str) -> tuple[ProviderState, TerminalIdentity]:
        """Log in, ask who it is and how: for somebody who sets it up. `silent` has in `detail` why
        (one of `NOT_THERE` ..., or the terminal's own reason)."""
        deadline = Deadline(self._state_deadline_s)
        try:
            refused = self._log_in(self._sale_id, self._card_terminal_id, deadline, meets=True)
            if refused:
                return ProviderState("silent", refused), self.identity
            question = self._speech.state(
                self._sale_id, self._card_terminal_id, service_id, self._now_local()
            )
            answer = self._line.exchange(question, service_id, deadline)
        except NotSent as away:
            why = UNTRUSTED if away.untrusted else NOT_THERE
            return ProviderState("silent", why), TerminalIdentity()
        except NoAnswer:
            return ProviderState("silent", NO_WORD), self.identity
        return self._speech.read_state(answer, self._sale_id, service_id), self.identity

    def attendance(self) -> Attendance:
        """What it tells and asks the cashier: nothing, on a wire that goes one way."""
        return Attendance()

    def reply(self, question_id: str, said: str) -> None:
        """The cashier's answer; nothing was asked."""

    def close(self) -> None:
        """Log out, where somebody was logged in, and hang up."""
        if self._logged_in is not None and self._logged_in == self._line.session:
            service_id = _one_time_id()
            named = self._sale_id, self._card_terminal_id
            try:
                deadline = Deadline(min(1.0, self._state_deadline_s))
                self._line.exchange(self._speech.logout(*named, service_id), service_id, deadline)
            except (NotSent, NoAnswer):
                pass  # A session that is not ended is ended by the next login.
        self._logged_in = None
        self._line.close()

    def _money(self, ask: PaymentAsk, request: bytes, read: _Read) -> PaymentAnswer:
        deadline = self._running[ask.attempt_id] = Deadline(self._pay_deadline_s)
        try:
            return self._stamped(self._by_deadline(ask, request, read, deadline), ask)
        finally:
            del self._running[ask.attempt_id]

    def _by_deadline(
        self, ask: PaymentAsk, request: bytes, read: _Read, deadline: Deadline
    ) -> PaymentAnswer:
        if self._logged_in != self._line.session or self._line.idle_s > IDLE_S:
            refused = self._log_in(ask.sale_id, ask.card_terminal_id, deadline)
            if refused:
                return answers.declined(refused)
        answer = self._once(ask, request, read, deadline)
        if answer.reason != answers.LOGGED_OUT:
            return answer
        refused = self._log_in(ask.sale_id, ask.card_terminal_id, deadline)
        return answers.declined(refused) if refused else self._once(ask, request, read, deadline)

    def _once(
        self, ask: PaymentAsk, request: bytes, read: _Read, deadline: Deadline
    ) -> PaymentAnswer:
        try:
            answer = self._line.exchange(request, ask.service_id, deadline)
        except NotSent:
            return answers.declined("not_sent")
        except NoAnswer:
            return answers.unknown("no_answer")
        return read(answer, ask)

    def _asked_for(
        self, question: bytes, ask: PaymentAsk, service_id: str, deadline: Deadline
    ) -> PaymentAnswer:
        answer = self._line.exchange(question, service_id, deadline)
        return self._speech.read_status(answer, ask, service_id)

    def _stamped(self, answer: PaymentAnswer, ask: PaymentAsk) -> PaymentAnswer:
        """The answer with the terminal that gave it: the payment app's id, the device's serial."""
        if answer.card is None:
            return answer
        named = replace(
            answer.card,
            card_terminal_id=ask.card_terminal_id,
            card_terminal_serial=self.serial,
        )
        return replace(answer, card=named)

    def _log_in(
        self, sale_id: str, card_terminal_id: str, deadline: Deadline, *, meets: bool = False
    ) -> str:
        """Open a session: empty when it is open, else the reason why not. Who only `meets` the
        terminal hears of a line that fails by `NotSent` and `NoAnswer`."""
        self._logged_in = None
        service_id = _one_time_id()
        request = self._speech.login(
            sale_id,
            card_terminal_id,
            service_id,
            at_local=self._now_local(),
            software_version=skrin.__version__,
        )
        try:
            within = deadline.within(self._status_deadline_s)
            answer = self._line.exchange(request, service_id, within)
        except (NotSent, NoAnswer):
            if meets:
                raise
            return "not_sent"
        refused, serial = self._speech.read_login(answer, sale_id, service_id)
        self.serial = serial or self.serial
        self.identity = self.identity if refused else self._speech.read_identity(answer)
        self._logged_in = None if refused else self._line.session
        return refused


class NexoTerminal(SessionTerminal):
    """The card terminal that speaks nexo JSON at `url` (https), trusted by `ca_file` (PEM)."""

    def __init__(
        self,
        url: str,
        ca_file: str,
        *,
        sale_id: str = "",
        card_terminal_id: str = "",
        pay_deadline_s: float = 150.0,
        status_deadline_s: float = 10.0,
        state_deadline_s: float = 5.0,
        connect_timeout_s: float = 3.0,
        abort_grace_s: float = 10.0,
        now_local: Callable[[], str] | None = None,
    ) -> None:
        target = urlsplit(url)
        if target.scheme != "https" or not target.hostname:
            raise ValueError("the address of a card terminal begins with https and names a host")
        line = HttpLine(url, ca_file, "application/json", connect_timeout_s=connect_timeout_s)
        super().__init__(
            JsonSpeech(),
            line,
            sale_id=sale_id,
            card_terminal_id=card_terminal_id,
            pay_deadline_s=pay_deadline_s,
            status_deadline_s=status_deadline_s,
            state_deadline_s=state_deadline_s,
            abort_grace_s=abort_grace_s,
            now_local=now_local,
        )


def _one_time_id() -> str:
    """Ten characters with a letter in front: no stored counter of payments comes near it."""
    return "L" + "".join(secrets.choice(_BASE_36) for _ in range(9))


def _wall_clock() -> str:
    """Local time with its offset, as the terminal wants it."""
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
