"""Card terminals that speak the XML dialects: EPAS 1.0 on a line both ways, nexo 3.1 over HTTP.

On the line both ways the terminal asks the till, too: words for the cashier, slips to print, a
signature to confirm, an approval code. What it tells and asks stands in `attendance` for the
screen; `reply` carries the cashier's answer. Whatever the cashier says, the payment's own answer
decides what became of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from skrin.domain.payment import CardDetails
from skrin.payments.contract import Attendance, PaymentAnswer, PaymentAsk
from skrin.payments.epas import device
from skrin.payments.epas.dialects import EPAS_1_0, NEXO_XML_3_1
from skrin.payments.epas.speech import XmlSpeech
from skrin.till.devices.card_terminal import SessionTerminal
from skrin.till.devices.frame_line import FrameLine
from skrin.till.devices.terminal_line import HttpLine

NEXO_XML_PATH = "/EPASSaleToPOI/3.1"

PrintSlip = Callable[[tuple[str, ...]], bool]
"""Prints a slip at once; whether it came out."""


class NexoXmlTerminal(SessionTerminal):
    """A terminal that is asked in nexo XML 3.1 at `url` (http, or https trusted by `ca_file`)."""

    def __init__(
        self,
        url: str,
        ca_file: str = "",
        *,
        sale_id: str = "",
        card_terminal_id: str = "",
        pay_deadline_s: float = 150.0,
        status_deadline_s: float = 10.0,
        connect_timeout_s: float = 3.0,
        abort_grace_s: float = 10.0,
    ) -> None:
        super().__init__(
            XmlSpeech(NEXO_XML_3_1),
            HttpLine(url, ca_file, "application/xml", connect_timeout_s=connect_timeout_s),
            sale_id=sale_id,
            card_terminal_id=card_terminal_id,
            pay_deadline_s=pay_deadline_s,
            status_deadline_s=status_deadline_s,
            abort_grace_s=abort_grace_s,
        )


class EpasTerminal(SessionTerminal):
    """A terminal that speaks EPAS 1.0 at `host:port`, in both directions on one line.

    `print_slip` prints what the terminal wants signed, at once; other slips it hands over come
    back with the payment's answer, for the receipt.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        sale_id: str = "",
        card_terminal_id: str = "",
        print_slip: PrintSlip = lambda lines: False,
        pay_deadline_s: float = 150.0,
        status_deadline_s: float = 10.0,
        connect_timeout_s: float = 3.0,
        abort_grace_s: float = 10.0,
    ) -> None:
        line = FrameLine(host, port, connect_timeout_s=connect_timeout_s)
        super().__init__(
            XmlSpeech(EPAS_1_0),
            line,
            sale_id=sale_id,
            card_terminal_id=card_terminal_id,
            pay_deadline_s=pay_deadline_s,
            status_deadline_s=status_deadline_s,
            abort_grace_s=abort_grace_s,
        )
        line.route = self._route
        line.on_break = self._forget_question
        self._frames = line
        self._print_slip = print_slip
        self._lock = threading.Lock()
        self._attendance = Attendance()
        self._asked: device.DeviceRequest | None = None
        self._slips: dict[str, tuple[str, ...]] = {}
        self._signed = False
        self.event = ""
        """The last event that the terminal told of."""

    def attendance(self) -> Attendance:
        """What it tells and asks the cashier just now."""
        return self._attendance

    def reply(self, question_id: str, said: str) -> None:
        """The cashier's answer: `yes` or `no`, what was typed, the number of a choice. One that
        comes too late, or twice, is nobody's."""
        with self._lock:
            asked = self._asked
            if asked is None or asked.question is None or asked.question.question_id != question_id:
                return
            self._asked = None
            self._shows(question=True)
        self._frames.tell(device.input_answer(EPAS_1_0, asked, said))

    def _money(
        self, ask: PaymentAsk, request: bytes, read: Callable[[bytes, PaymentAsk], PaymentAnswer]
    ) -> PaymentAnswer:
        with self._lock:
            self._slips, self._signed = {}, False
        try:
            return self._with_slips(super()._money(ask, request, read))
        finally:
            self._forget_question()

    def _with_slips(self, answer: PaymentAnswer) -> PaymentAnswer:
        """The answer with the slips that came before it, where it brings none itself."""
        with self._lock:
            slips, signed = self._slips, self._signed
        if answer.card is None or not slips:
            return answer
        card: CardDetails = replace(
            answer.card,
            customer_slip=answer.card.customer_slip or slips.get("CustomerReceipt", ()),
            merchant_slip=answer.card.merchant_slip or slips.get("CashierReceipt", ()),
            # What was printed to be signed during the payment is not printed again after it.
            signature=answer.card.signature and not signed,
        )
        return replace(answer, card=card)

    def _route(self, message: bytes) -> str | None:
        """Which of our messages this answers; what the terminal asks is dealt with here."""
        kind, _, service_id = device.message_of(message, EPAS_1_0)
        if kind == "Response":
            return service_id
        try:
            request = device.read_request(message, EPAS_1_0)
        except ValueError:
            if kind == "Request" and (no := device.refused(EPAS_1_0, message)):
                self._frames.tell(no)
            return None
        self._heard(request)
        return None

    def _heard(self, request: device.DeviceRequest) -> None:
        if request.category == device.DISPLAY:
            with self._lock:
                self._shows(says=request.says)
            self._frames.tell(device.answered(EPAS_1_0, request))
        elif request.category == device.PRINT:
            self._frames.tell(device.answered(EPAS_1_0, request, self._printed(request)))
        elif request.category == device.INPUT:
            with self._lock:
                before, self._asked = self._asked, request
                self._shows(question=True)
            if before is not None:  # It asks anew: the earlier question is answered by nobody.
                self._frames.tell(device.input_answer(EPAS_1_0, before, None))
        else:
            self.event = request.event

    def _printed(self, request: device.DeviceRequest) -> str:
        """Keep the slip, print it when it is to be signed: empty, or the condition why not."""
        with self._lock:
            self._slips[request.qualifier] = request.slip
        if not request.signature:
            return ""
        out = self._print_slip(request.slip)
        with self._lock:
            self._signed = self._signed or out
        return "" if out else "DeviceOut"

    def _forget_question(self) -> None:
        with self._lock:
            self._asked = None
            self._shows(says="", question=True)

    def _shows(self, *, says: str | None = None, question: bool = False) -> None:
        """Change what the screen shows; hold the lock."""
        now = self._attendance
        asked = self._asked.question if self._asked else None
        after = Attendance(
            now.number + 1,
            now.says if says is None else says,
            asked if question else now.question,
        )
        if (after.says, after.question) != (now.says, now.question):
            self._attendance = after
