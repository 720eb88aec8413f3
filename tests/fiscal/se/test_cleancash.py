"""CleanCash messages: a receipt as the unit is told of it, and what its replies mean."""

from __future__ import annotations

import dataclasses

import pytest
from tests.fiscal.se.receipts import mark_request, sealed_receipt

from skrin.domain.receipt import RETURN
from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import UnitRefused, UnitSilent
from skrin.fiscal.se import cleancash
from skrin.fiscal.se.ccsp_receipt import receipt_fields

CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567,ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_questions_have_the_bytes_of_the_vectors() -> None:
    assert cleancash.identity_request() == b"#!#00D#IQ#7D\r"
    assert cleancash.status_request() == b"#!#00E#SIQ#2F\r"


@pytest.mark.requirement("R-CTRL-001")
def test_a_sale_has_the_bytes_of_the_vector() -> None:
    assert cleancash.register_request(mark_request()) == (
        b"#!#059#RR#1#202612011230#1001#KASSA01#5566778899#125,00#0,00#normal"
        b"#25,00;25,00# # # #6C\r"
    )


def test_the_same_request_gives_the_same_bytes_and_a_new_serial_changes_only_itself() -> None:
    once = cleancash.register_request(mark_request())
    assert cleancash.register_request(mark_request()) == once
    renewed = receipt_fields(mark_request(serial=2))
    assert renewed[1] == "2"
    assert renewed[2:] == receipt_fields(mark_request())[2:]


def test_each_rate_has_its_slot_whatever_order_the_receipt_has() -> None:
    sealed = sealed_receipt((600, 53_00), (0, 10_00), (2500, 125_00), (1200, 112_00))
    fields = receipt_fields(mark_request(sealed))
    assert fields[6:8] == ("300,00", "0,00")
    assert fields[9:] == ("25,00;25,00", "12,00;12,00", "6,00;3,00", "0,00;0,00")


def test_a_rate_that_is_not_on_the_receipt_is_a_single_space() -> None:
    fields = receipt_fields(mark_request(sealed_receipt((600, 53_00))))
    assert fields[9:] == (" ", " ", "6,00;3,00", " ")


def test_a_return_is_told_with_its_signs() -> None:
    sealed = sealed_receipt((2500, 1234_50), (600, 5_30), kind=RETURN)
    fields = receipt_fields(mark_request(sealed))
    assert fields[6:9] == ("-1239,80", "1239,80", "normal")
    assert fields[9:] == ("25,00;-246,90", " ", "6,00;-0,30", " ")


def test_a_free_receipt_is_told_with_zeros_and_no_sign() -> None:
    for kind in ("sale", RETURN):
        fields = receipt_fields(mark_request(sealed_receipt((2500, 0), kind=kind)))
        assert fields[6:10] == ("0,00", "0,00", "normal", "25,00;0,00")


def test_cash_rounding_is_not_told() -> None:
    sealed = sealed_receipt((2500, 87_40), rounding_minor=-40)
    assert receipt_fields(mark_request(sealed))[6] == "87,40"


def test_other_kinds_of_receipt_go_under_their_names() -> None:
    for receipt_type in ("normal", "kopia", "ovning", "profo"):
        assert receipt_fields(mark_request(receipt_type=receipt_type))[8] == receipt_type


