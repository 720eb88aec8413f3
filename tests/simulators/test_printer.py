"""The printer over its socket: status, jobs, paper that ends, faults, one host at a time."""

from __future__ import annotations

import io
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from escpos.printer import Network
from PIL import Image
from tests.simulators.devices import ADDRESS, Device, Line, eventually

CUT = b"\x1dV\x00"
ASK = b"\x1dr\x01"
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
JOB = b"\x1b@\x1bt\x13" + "Räksmörgås 1,50 €\nandra\ntredje\nfjärde\n".encode("cp858") + CUT
JOB_TEXT = "Räksmörgås 1,50 €\nandra\ntredje\nfjärde"


def slips(device: Device, after: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = device.json(f"/slips?after={after}")
    return found


def status(line: Line, which: int) -> int:
    line.send(bytes([0x10, 0x04, which]))
    return line.read(1)[0]


def test_a_job_is_on_paper_when_it_is_answered(printer: Device) -> None:
    with Line(printer.port) as line:
        line.send(JOB + ASK)
        assert line.read(1) == b"\x00"
        (slip,) = slips(printer)
    assert slip["text"] == JOB_TEXT
    assert (slip["complete"], slip["bytes"], slip["kicks"]) == (True, len(JOB), 0)
    assert printer.counters()["slips"] == 1
    number, body = printer.http("GET", f"/slips/{slip['number']}.png")
    assert number == 200
    assert Image.open(io.BytesIO(body)).width == 42 * 12 + 48
    elements = printer.json(f"/slips/{slip['number']}")["elements"]
    assert elements[0]["line"][0][1] == "Räksmörgås 1,50 €"
    assert printer.http("GET", "/slips/999999.png")[0] == 404


def test_python_escpos_asks_and_prints(printer: Device) -> None:
    network = Network(ADDRESS, port=printer.port, timeout=3, profile="TM-T88V")
    try:
        assert network.is_online() is True
        assert network.paper_status() == 2
        printer.switch(paper_low=True)
        assert network.paper_status() == 1
        network.charcode("CP858")
        network.text("Åäö €\n")
        network.cashdraw(2)
        network.cut()
        slip = eventually(lambda: slips(printer))[0]
        printer.switch(paper_out=True)
        assert network.paper_status() == 0
        assert network.is_online() is False
    finally:
        network.close()
    assert (slip["text"], slip["kicks"]) == ("Åäö €", 1)
    assert printer.counters()["drawer_pulses"] == 1


def test_status_bytes(printer: Device) -> None:
    with Line(printer.port) as line:
        assert [status(line, which) for which in (1, 2, 3, 4)] == [0x12] * 4
        printer.switch(cover_open=True)
        assert [status(line, which) for which in (1, 2)] == [0x1A, 0x16]
        printer.switch(cover_open=False, paper_out=True)
        assert [status(line, which) for which in (1, 2, 4)] == [0x1A, 0x32, 0x72]
        printer.switch(paper_out=False, offline=True)
        assert [status(line, which) for which in (1, 2)] == [0x1A, 0x12]


def test_automatic_status_tells_of_each_change(printer: Device) -> None:
    with Line(printer.port) as line:
        line.send(b"\x1da\xff")
        assert line.read(4) == b"\x10\x00\x00\x00"
        printer.switch(cover_open=True)
        assert line.read(4) == b"\x38\x00\x00\x00"
        printer.switch(cover_open=False)
        assert line.read(4) == b"\x10\x00\x00\x00"
        line.send(b"\x1da\x00")
        eventually(lambda: printer.state()["heard"][0]["request"] == "GS a 0")
        printer.switch(cover_open=True)
        assert line.is_quiet(0.15)


def test_the_drawer_is_kicked_from_the_buffer_and_at_once(printer: Device) -> None:
    with Line(printer.port) as line:
        line.send(b"\x1bp\x00\x19\x19" + ASK)
        assert line.read(1) == b"\x00"
        printer.switch(paper_out=True)
        line.send(b"\x10\x14\x01\x01\x05" + b"\x1bp\x00\x19\x19")
        assert status(line, 1) == 0x1A
    assert printer.counters()["drawer_pulses"] == 2, "a stopped printer obeys only real time"


@pytest.mark.parametrize("trouble", ["paper_out", "cover_open", "offline"])
def test_a_stopped_printer_answers_status_but_no_job(printer: Device, trouble: str) -> None:
    printer.switch(**{trouble: True})
    with Line(printer.port) as line:
        line.send(JOB + ASK)
        assert line.is_quiet(0.15)
        assert slips(printer) == []
        assert status(line, 1) & 0x08
        printer.switch(**{trouble: False})
        assert line.read(1) == b"\x00"
    assert [slip["text"] for slip in slips(printer)] == [JOB_TEXT]


def test_paper_ends_in_the_middle_and_the_printer_goes_on(printer: Device) -> None:
    printer.switch(paper_out_after_lines=2, resume="continue")
    with Line(printer.port) as line:
        line.send(JOB + ASK)
        eventually(lambda: printer.state()["switches"]["paper_out"])
        assert line.is_quiet(0.15)
        assert status(line, 2) == 0x32
        assert printer.counters()["partial_slip"] is True
        printer.switch(paper_out=False)
        assert line.read(1) == b"\x00"
    (slip,) = slips(printer)
    assert (slip["text"], slip["complete"]) == (JOB_TEXT, True)
    assert printer.counters()["torn"] == 0


def test_paper_ends_in_the_middle_and_the_job_is_lost(printer: Device) -> None:
    printer.switch(paper_out_after_lines=2, resume="lost")
    with Line(printer.port) as line:
        line.send(JOB + ASK)
        eventually(lambda: printer.state()["switches"]["paper_out"])
        printer.switch(paper_out=False)
        assert line.is_quiet(0.15), "the question was lost with the job"
        line.send(CLEAR)
        assert line.read(3) == b"\x37\x25\x00"
        line.send(JOB + ASK)
        assert line.read(1) == b"\x00"
    torn, whole = slips(printer)
    assert (torn["text"], torn["complete"]) == ("Räksmörgås 1,50 €\nandra", False)
    assert (whole["text"], whole["complete"]) == (JOB_TEXT, True)
    counters = printer.counters()
    assert (counters["slips"], counters["torn"]) == (1, 1)


def test_clearing_the_buffer_takes_what_waits(printer: Device) -> None:
    printer.switch(paper_out=True)
    with Line(printer.port) as line:
        line.send(JOB + ASK)
        eventually(lambda: printer.counters()["waiting_bytes"] == len(JOB + ASK))
        line.send(CLEAR)
        assert line.read(3) == b"\x37\x25\x00"
        printer.switch(paper_out=False)
        assert line.is_quiet(0.15)
    assert slips(printer) == []


def test_a_job_is_printed_though_its_sender_has_gone(printer: Device) -> None:
    printer.switch(paper_out=True)
    with Line(printer.port) as line:
        line.send(JOB)
        eventually(lambda: printer.counters()["waiting_bytes"] == len(JOB))
    printer.switch(paper_out=False)
    eventually(lambda: [slip["text"] for slip in slips(printer)] == [JOB_TEXT])


def test_silent_prints_but_does_not_answer(printer: Device) -> None:
    printer.switch(silent={"times": 2})
    with Line(printer.port) as line:
        line.send(b"\x10\x04\x01" + JOB + ASK)
        eventually(lambda: slips(printer))
        assert line.is_quiet(0.15)
        assert status(line, 1) == 0x12
    assert printer.state()["switches"]["silent"] is False


def test_silent_can_be_narrowed_to_jobs(printer: Device) -> None:
    printer.switch(silent=True, applies_to="job")
    with Line(printer.port) as line:
        line.send(JOB + ASK)
        eventually(lambda: slips(printer))
        assert status(line, 1) == 0x12
        assert line.is_quiet(0.1)


def test_hanging_up_has_printed(printer: Device) -> None:
    printer.switch(hang_up={"times": 1}, applies_to="job")
    with Line(printer.port) as line:
        line.send(JOB + ASK)
        assert line.is_closed()
    assert [slip["text"] for slip in slips(printer)] == [JOB_TEXT]


def test_refusing_closes_the_connection(printer: Device) -> None:
    printer.switch(refuse={"times": 1})
    with Line(printer.port) as line:
        assert line.is_closed()
    with Line(printer.port) as line:
        assert status(line, 1) == 0x12


def test_answering_twice(printer: Device) -> None:
    printer.switch(answer_twice={"times": 1})
    with Line(printer.port) as line:
        line.send(b"\x10\x04\x01")
        assert line.read(2) == b"\x12\x12"
        assert status(line, 1) == 0x12


def test_slow_answers_and_slow_lines(printer: Device) -> None:
    printer.switch(slow_ms={"value": 150, "times": 1}, line_ms=50)
    with Line(printer.port) as line:
        began = time.monotonic()
        assert status(line, 1) == 0x12
        assert time.monotonic() - began >= 0.15
        began = time.monotonic()
        line.send(JOB + ASK)
        assert status(line, 1) == 0x12
        assert line.read(1) == b"\x00"
        assert time.monotonic() - began >= 0.2, "four lines of 50 ms"


def test_a_second_host_waits_its_turn(printer: Device) -> None:
    with Line(printer.port) as first, Line(printer.port) as second:
        assert status(first, 1) == 0x12
        second.send(b"\x10\x04\x01")
        assert second.is_quiet(0.2)
        first.close()
        assert second.read(1) == b"\x12"


def test_a_second_host_is_refused(printer: Device) -> None:
    with Line(printer.port) as first:
        # It waits its turn behind the host of the test before; from then on nobody may.
        assert status(first, 1) == 0x12
        printer.switch(second_client="refuse")
        with Line(printer.port) as second:
            assert second.is_closed()
        assert status(first, 1) == 0x12


def test_slips_are_listed_after_a_number(printer: Device) -> None:
    with Line(printer.port) as line:
        line.send(b"ett\n" + CUT + "två\n".encode("cp437") + CUT + ASK)
        assert line.read(1) == b"\x00"
    one, two = slips(printer)
    assert [one["text"], two["text"]] == ["ett", "två"]
    assert slips(printer, after=one["number"]) == [two]
    assert printer.http("GET", "/slips?after=x")[0] == 400


def test_paper_survives_a_power_cut(tmp_path: Path) -> None:
    state = str(tmp_path / "paper.log")
    first = Device("printer", "--columns", "32", "--state", state)
    with Line(first.port) as line:
        line.send(b"\x1bp\x00\x19\x19" + JOB + ASK)
        assert line.read(1) == b"\x00"
    before = slips(first)
    first.stop(signal.SIGKILL)
    again = Device("printer", "--columns", "32", "--state", state)
    assert slips(again) == before
    counters = again.counters()
    assert (counters["slips"], counters["drawer_pulses"]) == (1, 1)
    with Line(again.port) as line:
        line.send(JOB + ASK)
        assert line.read(1) == b"\x00"
    assert [slip["number"] for slip in slips(again)] == [1, 2]
    assert again.stop() == 0


def test_a_quiet_host_is_hung_up_on() -> None:
    device = Device("printer", "--idle-s", "0.3")
    with Line(device.port) as line:
        assert status(line, 1) == 0x12
        assert line.is_closed()
    assert device.stop(signal.SIGINT) == 0
