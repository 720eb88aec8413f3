"""The mail server over its socket, spoken to by Python's own SMTP client: yes, and each switch."""

from __future__ import annotations

import signal
import smtplib
import socket
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from tests.simulators.devices import ADDRESS, Device

PATIENCE_S = 3.0


@pytest.fixture(scope="module")
def one_mail_server() -> Iterator[Device]:
    device = Device("mail_server")
    yield device
    assert device.stop() == 0


@pytest.fixture
def mail_server(one_mail_server: Device) -> Device:
    one_mail_server.reset()
    return one_mail_server


def letter() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@x.example", "b@y.example", "Räkning åäö"
    made.set_content("rad ett\n.\n..två\n")
    made.add_attachment(b"\x00\xff<b>", maintype="text", subtype="html", filename="fil.html")
    return made


def send(device: Device, patience_s: float = PATIENCE_S) -> None:
    with smtplib.SMTP(ADDRESS, device.port, timeout=patience_s) as line:
        line.send_message(letter())


def taken(device: Device) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = device.json("/messages")
    return found


def test_what_is_sent_is_shown_and_nothing_is_delivered(mail_server: Device) -> None:
    before = len(taken(mail_server))
    send(mail_server)
    got = taken(mail_server)[before:]
    assert [(one["sender"], one["receivers"]) for one in got] == [("a@x.example", ["b@y.example"])]
    (one,) = got
    assert (one["subject"], one["text"]) == ("Räkning åäö", "rad ett\n.\n..två\n")
    assert one["files"] == [{"name": "fil.html", "bytes": 5}]
    page = mail_server.http("GET", "/live")[1].decode()
    assert "Räkning åäö" in page and "fil.html" in page
    assert mail_server.http("GET", f"/messages/{one['number']}/0") == (200, b"\x00\xff<b>")
    assert b"Subject:" in mail_server.http("GET", f"/messages/{one['number']}")[1]
    assert mail_server.http("GET", "/messages/9999")[0] == 404
    assert mail_server.http("GET", f"/messages/{one['number']}/7")[0] == 404


@pytest.mark.parametrize("code", [451, 550])
@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("sender", smtplib.SMTPSenderRefused),
        ("receiver", smtplib.SMTPRecipientsRefused),
        ("content", smtplib.SMTPDataError),
    ],
)
def test_it_refuses_where_and_how_it_was_told(
    mail_server: Device, step: str, fault: type[Exception], code: int
) -> None:
    before = len(taken(mail_server))
    mail_server.switch(refuse=True, refuse_code=code, applies_to=step)
    with pytest.raises(fault) as no:
        send(mail_server)
    assert str(code) in str(no.value)
    assert len(taken(mail_server)) == before
    mail_server.switch(refuse=False)
    send(mail_server)
    assert len(taken(mail_server)) == before + 1


@pytest.mark.parametrize(
    ("switch", "fault"), [("silent", TimeoutError), ("hang_up", smtplib.SMTPServerDisconnected)]
)
def test_it_takes_and_keeps_its_answer_back(
    mail_server: Device, switch: str, fault: type[Exception]
) -> None:
    before = len(taken(mail_server))
    mail_server.switch(**{switch: {"times": 1}, "applies_to": "content"})
    with pytest.raises((fault, smtplib.SMTPServerDisconnected)):
        send(mail_server, 0.5)
    assert len(taken(mail_server)) == before + 1
    send(mail_server)


def test_it_is_slow_when_told(mail_server: Device) -> None:
    mail_server.switch(slow_ms={"value": 300, "times": 1}, applies_to="receiver")
    began = time.monotonic()
    send(mail_server)
    assert time.monotonic() - began >= 0.3


def test_it_speaks_in_order_and_says_what_it_does_not_speak(mail_server: Device) -> None:
    with smtplib.SMTP(ADDRESS, mail_server.port, timeout=PATIENCE_S) as line:
        assert line.docmd("RCPT", "TO:<a@b.example>")[0] == 503
        assert line.docmd("DATA")[0] == 503
        assert line.docmd("MAIL", "FROM: a@b.example")[0] == 501
        assert line.docmd("VRFY", "a")[0] == 502
        assert line.docmd("NOOP")[0] == 250
        line.ehlo()
        assert line.has_extn("size")
    with socket.create_connection((ADDRESS, mail_server.port), timeout=PATIENCE_S) as line_only:
        assert line_only.recv(100).startswith(b"220 ")


def test_what_was_taken_outlives_a_power_cut(tmp_path: Path) -> None:
    state = str(tmp_path / "mail.log")
    device = Device("mail_server", "--state", state)
    send(device)
    device.stop(signal.SIGKILL)
    again = Device("mail_server", "--state", state)
    try:
        assert [one["subject"] for one in taken(again)] == ["Räkning åäö"]
        send(again)
        assert [one["number"] for one in taken(again)] == [1, 2]
    finally:
        again.stop()
