"""What an EPAS terminal says to the till and asks it, in the middle of a payment."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from ..card_terminal.money import Running, approval_code
from ..card_terminal.slips import slips
from . import wire

POLL_S = 0.05
ANSWER_S = 60.0


class Gone(Exception):
    """The till has hung up, or was aborted, or does not answer."""


class Till:
    """The till at the other end of a line: what is sent to it and what it answers."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._numbers = 0
        self._lock = threading.Lock()
        self._answers: dict[str, queue.SimpleQueue[dict[str, Any]]] = {}
        self.is_gone = threading.Event()

    def answered(self, device_id: str, body: dict[str, Any]) -> None:
        """The till's answer to one of our messages."""
        with self._lock:
            waiting = self._answers.get(device_id)
        if waiting is not None:
            waiting.put(body)

    def tell(self, category: str, header: dict[str, Any], body: dict[str, Any]) -> str:
        """Send a message of our own; its DeviceID."""
        with self._lock:
            self._numbers += 1
            device_id = str(self._numbers)
            self._answers[device_id] = queue.SimpleQueue()
        is_event = category == "Event"
        own = {
            **header,
            "MessageClass": "Event" if is_event else "Device",
            "MessageCategory": category,
            "MessageType": "Notification" if is_event else "Request",
            "DeviceID": device_id,
        }
        name = f"{category}{'Notification' if is_event else 'Request'}"
        self._send(wire.write("SaleToPOIRequest", own, name, body, epas=True))
        return device_id

    def await_answer(self, device_id: str, running: Running) -> dict[str, Any]:
        """What the till answers. Raises `Gone`."""
        until = time.monotonic() + ANSWER_S
        with self._lock:
            answers = self._answers[device_id]
        while time.monotonic() < until:
            try:
                return answers.get(timeout=POLL_S)
            except queue.Empty:
                if self.is_gone.is_set() or running.aborted.is_set():
                    break
        raise Gone


def hold(till: Till, running: Running, ask: str, poi_id: str, heard: Callable[[str], None]) -> str:
    """Lead the payment's dialogue: words, slips, and what ``ask`` wants of the cashier.

    Empty, or the condition that its end makes of the payment.
    """
    header = running.transaction.header
    till.tell(
        "Event", header, {"TimeStamp": running.transaction.at, "EventToNotify": "CardInserted"}
    )
    try:
        till.await_answer(_display(till, header, "Kontakt med banken"), running)
        if ask == "code" and not _code(till, running, heard):
            return "Refusal"
        merchant, customer = slips(running.transaction, poi_id, approval_code(running.transaction))
        signs = ask == "signature"
        out = till.await_answer(_print(till, header, merchant, signs), running)
        if signs and not _is_good(out):
            return "DeviceOut"
        if signs and not _confirmed(till, running, heard):
            return "Refusal"
        till.await_answer(_print(till, header, customer, False), running)
        _display(till, header, "Medges, ta kortet")
    except Gone:
        return "" if running.aborted.is_set() else "Cancel"
    return ""


def _confirmed(till: Till, running: Running, heard: Callable[[str], None]) -> bool:
    body = till.await_answer(
        _input(till, running.transaction.header, "Stämmer underskriften?", "GetConfirmation"),
        running,
    )
    told = _inside(body, "InputResult", "Input")
    heard(f"the signature is right: {told.get('ConfirmedFlag')}")
    return bool(told.get("ConfirmedFlag") == "true")


def _code(till: Till, running: Running, heard: Callable[[str], None]) -> bool:
    body = till.await_answer(
        _input(till, running.transaction.header, "Ring banken. Kontrollkod?", "DigitString"),
        running,
    )
    told = _inside(body, "InputResult", "Input")
    heard(f"the code of the telephone: {told.get('TextInput')}")
    return bool(told.get("TextInput"))


def _display(till: Till, header: dict[str, Any], words: str) -> str:
    shown = {
        "Device": "CashierDisplay",
        "InfoQualify": "Display",
        "ResponseRequiredFlag": True,
        "OutputContent": {"OutputFormat": "Text", "OutputText": [words]},
    }
    return till.tell("Display", header, {"DisplayOutput": shown})


def _print(till: Till, header: dict[str, Any], receipt: dict[str, Any], signs: bool) -> str:
    lines = wire.slip_lines(receipt)
    if signs:
        lines += ["", "Underskrift:", "........................"]
    output = {
        "DocumentQualifier": receipt["DocumentQualifier"],
        "ResponseMode": "PrintEnd",
        "RequiredSignatureFlag": signs,
        "OutputContent": {"OutputFormat": "Text", "OutputText": lines},
    }
    return till.tell("Print", header, {"PrintOutput": output})


def _input(till: Till, header: dict[str, Any], words: str, command: str) -> str:
    body = {
        "DisplayOutput": {
            "Device": "CashierDisplay",
            "InfoQualify": "Display",
            "OutputContent": {"OutputFormat": "Text", "OutputText": [words]},
        },
        "InputData": {
            "Device": "CashierInput",
            "InfoQualify": "Input",
            "InputCommand": command,
            "MaxInputTime": "60",
        },
    }
    return till.tell("Input", header, body)


def _is_good(body: dict[str, Any]) -> bool:
    return _inside(body, "Response").get("Result") == "Success"


def _inside(body: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        inner = body.get(name)
        body = inner if isinstance(inner, dict) else {}
    return body
