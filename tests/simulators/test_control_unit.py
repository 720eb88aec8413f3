"""The control unit over its socket: answers, sequence, faults, and what it remembers."""

from __future__ import annotations

import itertools
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.simulators.devices import Device, Line, frame

ORG = "5566778899"
_POS_IDS = itertools.count(1)


@pytest.fixture
def pos_id() -> str:
    """A register of its own for each test, since the unit never forgets."""
    return f"TEST-{next(_POS_IDS)}"


def receipt(pos: str, serial: int, number: int = 1, **fields: str) -> str:
    told = {"total": "125,00", "returns": "0,00", "kind": "normal", "vat": "25,00;25,00# # # "}
    told |= fields
    return (
        f"RR#{serial}#202612011230#{number}#{pos}#{ORG}"
        f"#{told['total']}#{told['returns']}#{told['kind']}#{told['vat']}"
    )


def ask(device: Device, body: str) -> list[str]:
    """One exchange on a connection of its own, as the till has it: the reply's fields."""
    with Line(device.port) as line:
        line.send(frame(body))
        return fields_of(line.read_until(b"\r"))


def fields_of(reply: bytes) -> list[str]:
    """The reply cut at its marks, after its length and check have been looked at."""
    text = reply.decode("ascii")
    assert frame("#".join(text.split("#")[3:-1])) == reply
    return text.rstrip("\r").split("#")[3:-1]


def tally(device: Device, pos: str, kind: str = "normal") -> dict[str, object]:
    return device.counters()["receipts"][ORG][pos][kind]


def test_identity_and_status_are_the_published_bytes(unit: Device) -> None:
    with Line(unit.port) as line:
        line.send(b"#!#00D#IQ#7D\r")
        assert line.read_until(b"\r") == b"#!#021#IR#SIMU00000001#2#1.07#03\r"
        line.send(b"#!#00E#SIQ#2F\r")
        assert line.read_until(b"\r") == b"#!#013#SIR#0#00#6B\r"


def test_status_says_what_the_switches_say(unit: Device) -> None:
    unit.switch(main_status=3, severity=4, storage_status=1)
    assert ask(unit, "SIQ") == ["SIR", "3", "04"]


def test_a_receipt_is_registered_and_counted(unit: Device, pos_id: str) -> None:
    reply = ask(unit, receipt(pos_id, 1))
    assert reply[0] == "RRR"
    assert re.fullmatch(r"[A-Z2-7]{32},[A-Z2-7]{26}", reply[1])
    assert reply[2:] == ["SIMU00000001", "0", "0"]
    ask(unit, receipt(pos_id, 2, 2, total="-50,00", returns="50,00", vat="25,00;-10,00# # # "))
    ask(unit, receipt(pos_id, 3, 3, total="0,00", vat=" #12,00;0,00# # "))
    assert tally(unit, pos_id) == {
        "number": 3,
        "total_minor": 7500,
        "returns_minor": 5000,
        "vat_minor": {"25,00": 1500, "12,00": 0},
        "again_number": 0,
        "again_total_minor": 0,
    }
    ask(unit, receipt(pos_id, 4, 1, kind="kopia"))
    assert tally(unit, pos_id, "kopia")["number"] == 1
    assert tally(unit, pos_id)["number"] == 3
    assert unit.counters()["last_serials"][f"{ORG} {pos_id}"] == 4


def test_codes_differ_for_the_same_data(unit: Device, pos_id: str) -> None:
    codes = {ask(unit, receipt(pos_id, serial))[1] for serial in range(1, 6)}
    assert len(codes) == 5


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"#!#00D#IQ#7E\r", "001"),
        (frame("XX"), "002"),
        (frame("RH#1"), "002"),
        (frame("IQ#1"), "003"),
        (frame("RR#1#2"), "003"),
    ],
)
def test_bad_messages_are_refused(unit: Device, line: bytes, code: str) -> None:
    with Line(unit.port) as link:
        link.send(line)
        assert fields_of(link.read_until(b"\r")) == ["NAK", code]


def test_a_refused_receipt_is_not_counted(unit: Device, pos_id: str) -> None:
    assert ask(unit, receipt(pos_id, 1, total="125.00")) == ["NAK", "003"]
    assert ask(unit, receipt(pos_id, 1, total="-125,00")) == ["NAK", "003"]
    assert ORG not in unit.counters()["receipts"] or pos_id not in unit.counters()["receipts"][ORG]
    assert ask(unit, receipt(pos_id, 1))[0] == "RRR"


def test_serials_must_follow_each_other(unit: Device, pos_id: str) -> None:
    assert ask(unit, receipt(pos_id, 10))[0] == "RRR"
    assert ask(unit, receipt(pos_id, 12)) == ["NAK", "011"]
    assert ask(unit, receipt(pos_id, 12)) == ["NAK", "011"], "a refused serial stays refused"
    assert ask(unit, receipt(pos_id, 13))[0] == "RRR", "the one after is in order again"
    assert ask(unit, receipt(pos_id, 5)) == ["NAK", "011"]
    assert ask(unit, receipt(pos_id, 6))[0] == "RRR"
    assert tally(unit, pos_id)["number"] == 3


