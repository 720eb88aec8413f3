"""Trying every device of a till, for somebody who sets it up or looks for a fault (R-MORE-015).

What answers a question is tried by itself, one after the other in the background: office, control
unit, card terminals, the scale if there is one, and the printer with a page that is no receipt.
What only a person can see is tried by hand: whether the drawer opens, what the scanner reads,
whether the screen hears a tap.
Nothing is registered and nothing is sold; the drawer's opening is counted, as the law wants it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from skrin import documents
from skrin.domain.barcode import in_store_code, is_gtin
from skrin.domain.quantity import quantity_text
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.devices.contract import BLOCKING_CONDITIONS, OUT, PAPER_LOW, SCALE_MOVES
from skrin.till.flow.counter import Counter, PartState
from skrin.till.flow.lanes import TrialPrint
from skrin.till.flow.paying import check_devices_free

OFFICE, UNIT, CARD, PRINTER = "office", "control_unit", "card_terminal", "printer"
SCALE = "scale"
DRAWER, SCANNER, SCREEN = "drawer", "scanner", "screen"
BY_ITSELF = (UNIT, CARD, PRINTER, OFFICE)
BY_HAND = (DRAWER, SCANNER, SCREEN)

OFFICE_TIMEOUT_S, PAGE_TIMEOUT_S = 5.0, 15.0
RECEIPT_CODE = "R:"

UNTRIED, TRYING = "untried", "trying"
"""Levels beside good, warn and bad."""

_Told = tuple[str, str, Mapping[str, str]]
"""Level, code, and what stands in the words."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a device was when it was tried last: a `code` for the words and what stands in them.
    `at_utc_ms` 0 = it was not tried since the program started."""

    level: str = UNTRIED
    code: str = UNTRIED
    at_utc_ms: int = 0
    values: Mapping[str, str] = field(default_factory=dict)


class SelfTest:
    """What trying the devices of one till has come to; kept while the program runs."""

    def __init__(self, counter: Counter) -> None:
        """Nothing is tried yet."""
        self._counter = counter
        self._lock = threading.Lock()
        self._results: dict[str, Result] = {}
        self._thread: threading.Thread | None = None

    @property
    def by_itself(self) -> tuple[str, ...]:
        """What answers by itself at this till."""
        scale = self._counter.scale
        return (*BY_ITSELF, SCALE) if scale and scale.in_use else BY_ITSELF

    @property
    def busy(self) -> bool:
        """Whether devices are being tried now."""
        return self._thread is not None and self._thread.is_alive()

    def result(self, device: str) -> Result:
        """How a device was when it was tried last."""
        with self._lock:
            return self._results.get(device, Result())

    def start(self, language: str) -> None:
        """Try what answers by itself, in the background; once is enough at a time. `language`: of
        the page that the printer prints."""
        with self._lock:
            if self.busy:
                return
            now = self._counter.till.clock.now().utc_ms
            self._results |= {one: Result(TRYING, TRYING, now) for one in self.by_itself}
            self._thread = threading.Thread(
                target=self.try_devices, args=(language,), name="self-test", daemon=True
            )
            self._thread.start()

    def wait(self, timeout_s: float) -> None:
        """Wait until all is tried, at most so long."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    # What answers by itself.

    def try_devices(self, language: str) -> None:
        """Try what answers by itself, now."""
        tries = {
            UNIT: self._try_unit,
            CARD: self._try_cards,
            PRINTER: lambda: self._try_printer(language),
            OFFICE: self._try_office,
        }
        if SCALE in self.by_itself:
            tries[SCALE] = self._try_scale
        left = dict(tries)
        try:
            for device, attempt in tries.items():
                self._put(device, attempt())
                del left[device]
        finally:
            for device in left:  # A bug in one of them: no page waits for ever.
                self._put(device, ("warn", "try_failed", {}))

    def _try_office(self) -> _Told:
        self._counter.refresh(OFFICE_TIMEOUT_S)
        return _told(self._counter.office_state())

    def _try_unit(self) -> _Told:
        self._counter.look()  # It asks the card terminals too.
        return _told(self._counter.unit_state())

    def _try_cards(self) -> _Told:
        """Each of them was asked; the worst is what is told."""
        till = self._counter.till
        if till.desk.attempt:
            return "good", "card_terminal_busy", {}
        states = [said for _, said in self._counter.terminal_states() if said]
        trouble = [said.state for said in states if said.state not in ("ready", "busy")]
        if trouble:
            return "warn", f"card_terminal_{trouble[0]}", {}
        return _told(self._counter.card_terminal_state())

    def _try_scale(self) -> _Told:
        scale = self._counter.scale
        assert scale, "it is tried where there is one"
        net_g = scale.look()
        if net_g is not None:
            return "good", "scale_tells", {"weight": quantity_text(net_g, 3)}
        return "warn" if scale.state == SCALE_MOVES else "bad", f"scale_{scale.state}", {}

    def _try_printer(self, language: str) -> _Told:
        till = self._counter.till
        printer = till.devices.printer
        if printer is None:
            return "bad", "printer_missing", {}
        try:
            check_devices_free(till.desk)
        except Refusal:
            return self._printer_as_it_is()
        now = till.clock.now()
        page = documents.TrialPage(
            till.identity.seat.designation, till.devices.printer_name, now.utc_ms, now.offset_min
        )
        job = documents.trial_page_escpos(
            page, printer.columns, getattr(printer, "code_page", "cp858"), language
        )
        trial = TrialPrint(job)
        self._counter.paper_lane.trial = trial
        self._counter.retry()
        came = trial.wait(PAGE_TIMEOUT_S)
        if came is None:
            self._counter.paper_lane.take_back(trial)
            condition = printer.condition()
            if condition in BLOCKING_CONDITIONS:
                return "bad", f"printer_{condition}", {}
            return "warn", "page_not_out", {}
        if came.outcome == OUT:
            self._counter.preflight.printer_condition = came.condition
            low = came.condition == PAPER_LOW
            return ("warn", "page_out_paper_low", {}) if low else ("good", "page_out", {})
        return "bad", f"printer_{came.condition}", {}

    def _printer_as_it_is(self) -> _Told:
        """While a sale or a document has the printer it is asked and nothing is printed."""
        try:
            self._counter.preflight.check_printer()
        except Refusal as no:
            return "bad", no.code, {}
        return "warn", "page_not_now", {}

    # What only a person sees.

    def open_drawer(self, actor: Person, tap_id: str, approver: Person | None) -> None:
        """Open the drawer: counted, by role. Refused as `drawer.open_drawer`."""
        try:
            self._counter.open_drawer(actor, tap_id, approver)
        except Refusal as no:
            if no.code == "drawer_shut" or no.code.startswith("printer_"):
                self._put(DRAWER, ("bad", no.code, {}))
            raise
        self._put(DRAWER, ("warn", "drawer_told", {}))

    def drawer_seen(self, *, opened: bool) -> None:
        """A person says whether it opened."""
        seen = ("good", "drawer_opens") if opened else ("bad", "drawer_stays_shut")
        self._put(DRAWER, (*seen, {}))

    def scanned(self, code: str) -> None:
        """What the scanner sent: whose it is, and whether it was read rightly. Nothing is rung."""
        self._put(SCANNER, self._read(code))

    def _read(self, code: str) -> _Told:
        till = self._counter.till
        said = {"typed": code}
        if not code:
            return "bad", "scan_empty", {}
        if code.upper().startswith(RECEIPT_CODE):
            return "good", "scan_receipt", said
        if article := till.registers.find_code(code):
            return "good", "scan_article", {**said, "name": article.name}
        try:
            if in_store_code(code, till.store.country):
                return "good", "scan_in_store", said
        except Refusal:
            return "warn", "scan_misread", said
        looks_like_one = len(code) in (8, 12, 13, 14) and code.isascii() and code.isdecimal()
        if looks_like_one and not is_gtin(code):
            return "warn", "scan_misread", said
        return "good", "scan_unknown", said

    def screen_tapped(self) -> None:
        """The screen showed the key, and heard the tap on it."""
        self._put(SCREEN, ("good", "screen_hears", {}))

    def _put(self, device: str, told: _Told) -> None:
        level, code, values = told
        result = Result(level, code, self._counter.till.clock.now().utc_ms, values)
        with self._lock:
            self._results[device] = result


def _told(part: PartState) -> _Told:
    return part.level, part.code, {}
