"""Which control unit a till has, to whom it belongs, and what becomes of its faults."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, COFFEE, STORE, Shop, published

from skrin.domain.control_unit import UnitAnswered, UnitChosen, UnitFailed, UnitMet
from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import UnitPlace
from skrin.fiscal.se.fault_report import fault_times
from skrin.till.devices.simulated import InstantControlUnit
from skrin.till.flow import publication, selling, unit_log
from skrin.till.storage.device_file import DeviceFile

ALL_WELL = ["unit.met"]


def bodies(shop: Shop) -> list[object]:
    """What the log tells, oldest first."""
    return [body for _, body in unit_log.log(shop.counter.reader())][::-1]


def tap(shop: Shop) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)


def new_owner(shop: Shop, org_number: str = "556000-4615") -> None:
    """The office publishes another organisation number for the store."""
    answer = published(replace(STORE, org_number=org_number))
    assert publication.apply_publication(shop.till, replace(answer, number=2))


def put_up(shop: Shop, unit: InstantControlUnit) -> None:
    """Another unit stands where the first was."""
    till = shop.till
    unit_log.chosen(till, ANNA, UnitChosen("tcp", "10.0.0.2:5001", False), unit.identity())
    till.devices = replace(till.devices, control_unit=unit)
    shop.unit = unit
    shop.counter.preflight.unit_replaced()


def test_the_unit_is_met_once_and_again_after_a_restart_nothing_is_written(shop: Shop) -> None:
    shop.counter.look()
    met = UnitMet("FAKE00000001", "", "2", "1.07", "TORG1", "556677-8899")
    assert bodies(shop) == [met]
    shop.counter.look()
    shop.restart()
    shop.counter.look()
    assert bodies(shop) == [met]
    assert shop.counter.preflight.unit_known.met == met


def test_ordinary_sales_write_nothing_of_the_unit(shop: Shop) -> None:
    shop.counter.look()
    before = shop.till.head.seq + 1
    for _ in range(3):
        tap(shop)
        shop.counter.pay_cash(ANNA, shop.tap_id(), None)
        shop.counter.leave_finished()
    assert [kind for kind in shop.kinds(before) if kind.startswith("unit.")] == []


@pytest.mark.requirement("R-MORE-012")
def test_each_fault_is_in_the_log_with_its_times_and_the_receipt_that_waited(shop: Shop) -> None:
    shop.counter.look()
    tap(shop)
    shop.clock.forward(11)
    shop.unit.be_silent(1)
    with pytest.raises(Refusal):
        shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.clock.forward(60)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.counter.leave_finished()
    tap(shop)
    shop.clock.forward(1)
    shop.unit.refuse("008", 1)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.clock.forward(5)
    shop.counter.retry()
    found = bodies(shop)[1:]
    since = found[1].since_utc_ms if isinstance(found[1], UnitAnswered) else 0
    assert found == [
        UnitFailed("silent", 0),
        UnitAnswered("silent", since),
        UnitFailed("008", 2),
        UnitAnswered("008", since + 61_000),
    ]
    log = [(str(header.at_utc_ms), body) for header, body in unit_log.log(shop.counter.reader())]
    faults = fault_times(reversed(log))
    spans = [int(one.until) - int(one.since) for one in faults]
    assert [(one.code, one.waiting_number) for one in faults] == [("008", 2), ("silent", 0)]
    assert spans == [5_000, 60_000]


def test_a_fault_that_outlives_a_restart_is_one_fault(shop: Shop) -> None:
    shop.unit.be_silent(3)
    shop.counter.look()
    shop.restart()
    shop.counter.look()
    assert bodies(shop) == [UnitFailed("silent", 0)]
    shop.unit.be_silent(0)
    shop.counter.look()
    assert [type(body) for body in bodies(shop)] == [UnitFailed, UnitAnswered, UnitMet]


@pytest.mark.requirement("R-CTRL-005", "R-TERM-021")
def test_a_new_owner_sells_nothing_with_the_former_owners_unit(shop: Shop) -> None:
    shop.counter.look()
    new_owner(shop)
    tap(shop)
    before = shop.till.head.seq
    with pytest.raises(Refusal) as refused:
        shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    no = refused.value
    assert no.code == "control_unit_of_former_owner"
    assert (no.values["before"], no.values["now"]) == ("556677-8899", "556000-4615")
    shop.counter.look()
    shop.restart()
    shop.counter.look()
    assert shop.counter.unit_state().code == "control_unit_former_owner"
    with pytest.raises(Refusal, match="control_unit_of_former_owner"):
        shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert "receipt.sealed" not in shop.kinds(before)

    put_up(shop, InstantControlUnit("FAKE00000002"))
    shop.counter.look()
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.counter.unit_state().level == "good"
    assert shop.counter.preflight.unit_known.met == UnitMet(
        "FAKE00000002", "", "2", "1.07", "TORG1", "556000-4615"
    )


@pytest.mark.requirement("R-CTRL-005")
def test_a_new_owners_unit_at_the_same_place_is_found_by_itself(shop: Shop) -> None:
    shop.counter.look()
    new_owner(shop)
    shop.unit.unit_id = "FAKE00000002"
    shop.clock.forward(120)
    shop.counter.watch_lane.step()
    assert shop.counter.unit_state().level == "good"
    tap(shop)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)


@pytest.mark.requirement("R-CTRL-005")
def test_a_corrected_number_is_stated_by_a_person_and_journaled(shop: Shop) -> None:
    shop.counter.look()
    new_owner(shop)
    tap(shop)
    unit_log.met(shop.till, shop.unit.identity(), ANNA, same_owner=True)
    shop.counter.preflight.unit_known = unit_log.read(shop.till.file)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    header, stated = next(iter(unit_log.log(shop.counter.reader())))
    assert isinstance(stated, UnitMet) and stated.same_owner
    assert header.user == ANNA.person


def test_a_persons_word_on_the_owner_is_not_lost_to_a_clock_that_went_back(shop: Shop) -> None:
    shop.counter.look()
    new_owner(shop)
    shop.clock.utc_ms -= 3_600_000
    with pytest.raises(Refusal, match="clock_went_back"):
        unit_log.met(shop.till, shop.unit.identity(), ANNA, same_owner=True)


def test_the_same_number_written_otherwise_is_the_same_owner(shop: Shop) -> None:
    shop.counter.look()
    new_owner(shop, "16556677-8899")
    tap(shop)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)


@pytest.mark.requirement("R-CTRL-003", "R-CTRL-004")
def test_a_replaced_unit_signs_the_receipt_that_waits(shop: Shop) -> None:
    shop.counter.look()
    tap(shop)
    first = shop.unit
    first.be_silent(99)
    shop.counter.preflight.unit_answered_s = shop.clock.steady_s()
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    pending = shop.till.desk.pending[0]
    put_up(shop, InstantControlUnit("FAKE00000002"))
    renewed = shop.till.desk.pending[0]
    assert renewed.message_serial == pending.message_serial + 1
    assert renewed.sealed == pending.sealed, "the same receipt, the same number"
    shop.counter.retry()
    assert shop.till.desk.pending == ()
    undelivered = shop.till.desk.finished
    assert undelivered is not None
    mark = shop.till.file.entry(shop.till.file.receipt_seqs(pending.sealed.number)[1])
    assert mark is not None and b"FAKE00000002" in mark.body
    assert first.counters == {}
    assert sum(one.receipts for one in shop.unit.counters.values()) == 1


def test_the_same_unit_at_another_address_hears_the_same_message(shop: Shop) -> None:
    shop.counter.look()
    tap(shop)
    shop.unit.be_silent(99, after_hearing=True)
    shop.counter.preflight.unit_answered_s = shop.clock.steady_s()
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    pending = shop.till.desk.pending
    assert pending
    shop.unit.be_silent(0)
    put_up(shop, shop.unit)
    assert shop.till.desk.pending == pending


def test_a_clock_that_went_back_hinders_neither_the_log_nor_the_till(shop: Shop) -> None:
    shop.counter.look()
    shop.clock.utc_ms -= 3_600_000
    shop.unit.be_silent(1)
    shop.counter.look()
    assert shop.counter.unit_state().code == "control_unit_silent"
    assert [type(body) for body in bodies(shop)] == [UnitMet, UnitFailed]


@pytest.mark.requirement("R-CTRL-005")
def test_each_register_of_a_device_holds_its_own_unit(tmp_path: Path) -> None:
    device = DeviceFile(tmp_path / "device.sqlite")
    place = UnitPlace("xccsp", "https://unit.example/xccsp", "kassa", "hemligt")
    device.choose_unit(1, place)
    device.close()
    again = DeviceFile(tmp_path / "device.sqlite")
    assert again.unit_chosen(1) == place
    assert again.unit_chosen(2) is None, "the till in the other store has another"
    again.choose_unit(1, None)
    assert again.unit_chosen(1) is None
    again.close()
