"""Frames of the control unit's line: the computed vectors byte for byte, and everything unsound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrin.fiscal.contract import UnitSilent
from skrin.fiscal.se.ccsp_frame import ReplyReader, frame, lrc

CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567,ABCDEFGHIJKLMNOPQRSTUVWXYZ"

SALE_TEXT = "RR 1 202612011230 1001 KASSA01 5566778899 125,00 0,00 normal 25,00;25,00"

REQUEST_VECTORS = [
    (("IQ",), b"#!#00D#IQ#7D\r"),
    (("SIQ",), b"#!#00E#SIQ#2F\r"),
    (
        (*SALE_TEXT.split(), " ", " ", " "),
        b"#!#059#RR#1#202612011230#1001#KASSA01#5566778899#125,00#0,00#normal"
        b"#25,00;25,00# # # #6C\r",
    ),
]
REPLY_VECTORS = [
    (b"#!#021#IR#SIMU00000001#2#1.07#03\r", ("IR", "SIMU00000001", "2", "1.07")),
    (b"#!#013#SIR#0#00#6B\r", ("SIR", "0", "00")),
    (b"#!#012#NAK#001#44\r", ("NAK", "001")),
    (
        b"#!#05B#RRR#ABCDEFGHIJKLMNOPQRSTUVWXYZ234567,ABCDEFGHIJKLMNOPQRSTUVWXYZ#SIMU00000001"
        b"#0#0#1A\r",
        ("RRR", CODE, "SIMU00000001", "0", "0"),
    ),
]


@pytest.mark.parametrize(("fields", "wire"), REQUEST_VECTORS)
def test_requests_have_the_bytes_of_the_vectors(fields: tuple[str, ...], wire: bytes) -> None:
    assert frame(fields) == wire


@pytest.mark.parametrize(("wire", "fields"), REPLY_VECTORS)
def test_replies_of_the_vectors_are_read(wire: bytes, fields: tuple[str, ...]) -> None:
    assert ReplyReader().feed(wire) == fields
    assert frame(fields) == wire


@pytest.mark.parametrize(("wire", "fields"), REPLY_VECTORS)
def test_a_reply_is_whole_at_its_last_byte_and_not_before(
    wire: bytes, fields: tuple[str, ...]
) -> None:
    reader = ReplyReader()
    for at in range(len(wire) - 1):
        assert reader.feed(wire[at : at + 1]) is None
    assert reader.feed(wire[-1:]) == fields


def test_line_ends_before_a_reply_and_a_second_reply_behind_it_change_nothing() -> None:
    wire = b"#!#013#SIR#0#00#6B\r"
    assert ReplyReader().feed(b"\r\n" + wire + wire) == ("SIR", "0", "00")
    assert ReplyReader().feed(wire[:-1] + b"\n") == ("SIR", "0", "00")


@pytest.mark.parametrize(
    "wire",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"#?#013#SIR#0#00#6B\r",
        b"#!#0Z3#SIR#0#00#6B\r",
        b"#!# 13#SIR#0#00#6B\r",
        b"#!#00B###23\r",
        b"#!#013!SIR#0#00#6B\r",
        b"#!#013#SIR#0#00#6C\r",
        b"#!#013#SIR#0#01#6B\r",
        b"#!#014#SIR#0#00#6B\r\n",
        b"#!#012#SIR#0#00#6B\r",
        b"#!#013#SIR#0#00#6B#",
    ],
)
def test_what_is_no_sound_frame_counts_as_no_answer(wire: bytes) -> None:
    with pytest.raises(UnitSilent):
        ReplyReader().feed(wire)


def test_bytes_outside_ascii_are_unsound_even_with_a_right_check() -> None:
    covered = b"#!#013#S\xc4R#0#00#"
    with pytest.raises(UnitSilent, match="ASCII"):
        ReplyReader().feed(covered + lrc(covered) + b"\r")


def test_a_field_may_not_break_the_frame() -> None:
    for bad in ("KASSA#1", "KASSA\r1", "KASSA\x7f"):
        with pytest.raises(AssertionError):
            frame(("RR", bad))


PRINTABLE = st.text(
    st.sampled_from([chr(c) for c in range(0x20, 0x7F) if chr(c) != "#"]), max_size=40
)


@given(
    st.lists(PRINTABLE, min_size=1, max_size=12).filter(lambda fields: fields != [""]),
    st.integers(1, 7),
)
def test_any_frame_is_read_back_from_pieces_of_any_size(fields: list[str], size: int) -> None:
    wire, reader, read = frame(tuple(fields)), ReplyReader(), None
    for at in range(0, len(wire), size):
        assert read is None
        read = reader.feed(wire[at : at + size])
    assert read == tuple(fields)


@given(st.integers(0, 200), st.integers(1, 255))
def test_one_changed_byte_never_gives_another_answer(place: int, change: int) -> None:
    wire = bytearray(REPLY_VECTORS[3][0])
    at = place % len(wire)
    wire[at] ^= change
    reader = ReplyReader()
    try:
        read = reader.feed(bytes(wire))
    except UnitSilent:
        return
    # Only what does not carry meaning may change: the case of hexadecimal digits, the line end.
    assert read in (None, REPLY_VECTORS[3][1])
