"""IPP's bytes: held against the example of RFC 8010, and against what is no answer at all."""

from __future__ import annotations

import pytest

from skrin.till.devices import ipp

# RFC 8010, appendix A.1: how a Print-Job begins, field by field.
BEGINNING = (
    b"\x01\x01\x00\x02\x00\x00\x00\x01\x01"
    b"\x47\x00\x12attributes-charset\x00\x05utf-8"
    b"\x48\x00\x1battributes-natural-language\x00\x02en"
    b"\x45\x00\x0bprinter-uri\x00\x2cipp://printer.example.com/ipp/print/pinetree"
)
# Appendix A.2: the successful answer, job-id 147 and job-state "pending".
SUCCESS = (
    b"\x01\x01\x00\x00\x00\x00\x00\x01\x01"
    b"\x47\x00\x12attributes-charset\x00\x05utf-8"
    b"\x48\x00\x1battributes-natural-language\x00\x05en-us"
    b"\x41\x00\x0estatus-message\x00\x0dsuccessful-ok"
    b"\x02"
    b"\x21\x00\x06job-id\x00\x04\x00\x00\x00\x93"
    b"\x45\x00\x07job-uri\x00\x30ipp://printer.example.com/ipp/print/pinetree/147"
    b"\x23\x00\x09job-state\x00\x04\x00\x00\x00\x03"
    b"\x03"
)


def test_a_print_job_begins_as_the_rfc_shows_it_and_ends_with_the_document() -> None:
    queue = "ipp://printer.example.com/ipp/print/pinetree"
    made = ipp.print_job(queue, "till-1", b"\x1b@paper")
    assert made.startswith(BEGINNING)
    assert made.endswith(
        b"\x49\x00\x0fdocument-format\x00\x18application/vnd.cups-raw\x03\x1b@paper"
    )


def test_the_rfcs_answer_is_read() -> None:
    answer = ipp.read(SUCCESS)
    assert answer.ok and answer.status == 0
    assert (answer.number("job-id"), answer.number("job-state")) == (147, 3)
    assert answer.words("status-message") == ["successful-ok"]


def test_a_second_value_belongs_to_the_name_before_it() -> None:
    told = (
        b"\x01\x01\x00\x00\x00\x00\x00\x01\x04"
        b"\x44\x00\x15printer-state-reasons\x00\x11media-low-warning"
        b"\x44\x00\x00\x00\x10cover-open-error\x03"
    )
    reasons = ipp.read(told).words("printer-state-reasons")
    assert reasons == ["media-low-warning", "cover-open-error"]


def test_a_job_is_found_by_its_name_beside_one_whose_name_is_kept_from_us() -> None:
    told = (
        b"\x01\x01\x00\x00\x00\x00\x00\x01"
        b"\x02\x21\x00\x06job-id\x00\x04\x00\x00\x00\x07"
        b"\x02\x21\x00\x06job-id\x00\x04\x00\x00\x00\x08"
        b"\x42\x00\x08job-name\x00\x06till-1\x03"
    )
    assert ipp.read(told).job_named("till-1") == 8
    assert ipp.read(told).job_named("till-2") == 0


@pytest.mark.parametrize("end", [0, 3, 8, 9, 12, 40, len(SUCCESS) - 1])
def test_an_answer_that_ends_in_the_middle_is_no_answer(end: int) -> None:
    with pytest.raises(ipp.Unreadable):
        ipp.read(SUCCESS[:end])


def test_something_else_is_no_answer() -> None:
    with pytest.raises(ipp.Unreadable):
        ipp.read(b"<html><body>no</body></html>")
