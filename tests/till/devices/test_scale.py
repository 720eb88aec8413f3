"""Scales: both protocols to the byte, and over a serial line (a pair of pseudo-terminals) against
the simulator, each of its switches."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.till.devices.simulators import Simulator, simulator

from skrin.domain.refusal import Refusal
from skrin.domain.scale import (
    MT_SICS,
    PROTOCOLS,
    TOLEDO_8217,
    ScalePlace,
    checked,
    place_of,
    quantity_of,
)
from skrin.till.devices import mt_sics, toledo_8217
from skrin.till.devices.contract import (
    SCALE_GARBLED,
    SCALE_MOVES,
    SCALE_OVER,
    SCALE_SILENT,
    SCALE_UNDER,
    SCALE_UNIT,
    SCALE_ZERO,
    NotWeighed,
)
from skrin.till.devices.scale_answers import grams
from skrin.till.devices.scale_line import SerialScale


@pytest.mark.parametrize(
    ("answer", "net_g"),
    [
        (b"S S      1.234 kg\r\n", 1234),
        (b"S S     100.00 g\r\n", 100),
        (b"S S          0 g\r\n", 0),
        (b"S S     -0.000 kg\r\n", 0),
        (b"S S 0.5 kg \r\n", 500),
    ],
)
def test_mt_sics_tells_a_stable_weight_with_its_unit(answer: bytes, net_g: int) -> None:
    for cut in range(len(answer)):
        assert mt_sics.answer_of(answer[:cut]) is None
    assert mt_sics.answer_of(answer) == net_g
    assert mt_sics.answer_of(answer + answer) == net_g


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"S D      1.234 kg\r\n", SCALE_MOVES),
        (b"S I\r\n", SCALE_MOVES),
        (b"S +\r\n", SCALE_OVER),
        (b"S -\r\n", SCALE_UNDER),
        (b"S S     -0.002 kg\r\n", SCALE_UNDER),
        (b"S S      1.234 lb\r\n", SCALE_UNIT),
        (b"S S     100.05 g\r\n", SCALE_UNIT),
        (b"S S     1.2345 kg\r\n", SCALE_UNIT),
        (b"S S      1.234\r\n", SCALE_GARBLED),
        (b"S S Error 10b\r\n", SCALE_GARBLED),
        (b"S S      1..34 kg\r\n", SCALE_GARBLED),
        (b"ES\r\n", SCALE_GARBLED),
        (b"\r\n", SCALE_GARBLED),
        (b"x" * 65, SCALE_GARBLED),
    ],
)
def test_mt_sics_anything_else_is_no_weight(answer: bytes, code: str) -> None:
    with pytest.raises(NotWeighed, match=f"^{code}$"):
        mt_sics.answer_of(answer)


@pytest.mark.parametrize(
    ("answer", "net_g"),
    [(b"\x0201.234\r", 1234), (b"\x0200.500N\r", 500), (b"\xff\x0200.000\r", 0)],
)
def test_8217_tells_kilograms_with_three_decimals(answer: bytes, net_g: int) -> None:
    for cut in range(len(answer)):
        assert toledo_8217.answer_of(answer[:cut]) is None
    assert toledo_8217.answer_of(answer) == net_g


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"\x02?\x41\r", SCALE_MOVES),
        (b"\x02?\x61\r", SCALE_MOVES),
        (b"\x02?\x42\r", SCALE_OVER),
        (b"\x02?\x44\r", SCALE_UNDER),
        (b"\x02?\x48\r", SCALE_ZERO),
        (b"\x02?\x40\r", SCALE_MOVES),
        (b"\x02?\x01\r", SCALE_GARBLED),
        (b"\x0202.72\r", SCALE_UNIT),
        (b"\x021234\r", SCALE_UNIT),
        (b"\x02-0.002\r", SCALE_GARBLED),
        (b"\x02\r", SCALE_GARBLED),
        (b"x" * 65, SCALE_GARBLED),
    ],
)
def test_8217_anything_else_is_no_weight(answer: bytes, code: str) -> None:
    with pytest.raises(NotWeighed, match=f"^{code}$"):
        toledo_8217.answer_of(answer)


@given(st.integers(0, 9_999_999))
def test_grams_are_exact_in_every_unit(net_g: int) -> None:
    assert grams(f"{net_g // 1000}.{net_g % 1000:03d}", "kg") == net_g
    assert grams(str(net_g), "g") == grams(f"{net_g}.00", "G") == net_g
    assert (
        quantity_of(net_g, "kg") * 10 == quantity_of(net_g, "hg") == quantity_of(net_g, "g") // 100
    )


def test_an_address_names_protocol_and_line() -> None:
    assert place_of("toledo_8217:/dev/ttyUSB0@4800".replace("4800", "19200")) == ScalePlace(
        TOLEDO_8217, "/dev/ttyUSB0@19200"
    )
    assert place_of(" mt_sics:COM3 ") == ScalePlace(MT_SICS, "COM3")
    for text in ("", "/dev/ttyUSB0", "mt_sics:/etc/passwd", "mt_sics:/dev/../etc", "cas:COM3"):
        with pytest.raises(Refusal, match="scale_address_unreadable"):
            place_of(text)
    with pytest.raises(Refusal, match="scale_protocol_unknown"):
        checked(ScalePlace("cas", "COM3"))


# Over a line.


@pytest.fixture(scope="module", params=PROTOCOLS)
def running(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    with simulator("scale", "--protocol", str(request.param)) as one:
        yield one


@pytest.fixture
def pan(running: Simulator) -> Iterator[Simulator]:
    running.reset()
    yield running
    running.reset()


@pytest.fixture
def till_side(pan: Simulator) -> Iterator[SerialScale]:
    place = ScalePlace(pan.ready["protocol"], pan.ready["serial"])
    scale = SerialScale(place, answer_s=0.6, late_s=0.8)
    try:
        yield scale
    finally:
        scale.close()


def why(scale: SerialScale, patience_s: float = 0.0) -> str:
    with pytest.raises(NotWeighed) as no:
        scale.weigh(patience_s)
    return no.value.code


@pytest.mark.requirement("OPP-054", "R-DEV-013", "OPP-002")
def test_what_lies_on_the_pan_is_told_net_and_twice_when_asked_twice(
    pan: Simulator, till_side: SerialScale
) -> None:
    assert till_side.weigh(0.0).net_g == 0
    pan.switch(gross_g=1234)
    assert [till_side.weigh(0.0).net_g for _ in range(2)] == [1234, 1234]
    pan.switch(tare_g=34)
    assert till_side.weigh(0.0).net_g == 1200
    pan.switch(answer_twice=True)
    assert till_side.weigh(0.0).net_g == 1200
    pan.switch(answer_twice=False, gross_g=534)
    assert till_side.weigh(0.0).net_g == 500, "the second answer of before is nobody's"


def test_a_pan_that_moves_is_waited_for_and_not_for_ever(
    pan: Simulator, till_side: SerialScale
) -> None:
    pan.switch(gross_g=750, moving={"times": 3})
    assert till_side.weigh(3.0).net_g == 750
    pan.switch(moving=True)
    begun = time.monotonic()
    assert why(till_side, 0.5) == SCALE_MOVES
    assert 0.5 <= time.monotonic() - begun < 2.0


def test_a_pan_outside_its_range_tells_no_weight(pan: Simulator, till_side: SerialScale) -> None:
    pan.switch(gross_g=15_001)
    assert why(till_side) == SCALE_OVER
    pan.switch(gross_g=100, tare_g=150)
    assert why(till_side) == SCALE_UNDER
    pan.switch(tare_g=0, under=True)
    assert why(till_side) == SCALE_UNDER
    pan.switch(under=False, no_zero=True)
    zero = SCALE_ZERO if pan.ready["protocol"] == TOLEDO_8217 else SCALE_UNDER
    assert why(till_side) == zero
    pan.reset()
    pan.switch(gross_g=2, unit="lb")
    assert why(till_side) == SCALE_UNIT
    pan.switch(unit="kg")
    assert till_side.weigh(0.0).net_g == 2, "none of these leaves the line dirty"


@pytest.mark.parametrize(
    ("switch", "code"),
    [({"silent": True}, SCALE_SILENT), ({"half_answer": True}, SCALE_GARBLED),
     ({"garbage": True}, SCALE_GARBLED)],
)  # fmt: skip
def test_no_whole_answer_is_no_weight_by_the_deadline(
    pan: Simulator, till_side: SerialScale, switch: dict[str, object], code: str
) -> None:
    pan.switch(gross_g=300, **switch)
    begun = time.monotonic()
    assert why(till_side, 3.0) == code
    assert time.monotonic() - begun < 1.5
    pan.reset()
    pan.switch(gross_g=300)
    assert why(till_side) == SCALE_SILENT, "left alone while an answer may still come"
    time.sleep(0.9)
    assert till_side.weigh(0.0).net_g == 300


def test_a_late_answer_is_never_the_weight_of_what_lies_there_now(
    pan: Simulator, till_side: SerialScale
) -> None:
    pan.switch(gross_g=5000, slow_ms={"value": 1000, "times": 1})
    assert why(till_side) == SCALE_SILENT
    pan.switch(gross_g=100)
    until = time.monotonic() + 5
    while True:
        try:
            assert till_side.weigh(0.0).net_g == 100
            return
        except NotWeighed as no:
            assert no.code == SCALE_SILENT and time.monotonic() < until
            time.sleep(0.05)


def test_a_line_that_is_not_there_or_taken_is_silence(
    pan: Simulator, till_side: SerialScale
) -> None:
    assert why(SerialScale(ScalePlace(MT_SICS, "/dev/ttyNONE9"))) == SCALE_SILENT
    assert till_side.weigh(0.0).net_g == 0
    second = SerialScale(ScalePlace(pan.ready["protocol"], pan.ready["serial"]))
    assert why(second) == SCALE_SILENT
    till_side.close()
    assert second.weigh(0.0).net_g == 0
    second.close()
