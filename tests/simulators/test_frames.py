"""The control unit's frames and fields, without a socket."""

from __future__ import annotations

import pytest

from skrin.simulators.control_unit import fields, frames

RECEIPT = "RR#1#202612011230#1001#KASSA01#5566778899#125,00#0,00#normal#25,00;25,00# # # "
VECTORS = [
    ("IQ", b"#!#00D#IQ#7D"),
    ("SIQ", b"#!#00E#SIQ#2F"),
    (RECEIPT, b"#!#059#" + RECEIPT.encode() + b"#6C"),
    ("IR#SIMU00000001#2#1.07", b"#!#021#IR#SIMU00000001#2#1.07#03"),
    ("SIR#0#00", b"#!#013#SIR#0#00#6B"),
    ("NAK#001", b"#!#012#NAK#001#44"),
    (
        "RRR#ABCDEFGHIJKLMNOPQRSTUVWXYZ234567,ABCDEFGHIJKLMNOPQRSTUVWXYZ#SIMU00000001#0#0",
        b"#!#05B#RRR#ABCDEFGHIJKLMNOPQRSTUVWXYZ234567,ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        b"#SIMU00000001#0#0#1A",
    ),
]


@pytest.mark.parametrize(("body", "on_the_line"), VECTORS)
def test_frames_are_the_published_bytes(body: str, on_the_line: bytes) -> None:
    assert frames.write(body) == on_the_line + b"\r"
    assert frames.read(on_the_line + b"\r") == body


@pytest.mark.parametrize(
    "damaged",
    [
        b"#!#00D#IQ#7E\r",  # check
        b"#!#00D#IQ#7d\r",  # lower case
        b"#!#00E#IQ#7D\r",  # length
        b"#!#00d#IQ#7D\r",  # lower-case length
        b"#!#00D#JQ#7D\r",  # one bit of the body
        b"#!#-0D#IQ#7D\r",
        b"#!#\r",
    ],
)
def test_damaged_frames_are_told(damaged: bytes) -> None:
    with pytest.raises(frames.Damaged):
        frames.read(damaged)


def test_frames_are_found_in_a_stream_with_noise() -> None:
    reader = frames.LineReader()
    assert reader.feed(b"\x00junk#!#00D#I") == []
    assert reader.feed(b"Q#7D\r\x7f\r#!#00E#SIQ#2F\r") == [
        b"#!#00D#IQ#7D\r",
        b"#!#00E#SIQ#2F\r",
    ]
    assert reader.noise_bytes == 7
    assert reader.feed(b"x" * 5000) == []
    assert reader.feed(b"#!#00D#IQ#7D\r") == [b"#!#00D#IQ#7D\r"]


def test_a_receipt_is_read() -> None:
    receipt = fields.read_receipt(RECEIPT)
    assert (receipt.serial, receipt.pos_id, receipt.org_number) == (1, "KASSA01", "5566778899")
    assert (receipt.total_minor, receipt.returns_minor) == (12500, 0)
    assert receipt.vat_minor == {"25,00": 2500}


def test_a_return_is_read() -> None:
    receipt = fields.read_receipt(
        "RR#7#202612011230#1002#K#5566778899#-112,50#112,50#normal# #12,00;-12,05# # "
    )
    assert (receipt.total_minor, receipt.returns_minor) == (-11250, 11250)
    assert receipt.vat_minor == {"12,00": -1205}


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("RR#1#", "RR#01#"),
        ("RR#1#", "RR#x#"),
        ("202612011230", "202602301230"),
        ("202612011230", "2026120112300"),
        ("202612011230", "20261201123"),
        ("#1001#", "#1234567890123#"),
        ("#1001#", "#A1#"),
        ("#1001#", "##"),
        ("KASSA01", "K" * 17),
        ("KASSA01", ""),
        ("KASSA01", " KASSA"),
        ("5566778899", "5566778898"),
        ("5566778899", "556677-8899"),
        ("125,00", "125.00"),
        ("125,00", "125,0"),
        ("125,00", "0125,00"),
        ("125,00", "1 125,00"),
        ("125,00", "-0,00"),
        ("125,00", "-125,00"),  # negative without a return amount
        ("#0,00#", "#-5,00#"),
        ("normal", "Normal"),
        ("normal", "kopior"),
        ("25,00;25,00", "25;25,00"),
        ("25,00;25,00", "25,00"),
        ("25,00;25,00", "101,00;25,00"),
        ("25,00;25,00", ""),
        ("# # # ", "# #  # "),
        ("# # # ", "# # "),
        ("# # # ", "# # # # "),
    ],
)
def test_malformed_fields_are_refused(good: str, bad: str) -> None:
    assert good in RECEIPT
    with pytest.raises(fields.InvalidData):
        fields.read_receipt(RECEIPT.replace(good, bad, 1))


def test_the_check_digit_of_an_organisation_number() -> None:
    assert fields.luhn_holds("5566778899")
    assert [last for last in range(10) if fields.luhn_holds(f"556677889{last}")] == [9]
