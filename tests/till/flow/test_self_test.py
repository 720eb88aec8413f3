"""The self-test: every device tried, each of them with its fault, and nothing is sold."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin.documents import TrialPage, trial_page_escpos
from skrin.documents.escpos import DOUBLE_ON, DRAWER_PULSE
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.devices.contract import COVER_OPEN, OFFLINE, PAPER_LOW, PAPER_OUT, READY, SILENT
from skrin.till.flow import self_test, selling
from skrin.till.flow.self_test import SelfTest

EVA = Person("p2", "Eva", "manager", (1,))


def tried(shop: Shop) -> SelfTest:
    test = SelfTest(shop.counter)
    test.try_devices("sv")
    return test


@pytest.mark.requirement("R-MORE-015")
def test_all_is_well_and_nothing_was_sold(shop: Shop) -> None:
    head = shop.till.head.seq
    test = tried(shop)
    assert {one: test.result(one).level for one in self_test.BY_ITSELF} == {
        self_test.UNIT: "good",
        self_test.CARD: "good",
        self_test.PRINTER: "good",
        self_test.OFFICE: "warn",
    }
    assert test.result(self_test.PRINTER).code == "page_out"
    assert test.result(self_test.UNIT).at_utc_ms == shop.clock.utc_ms
    page = shop.printer.slips[-1].decode("cp858")
    assert "TESTSIDA" in page and "EJ KVITTO" in page and "åäö ÅÄÖ" in page and "TORG1" in page
    assert shop.printer.pulses == 0 and DRAWER_PULSE not in shop.printer.slips[-1]
    assert set(shop.kinds(head + 1)) <= {"unit.met"}
    assert test.result(self_test.DRAWER).level == "untried"


@pytest.mark.parametrize("condition", [PAPER_OUT, COVER_OPEN, OFFLINE, SILENT])
@pytest.mark.requirement("R-DEV-001", "R-DEV-002", "R-MORE-015")
def test_a_printer_that_cannot_print_is_told_by_its_cause(shop: Shop, condition: str) -> None:
    shop.printer.state = condition
    result = tried(shop).result(self_test.PRINTER)
    assert (result.level, result.code) == ("bad", f"printer_{condition}")


def test_paper_that_ends_in_the_page_is_told_and_the_page_is_not_printed_again(shop: Shop) -> None:
    shop.printer.stop_in_next, shop.printer.loses_buffer = PAPER_OUT, True
    test = tried(shop)
    assert test.result(self_test.PRINTER).code == "printer_paper_out"
    shop.printer.state = READY
    shop.counter.work_off()
    assert shop.printer.printed == 0
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.printer.printed == 1 and "Bryggkaffe" in shop.printer.slips[-1].decode("cp858")


def test_a_page_that_nobody_waits_for_any_more_does_not_come_out_later(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_test, "PAGE_TIMEOUT_S", 0.01)
    shop.printer.stop_in_next, shop.printer.loses_buffer = PAPER_OUT, True
    tried(shop)
    again = tried(shop).result(self_test.PRINTER)
    assert (again.level, again.code) == ("bad", "printer_paper_out")
    shop.printer.state = READY
    shop.counter.work_off()
    assert shop.printer.printed == 0


def test_a_roll_near_its_end_is_an_early_warning(shop: Shop) -> None:
    shop.printer.state = PAPER_LOW
    result = tried(shop).result(self_test.PRINTER)
    assert (result.level, result.code) == ("warn", "page_out_paper_low")


def test_no_page_between_a_sealed_receipt_and_its_paper(shop: Shop) -> None:
    shop.printer.stop_in_next = COVER_OPEN
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert tried(shop).result(self_test.PRINTER).code == "printer_cover_open"
    shop.printer.state = READY
    assert tried(shop).result(self_test.PRINTER).code == "page_not_now"
    shop.counter.work_off()
    assert [b"TESTSIDA" in slip for slip in shop.printer.slips] == [False], "the receipt, alone"


def test_a_silent_control_unit_and_a_missing_printer(shop: Shop) -> None:
    from dataclasses import replace

    shop.unit.be_silent(5)
    shop.till.devices = replace(shop.till.devices, printer=None)
    test = tried(shop)
    assert test.result(self_test.UNIT).code == "control_unit_silent"
    assert test.result(self_test.PRINTER).code == "printer_missing"


def test_the_drawer_is_opened_by_role_counted_and_seen_by_a_person(shop: Shop) -> None:
    test = SelfTest(shop.counter)
    with pytest.raises(Refusal, match="pin_wanted"):
        test.open_drawer(ANNA, shop.tap_id(), None)
    assert test.result(self_test.DRAWER).level == "untried"
    test.open_drawer(EVA, shop.tap_id(), None)
    assert (shop.printer.pulses, test.result(self_test.DRAWER).code) == (1, "drawer_told")
    assert shop.kinds()[-1] == "drawer.opened"
    test.drawer_seen(opened=False)
    assert test.result(self_test.DRAWER).code == "drawer_stays_shut"
    test.drawer_seen(opened=True)
    assert test.result(self_test.DRAWER).level == "good"
    shop.printer.state = SILENT
    with pytest.raises(Refusal, match="printer_silent"):
        test.open_drawer(EVA, shop.tap_id(), None)
    assert test.result(self_test.DRAWER).level == "bad" and shop.printer.pulses == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("7359990000014", ("good", "scan_article")),
        ("1002", ("good", "scan_article")),
        ("7359990000012", ("warn", "scan_misread")),
        ("2312345600505", ("warn", "scan_misread")),
        ("2312345600509", ("good", "scan_in_store")),
        ("R:TORG1:12", ("good", "scan_receipt")),
        ("hello", ("good", "scan_unknown")),
        ("", ("bad", "scan_empty")),
    ],
)
def test_what_the_scanner_read_is_told_and_nothing_is_rung(
    shop: Shop, code: str, said: tuple[str, str]
) -> None:
    head, test = shop.till.head.seq, SelfTest(shop.counter)
    test.scanned(code)
    result = test.result(self_test.SCANNER)
    assert (result.level, result.code) == said
    assert shop.till.head.seq == head and shop.till.desk.cart is None


@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize(("language", "mark"), [("sv", "EJ KVITTO"), ("en", "NOT A RECEIPT")])
def test_the_page_says_large_that_it_is_no_receipt_and_fits_the_paper(
    columns: int, language: str, mark: str
) -> None:
    page = TrialPage("K1", "192.168.1.40:9100", 1_795_165_200_000, 60)
    job = trial_page_escpos(page, columns, "cp858", language)
    assert DOUBLE_ON + mark.center(columns // 2).rstrip().encode() in job
    ruler = ("1234567890" * 5)[:columns].encode()
    assert b"\n" + ruler + b"\n" in job
