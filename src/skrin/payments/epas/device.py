"""What an XML terminal asks of the till during a payment: Display, Print, Input, Event. Pure.

Of EPAS 1.0 these shapes are not public; they are those of nexo (`dialects`). What cannot be read is
answered with MessageFormat, so that the terminal goes on by its own rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skrin.payments.contract import CHOICE, CODE, CONFIRM, TerminalQuestion
from skrin.payments.epas.codec import read_message
from skrin.payments.epas.dialects import Dialect
from skrin.payments.epas.requests import device_answer
from skrin.payments.nexo.details import branch, slip_lines

DISPLAY, PRINT, INPUT, EVENT = "Display", "Print", "Input", "Event"

_COMMANDS = {
    "GetConfirmation": CONFIRM,
    "SiteManager": CONFIRM,
    "TextString": CODE,
    "DigitString": CODE,
    "DecimalString": CODE,
    "Password": CODE,
    "GetMenuEntry": CHOICE,
}


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """A request of the terminal's; which fields are filled depends on its category."""

    category: str
    header: dict[str, Any]
    says: str = ""
    qualifier: str = ""
    slip: tuple[str, ...] = ()
    signature: bool = False
    command: str = ""
    question: TerminalQuestion | None = None
    event: str = ""


def message_of(body: bytes, dialect: Dialect) -> tuple[str, str, str]:
    """(type, category, message id) of whatever came. Raises `ValueError`."""
    header = branch(read_message(body, dialect), "MessageHeader")
    told = [header.get(name) for name in ("MessageType", "MessageCategory", "ServiceID")]
    if not isinstance(told[0], str) or not isinstance(told[1], str):
        raise ValueError("no header")
    device_id = header.get("DeviceID")
    return told[0], told[1], str(told[2] if isinstance(told[2], str) else device_id or "")


def read_request(body: bytes, dialect: Dialect) -> DeviceRequest:
    """A Display, Print, Input or Event. Raises `ValueError`."""
    message = read_message(body, dialect)
    header = dict(branch(message, "MessageHeader"))
    category = header.get("MessageCategory")
    if category == DISPLAY:
        output = branch(message, "DisplayRequest", "DisplayOutput", "OutputContent")
        return DeviceRequest(DISPLAY, header, says=" ".join(filter(None, _lines(output))))
    if category == PRINT:
        output = branch(message, "PrintRequest", "PrintOutput")
        return DeviceRequest(
            PRINT,
            header,
            qualifier=str(output.get("DocumentQualifier", "")),
            slip=_lines(branch(output, "OutputContent")),
            signature=output.get("RequiredSignatureFlag") is True
            or branch(output, "OutputContent").get("SignatureBlock") is True,
        )
    if category == INPUT:
        return _input(message, header)
    if category == EVENT:
        event = branch(message, "EventNotification").get("EventToNotify")
        return DeviceRequest(EVENT, header, event=event if isinstance(event, str) else "")
    raise ValueError(f"no request that a till answers: {category}")


def _input(message: Mapping[str, Any], header: dict[str, Any]) -> DeviceRequest:
    data = branch(message, "InputRequest", "InputData")
    command = data.get("InputCommand")
    kind = _COMMANDS.get(command) if isinstance(command, str) else None
    question_id = header.get("DeviceID") or header.get("ServiceID")
    if kind is None or not isinstance(question_id, str):
        raise ValueError("no input that a cashier can give")
    shown = branch(message, "InputRequest", "DisplayOutput")
    entries = shown.get("MenuEntry", [])
    choices = tuple(
        " ".join(filter(None, _lines(branch(entry, "OutputContent")))) for entry in entries
    )
    question = TerminalQuestion(question_id, kind, _lines(branch(shown, "OutputContent")), choices)
    return DeviceRequest(INPUT, header, command=str(command), question=question)


def answered(dialect: Dialect, request: DeviceRequest, condition: str = "") -> bytes:
    """Our answer to a Display or Print: done, or why not."""
    result = {"Result": "Failure", "ErrorCondition": condition} if condition else None
    response = {"Response": result or {"Result": "Success"}}
    if request.category == DISPLAY:
        shown = {"Device": "CashierDisplay", "InfoQualify": "Display"}
        return device_answer(dialect, request.header, {"OutputResult": {**shown, **response}})
    body: dict[str, Any] = dict(response)
    if request.category == PRINT:
        body = {"DocumentQualifier": request.qualifier or "CashierReceipt", **response}
    return device_answer(dialect, request.header, body)


def refused(dialect: Dialect, body: bytes) -> bytes | None:
    """Our answer to a request that we cannot do; None when it has not even a header."""
    try:
        header = dict(branch(read_message(body, dialect), "MessageHeader"))
    except ValueError:
        return None
    if not isinstance(header.get("MessageCategory"), str):
        return None
    return device_answer(
        dialect, header, {"Response": {"Result": "Failure", "ErrorCondition": "MessageFormat"}}
    )


def input_answer(dialect: Dialect, request: DeviceRequest, said: str | None) -> bytes:
    """The cashier's answer: `yes` or `no`, what was typed, the number of the chosen entry (from
    1); None: nobody answered."""
    shown = {"Device": "CashierInput", "InfoQualify": "Input"}
    if said is None:
        failed = {"Response": {"Result": "Failure", "ErrorCondition": "Cancel"}}
        return device_answer(dialect, request.header, {"InputResult": {**shown, **failed}})
    given: dict[str, Any] = {"InputCommand": request.command}
    kind = _COMMANDS[request.command]
    if kind == CONFIRM:
        given["ConfirmedFlag"] = said == "yes"
    elif kind == CHOICE:
        given["MenuEntryNumber"] = said
    else:
        given["TextInput"] = said
    result = {**shown, "Response": {"Result": "Success"}, "Input": given}
    return device_answer(dialect, request.header, {"InputResult": result})


def _lines(content: Mapping[str, Any]) -> tuple[str, ...]:
    texts = content.get("OutputText", [])
    return slip_lines(texts) if isinstance(texts, list) else ()
