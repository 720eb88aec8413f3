"""CCSP over a serial line (a pair of pseudo-terminals), both versions, against the simulator."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.fiscal.se.receipts import mark_request
from tests.till.devices.simulators import Simulator, simulator

from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import UNREACHABLE, UnitRefused, UnitSilent
from skrin.fiscal.se.ccsp_frame import LateReader, frame
from skrin.till.devices.control_unit import CleanCashUnit
from skrin.till.devices.serial_line import SerialLine


@pytest.fixture(params=["1", "2"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def unit(version: str) -> Iterator[Simulator]:
    with simulator("control_unit", "--serial", "--version", version) as one:
        yield one


@pytest.fixture
def till_side(unit: Simulator) -> Iterator[CleanCashUnit]:
    line = SerialLine(unit.ready["serial"])
    reached = CleanCashUnit(line, question_deadline_s=1.5, register_deadline_s=1.5)
    try:
        yield reached
    finally:
        reached.close()


def heard(unit: Simulator) -> list[str]:
    """The kinds of the messages that the unit heard, oldest first."""
    return [one["request"].split("#")[3] for one in reversed(unit.look()["heard"])]


def counted(unit: Simulator) -> dict[str, int]:
    return unit.look()["counters"]["receipts"]["5566778899"]["KASSA01"]["normal"]


@pytest.mark.requirement("R-CTRL-001", "R-CTRL-004")
def test_the_version_of_the_identity_chooses_the_messages(
    unit: Simulator, till_side: CleanCashUnit, version: str
) -> None:
    assert till_side.identity().protocol == version
    assert till_side.status().ok
    before = len(heard(unit))
    marks = [till_side.register(mark_request(serial=serial)) for serial in (1, 2)]
    steps = ["IQ", "ST", "RH", "SQ"] if version == "1" else ["RR"]
    assert heard(unit)[before:] == steps * 2
    assert [mark.unit_id for mark in marks] == ["SIMU00000001"] * 2
    assert marks[0].code != marks[1].code
    assert (counted(unit)["number"], counted(unit)["total_minor"]) == (2, 250_00)


@pytest.mark.parametrize("version", ["1"])
def test_the_header_of_version_1_has_two_blank_fields_and_no_serial(
    unit: Simulator, till_side: CleanCashUnit
) -> None:
    till_side.register(mark_request())
    request = next(one["request"] for one in unit.look()["heard"] if "#RH#" in one["request"])
    fields = "RH#202612011230#1001#KASSA01# # #5566778899#125,00#0,00#normal#25,00;25,00# # # "
    assert request == frame(tuple(fields.split("#"))).decode().rstrip("\r")


@pytest.mark.requirement("R-CTRL-007")
def test_a_late_answer_is_dropped_before_anything_else_is_asked(
    unit: Simulator, till_side: CleanCashUnit, version: str
) -> None:
    assert till_side.status().ok
    unit.switch(slow_ms={"value": 2000, "times": 1})
    with pytest.raises(UnitSilent):
        till_side.status()
    before = len(heard(unit))
    deadline, mark = time.monotonic() + 20.0, None
    while mark is None and time.monotonic() < deadline:
        try:
            mark = till_side.register(mark_request())
        except UnitSilent:
            continue
    assert mark is not None and mark.unit_id == "SIMU00000001"
    assert heard(unit)[before] == "IQ", "who it is comes before the receipt"
    answer = next(one["answer"] for one in unit.look()["heard"] if mark.code in one["answer"])
    assert answer, "the code is the one of its own message"


@pytest.mark.parametrize("fault", ["silent", "half_answer", "answer_twice"])
def test_trouble_on_the_line_heals_by_itself(
    unit: Simulator, till_side: CleanCashUnit, fault: str
) -> None:
    assert till_side.status().ok
    unit.switch(**{fault: {"times": 1}})
    if fault == "answer_twice":
        assert till_side.status().ok
    else:
        with pytest.raises(UnitSilent):
            till_side.status()
    assert till_side.identity().unit_id == "SIMU00000001"
    assert till_side.register(mark_request()).code


def test_a_refusal_is_a_refusal(unit: Simulator, till_side: CleanCashUnit, version: str) -> None:
    assert till_side.status().ok
    unit.switch(refuse=True, refuse_code="004", applies_to="register")
    with pytest.raises(UnitRefused) as refused:
        till_side.register(mark_request())
    no = refused.value
    assert (no.code, no.renew_serial, no.again) == ("004", version == "2", version == "1")
    with pytest.raises(Refusal):
        till_side.register(mark_request(receipt_type="other"))


def test_a_port_that_is_not_there_is_told_as_such() -> None:
    with pytest.raises(UnitSilent) as silence:
        CleanCashUnit(SerialLine("/dev/ttySKRIN")).identity()
    assert silence.value.code == UNREACHABLE


def test_a_unit_that_was_let_go_leaves_the_line_to_another(unit: Simulator) -> None:
    first = CleanCashUnit(SerialLine(unit.ready["serial"]))
    assert first.identity().unit_id == "SIMU00000001"
    second = CleanCashUnit(SerialLine(unit.ready["serial"]))
    with pytest.raises(UnitSilent):
        second.identity()
    first.close()
    with pytest.raises(UnitSilent):
        first.status()
    assert second.identity().unit_id == "SIMU00000001"
    second.close()


def test_frames_are_found_among_torn_ones_and_noise() -> None:
    reader = LateReader()
    sound, other = frame(("IR", "U", "2", "1")), frame(("SIR", "0", "00"))
    assert reader.feed(b"\x00\xffnoise" + other[:9]) == []
    assert reader.feed(other[9:] + b"#!#05B#RRR#half") == [("SIR", "0", "00")]
    damaged = other.replace(b"SIR", b"SIX")
    assert reader.feed(damaged + sound[:5]) == []
    assert reader.feed(sound[5:] + sound) == [("IR", "U", "2", "1")] * 2