def test_a_repeat_is_registered_anew(unit: Device, pos_id: str) -> None:
    unit.switch(repeat="new")
    first = ask(unit, receipt(pos_id, 1))
    second = ask(unit, receipt(pos_id, 1))
    assert first[1] != second[1]
    counted = tally(unit, pos_id)
    assert (counted["number"], counted["again_number"]) == (2, 1)
    assert (counted["total_minor"], counted["again_total_minor"]) == (25000, 12500)


def test_a_repeat_gets_the_same_answer(unit: Device, pos_id: str) -> None:
    unit.switch(repeat="same")
    first = ask(unit, receipt(pos_id, 1))
    assert ask(unit, receipt(pos_id, 1)) == first
    assert tally(unit, pos_id)["number"] == 1
    assert ask(unit, receipt(pos_id, 1, total="99,00")) == ["NAK", "011"]


def test_registers_share_the_unit(unit: Device, pos_id: str) -> None:
    other = pos_id + "-B"
    assert ask(unit, receipt(pos_id, 1))[0] == "RRR"
    assert ask(unit, receipt(other, 77))[0] == "RRR"
    assert ask(unit, receipt(pos_id, 2))[0] == "RRR"
    assert tally(unit, other)["number"] == 1


def test_silent_hears_and_heals(unit: Device, pos_id: str) -> None:
    unit.switch(silent={"times": 2})
    for _ in range(2):
        with Line(unit.port) as line:
            line.send(frame(receipt(pos_id, 1)))
            assert line.is_quiet()
    assert ask(unit, receipt(pos_id, 1))[0] == "RRR"
    assert tally(unit, pos_id)["number"] == 1, "a silent unit has done nothing"
    assert unit.state()["switches"]["silent"] is False
    assert [one["answer"] for one in unit.state()["heard"]][1:] == ["(silent, nothing done)"] * 2


def test_silent_can_be_narrowed_to_receipts(unit: Device, pos_id: str) -> None:
    unit.switch(silent=True, applies_to="register")
    assert ask(unit, "IQ")[0] == "IR"
    with Line(unit.port) as line:
        line.send(frame(receipt(pos_id, 1)))
        assert line.is_quiet()


def test_hanging_up_has_done_the_work(unit: Device, pos_id: str) -> None:
    unit.switch(hang_up={"times": 1})
    with Line(unit.port) as line:
        line.send(frame(receipt(pos_id, 1)))
        assert line.is_closed()
    assert tally(unit, pos_id)["number"] == 1
    assert ask(unit, receipt(pos_id, 2))[0] == "RRR"


def test_refusing_answers_with_the_chosen_code(unit: Device, pos_id: str) -> None:
    unit.switch(refuse={"times": 1}, refuse_code="010")
    assert ask(unit, receipt(pos_id, 1)) == ["NAK", "010"]
    assert ask(unit, receipt(pos_id, 1))[0] == "RRR"
    assert tally(unit, pos_id)["number"] == 1


def test_answering_twice(unit: Device, pos_id: str) -> None:
    unit.switch(answer_twice={"times": 1})
    with Line(unit.port) as line:
        line.send(frame(receipt(pos_id, 1)))
        first = line.read_until(b"\r")
        assert line.read_until(b"\r") == first
        assert line.is_quiet(0.1)
    assert tally(unit, pos_id)["number"] == 1


def test_slow_answers_after_the_wait(unit: Device) -> None:
    unit.switch(slow_ms={"value": 200, "times": 1})
    began = time.monotonic()
    assert ask(unit, "IQ")[0] == "IR"
    assert time.monotonic() - began >= 0.2
    assert unit.state()["switches"]["slow_ms"] == 0


def test_a_reset_forgets_no_receipt(unit: Device, pos_id: str) -> None:
    ask(unit, receipt(pos_id, 1))
    unit.reset()
    assert unit.state()["heard"] == []
    assert tally(unit, pos_id)["number"] == 1
    assert unit.post("/reset", {"receipts": True})[0] == 400


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "unit.json"


def test_counters_survive_a_power_cut(state: Path, pos_id: str) -> None:
    first = Device("control_unit", "--state", str(state), "--unit-id", "UNIT7")
    code = ask(first, receipt(pos_id, 41))[1]
    before = tally(first, pos_id)
    assert first.stop(signal.SIGKILL) == -signal.SIGKILL
    again = Device(
        "control_unit", "--state", str(state), "--unit-id", "UNIT7", "--switch", "repeat=same"
    )
    assert tally(again, pos_id) == before
    assert ask(again, receipt(pos_id, 41))[1] == code, "the last answer is remembered too"
    assert ask(again, receipt(pos_id, 41 + 2)) == ["NAK", "011"]
    assert again.stop() == 0


def test_only_licensed_registers(tmp_path: Path) -> None:
    device = Device("control_unit", "--pos-ids", "KASSA01,KASSA02")
    assert ask(device, receipt("KASSA02", 1))[0] == "RRR"
    assert ask(device, receipt("KASSA03", 1)) == ["NAK", "007"]
    assert device.stop() == 0