def test_time_and_organisation_number_are_taken_as_people_write_them() -> None:
    for at in ("2026-12-01T12:30", "2026-12-01 12:30:59", "202612011230"):
        assert receipt_fields(mark_request(at=at))[2] == "202612011230"
    for written in ("5566778899", "556677-8899", "16 556677-8899"):
        sealed = sealed_receipt((2500, 1_00), org_number=written)
        assert receipt_fields(mark_request(sealed))[5] == "5566778899"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": 0}, "receipt_number_unusable"),
        ({"number": 10**12}, "receipt_number_unusable"),
        ({"designation": ""}, "designation_unusable"),
        ({"designation": "K" * 17}, "designation_unusable"),
        ({"designation": "KASSA#1"}, "designation_unusable"),
        ({"designation": "KASSA Ö"}, "designation_unusable"),
        ({"designation": " "}, "designation_unusable"),
        ({"org_number": "556677-889"}, "org_number_unusable"),
        ({"org_number": "SE556677889901"}, "org_number_unusable"),
        ({"org_number": "٥٥٦٦٧٧٨٨٩٩"}, "org_number_unusable"),
    ],
)
def test_what_the_unit_could_not_take_is_refused_before_it_is_sent(
    change: dict[str, object], code: str
) -> None:
    sealed = sealed_receipt((2500, 1_00), **change)  # type: ignore[arg-type]
    with pytest.raises(Refusal) as refused:
        cleancash.register_request(mark_request(sealed))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("request_change", "code"),
    [
        ({"at": "yesterday"}, "receipt_time_unreadable"),
        ({"at": "2026-12-01T12:30:45+01:00"}, "receipt_time_unreadable"),
        ({"receipt_type": "övning"}, "receipt_type_unknown"),
    ],
)
def test_a_request_out_of_form_is_refused(request_change: dict[str, str], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        cleancash.register_request(mark_request(**request_change))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_rate_without_a_slot_is_refused_with_the_rate() -> None:
    with pytest.raises(Refusal) as refused:
        cleancash.register_request(mark_request(sealed_receipt((2500, 1_00), (1000, 1_10))))
    assert (refused.value.code, refused.value.values) == ("rate_not_registrable", {"rate_bp": 1000})


def test_identity_and_status_are_read() -> None:
    identity = cleancash.read_identity(("IR", "SIMU00000001", "2", "1.07"))
    assert dataclasses.astuple(identity) == ("SIMU00000001", "2", "1.07", "")
    status = cleancash.read_status(("SIR", "0", "00"))
    assert dataclasses.astuple(status) == (True, "0", "00", "", "", "")


@pytest.mark.parametrize(
    ("main", "detail", "ok"),
    [
        ("0", "00", True),
        ("1", "01", True),
        ("2", "02", True),
        ("3", "03", True),
        ("4", "04", False),
        ("5", "00", False),
        ("0", "04", False),
        ("9", "00", False),
        ("", "00", False),
    ],
)
def test_only_a_unit_that_registers_is_ok(main: str, detail: str, ok: bool) -> None:
    assert cleancash.read_status(("SIR", main, detail)).ok is ok


@pytest.mark.requirement("R-CTRL-003", "R-CTRL-004")
def test_the_mark_carries_code_unit_statuses_serial_and_attempts() -> None:
    mark = cleancash.read_mark(("RRR", CODE, "SIMU00000001", "1", "0"), mark_request(serial=7), 3)
    assert (mark.code, mark.unit_id) == (CODE, "SIMU00000001")
    assert (mark.main_status, mark.storage_status) == ("1", "0")
    assert (mark.message_serial, mark.attempts) == (7, 3)
    assert mark.paper_is_out is False


def test_the_type_of_the_registration_reply_does_not_matter() -> None:
    for kind in ("RR", "SR", "RRR"):
        assert cleancash.read_mark((kind, CODE, "U", "0", "0"), mark_request()).code == CODE


def test_only_training_may_come_without_a_code() -> None:
    fields = ("RRR", "", "SIMU00000001", "0", "0")
    assert cleancash.read_mark(fields, mark_request(receipt_type="ovning")).code == ""
    for receipt_type in ("normal", "kopia", "profo"):
        with pytest.raises(UnitSilent):
            cleancash.read_mark(fields, mark_request(receipt_type=receipt_type))


@pytest.mark.parametrize(
    ("code", "again", "renew_serial"),
    [
        ("001", True, False),
        ("002", False, False),
        ("003", False, False),
        ("004", False, True),
        ("005", False, False),
        ("006", True, False),
        ("007", False, False),
        ("008", True, False),
        ("009", False, False),
        ("010", True, False),
        ("011", False, True),
        ("999", True, False),
        ("", True, False),
    ],
)
def test_each_refusal_says_what_may_help(code: str, again: bool, renew_serial: bool) -> None:
    with pytest.raises(UnitRefused) as refused:
        cleancash.read_mark(("NAK", code), mark_request())
    no = refused.value
    assert (no.code, no.again, no.renew_serial) == (code, again, renew_serial)
    for read in (cleancash.read_identity, cleancash.read_status):
        with pytest.raises(UnitRefused):
            read(("NAK", code))


def test_a_reply_to_another_question_counts_as_none() -> None:
    identity, status = ("IR", "SIMU00000001", "2", "1.07"), ("SIR", "0", "00")
    for read, fields in (
        (cleancash.read_identity, status),
        (cleancash.read_identity, ("IR", "", "2", "1.07")),
        (cleancash.read_status, identity),
        (cleancash.read_status, ("SIR", "0")),
    ):
        with pytest.raises(UnitSilent):
            read(fields)
    for fields in (identity, status, ("RRR", CODE, "U", "0"), ("RRR", CODE, "", "0", "0")):
        with pytest.raises(UnitSilent):
            cleancash.read_mark(fields, mark_request())
