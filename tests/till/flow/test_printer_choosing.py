"""Printers of a till: set by who may, and another one that anybody may print on when one is out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin.domain.codec import decode_body
from skrin.domain.printer import PrinterPlace
from skrin.domain.receipt import OTHER_PRINTER, DeliveryRepeated
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.devices.contract import (
    COVER_OPEN,
    FORGOTTEN,
    PAPER_OUT,
    READY,
    SILENT,
    Printer,
    PrintResult,
)
from skrin.till.devices.simulated import PaperRoll
from skrin.till.flow import selling
from skrin.till.flow.printer_choosing import PrinterChoice, PrinterPool
from skrin.till.storage.device_file import DeviceFile

OLA = Person("p4", "Ola", "owner", (1,))
DESK = PrinterPlace("tcp", "10.0.0.1:9100", "Disken", 42)
KITCHEN = PrinterPlace("tcp", "10.0.0.2:9100", "Kök", 32)


class Rolls(PrinterPool):
    """Printers in memory, by address."""

    def __init__(self) -> None:
        super().__init__()
        self.rolls: dict[str, PaperRoll] = {}

    def at(self, place: PrinterPlace) -> Printer:
        return self.rolls.setdefault(place.address, PaperRoll(place.columns))


@dataclass
class Corner:
    """A shop whose printers are chosen at the till."""

    shop: Shop
    device: DeviceFile
    pool: Rolls = field(default_factory=Rolls)

    def choice(self, named: PrinterPlace | None = DESK) -> PrinterChoice:
        choice = PrinterChoice(self.shop.till, self.device, self.pool, named)
        self.shop.counter.printers = choice
        choice.on_change = self.shop.counter.retry
        return choice

    def papers(self, place: PrinterPlace) -> list[str]:
        roll = self.pool.at(place)
        assert isinstance(roll, PaperRoll)
        return [slip.decode("cp858") for slip in roll.slips]

    def roll(self, place: PrinterPlace) -> PaperRoll:
        roll = self.pool.at(place)
        assert isinstance(roll, PaperRoll)
        return roll

    def sell(self) -> None:
        selling.tap_article(self.shop.till, ANNA, self.shop.tap_id(), COFFEE)
        self.shop.counter.pay_cash(ANNA, self.shop.tap_id(), None)


@pytest.fixture
def corner(shop: Shop) -> Corner:
    return Corner(shop, DeviceFile(shop.folder / "device.sqlite"))


def changes(corner: Corner) -> list[tuple[str, str]]:
    found = [e for e in corner.shop.till.file.entries(1) if e.header.kind == "printer.set"]
    bodies = [decode_body("printer.set", 1, entry.body) for entry in found]
    return [(body.change, body.address) for body in bodies]  # type: ignore[union-attr]


@pytest.mark.requirement("OPP-050", "R-DEV-004")
@pytest.mark.parametrize("condition", [PAPER_OUT, COVER_OPEN])
def test_a_receipt_that_stopped_half_way_comes_out_whole_on_another_printer(
    corner: Corner, condition: str
) -> None:
    choice = corner.choice()
    choice.put(OLA, KITCHEN)
    corner.roll(DESK).stop_in_next = condition
    corner.sell()
    assert corner.papers(DESK) == [] and corner.shop.till.desk.undelivered
    with pytest.raises(Refusal, match="paper_waits"):
        corner.sell()
    corner.shop.counter.leave_finished()
    choice.use(ANNA, KITCHEN.address)
    assert corner.shop.till.desk.undelivered == ()
    (paper,) = corner.papers(KITCHEN)
    assert "Bryggkaffe" in paper and "KOPIA" not in paper
    assert max(len(line) for line in paper.split("\n") if line.isprintable()) <= KITCHEN.columns
    repeated = [
        decode_body("delivery.repeated", 1, entry.body)
        for entry in corner.shop.till.file.entries(1)
        if entry.header.kind == "delivery.repeated"
    ]
    assert [one.cause for one in repeated if isinstance(one, DeliveryRepeated)] == [OTHER_PRINTER]
    corner.shop.counter.pay_cash(ANNA, corner.shop.tap_id(), None)
    assert len(corner.papers(KITCHEN)) == 2
    corner.roll(DESK).state = READY
    choice.use(ANNA, DESK.address)
    corner.sell()
    assert len(corner.papers(DESK)) == 1, "what it had of the first is torn paper, not printed anew"
    assert changes(corner) == [
        ("added", KITCHEN.address),
        ("used", KITCHEN.address),
        ("used", DESK.address),
    ]


@pytest.mark.requirement("OPP-050", "R-DEV-004")
@pytest.mark.parametrize("came_out", [True, False])
def test_where_the_printer_fell_silent_a_person_says_whether_the_receipt_came_out(
    corner: Corner, came_out: bool
) -> None:
    """It may have come out whole: a receipt is printed once, whatever printer is in use."""
    choice = corner.choice()
    choice.put(OLA, KITCHEN)
    corner.roll(DESK).stop_in_next = SILENT
    corner.sell()
    choice.use(ANNA, KITCHEN.address)
    corner.shop.counter.work_off()
    assert corner.papers(KITCHEN) == [], "not without a word"
    asked = corner.shop.counter.paper_lane.owes_answer()
    assert asked is not None and asked.receipt is not None
    corner.shop.counter.answer_printed(ANNA, came_out)
    corner.shop.counter.work_off()
    assert corner.shop.till.desk.undelivered == ()
    assert len(corner.papers(KITCHEN)) == (0 if came_out else 1)
    assert delivery_kinds(corner)[-1] == ("said_printed" if came_out else "printed")


@pytest.mark.parametrize("came_out", [True, False])
def test_what_its_queue_forgot_is_asked_of_a_person(corner: Corner, came_out: bool) -> None:
    corner.choice()
    roll = corner.roll(DESK)
    settles: list[str] = []

    def forgets() -> str:
        settles.append(FORGOTTEN)
        roll._stopped = None
        return FORGOTTEN

    roll.settle = forgets  # type: ignore[method-assign]
    roll.stop_in_next = PAPER_OUT
    corner.sell()
    roll.state = READY
    corner.shop.counter.work_off()
    assert settles == [FORGOTTEN] and corner.papers(DESK) == []
    assert corner.shop.counter.paper_lane.owes_answer() is not None
    corner.shop.counter.answer_printed(ANNA, came_out)
    corner.shop.counter.work_off()
    assert len(corner.papers(DESK)) == (0 if came_out else 1)
    assert corner.shop.till.desk.undelivered == ()


def delivery_kinds(corner: Corner) -> list[str]:
    """The outcome of each delivery, in order."""
    found = [e for e in corner.shop.till.file.entries(1) if e.header.kind == "document.delivered"]
    bodies = [decode_body("document.delivered", e.header.version, e.body) for e in found]
    return [body.outcome for body in bodies]  # type: ignore[union-attr]


def test_a_receipt_that_stopped_and_came_out_is_not_printed_again_for_a_new_name(
    corner: Corner,
) -> None:
    choice = corner.choice()
    corner.roll(DESK).stop_in_next = PAPER_OUT
    corner.sell()
    corner.roll(DESK).state = READY  # There is paper again, and the printer goes on by itself.
    choice.put(OLA, replace(DESK, name="Kassan"), DESK.address)
    assert len(corner.papers(DESK)) == 1 and not corner.shop.till.desk.undelivered
    assert "delivery.repeated" not in corner.shop.kinds()


def test_a_receipt_that_stops_while_it_is_sent_elsewhere_says_so(corner: Corner) -> None:
    choice = corner.choice()
    choice.put(OLA, KITCHEN)
    choice.on_change = lambda: None
    roll = corner.roll(DESK)
    roll.stop_in_next = PAPER_OUT
    prints = roll.print

    def sent_elsewhere_meanwhile(job: bytes) -> PrintResult:
        result = prints(job)
        choice.use(ANNA, KITCHEN.address)
        return result

    roll.print = sent_elsewhere_meanwhile  # type: ignore[method-assign]
    corner.sell()
    corner.shop.counter.work_off()
    assert len(corner.papers(KITCHEN)) == 1
    repeated = [
        decode_body("delivery.repeated", 1, entry.body)
        for entry in corner.shop.till.file.entries(1)
        if entry.header.kind == "delivery.repeated"
    ]
    assert [one.cause for one in repeated if isinstance(one, DeliveryRepeated)] == [OTHER_PRINTER]


def test_the_printer_of_before_is_let_go_of_when_the_writer_is_free(corner: Corner) -> None:
    choice = corner.choice()
    choice.put(OLA, KITCHEN)
    order: list[str] = []
    corner.roll(DESK).close = lambda: order.append("let go")  # type: ignore[attr-defined]
    corner.shop.till.listeners.append(lambda: order.append("written"))
    choice.use(ANNA, KITCHEN.address)
    assert order[0] == "written" and order.count("let go") == 1


def test_a_test_page_that_stops_keeps_its_printer_from_nobody(corner: Corner) -> None:
    choice = corner.choice()
    roll = corner.roll(KITCHEN)
    let_go: list[str] = []
    roll.close = lambda: let_go.append("let go")  # type: ignore[attr-defined]
    roll.stop_in_next = PAPER_OUT
    assert choice.try_it(OLA, KITCHEN, "sv").outcome == "unsure"
    assert let_go == ["let go"]


def test_a_receipt_that_never_began_waits_and_then_goes_to_the_other(corner: Corner) -> None:
    choice = corner.choice()
    choice.put(OLA, KITCHEN)
    corner.sell()
    corner.roll(DESK).state = COVER_OPEN
    corner.shop.counter.x_report(OLA)
    assert corner.shop.till.desk.undelivered
    choice.use(ANNA, KITCHEN.address)
    assert "X" in corner.papers(KITCHEN)[0] and not corner.shop.till.desk.undelivered
    assert "delivery.repeated" not in corner.shop.kinds()


def test_payments_are_refused_before_money_moves_and_taken_on_the_other(corner: Corner) -> None:
    choice = corner.choice()
    choice.put(OLA, KITCHEN)
    corner.roll(DESK).state = PAPER_OUT
    with pytest.raises(Refusal, match="printer_paper_out"):
        corner.sell()
    choice.use(ANNA, KITCHEN.address)
    corner.shop.counter.pay_cash(ANNA, corner.shop.tap_id(), None)
    assert len(corner.papers(KITCHEN)) == 1


def test_a_cashier_sets_no_printer(corner: Corner) -> None:
    choice = corner.choice()
    for act in (
        lambda: choice.put(ANNA, KITCHEN),
        lambda: choice.remove(ANNA, DESK.address),
        lambda: choice.use_named(ANNA),
        lambda: choice.try_it(ANNA, KITCHEN, "sv"),
    ):
        with pytest.raises(Refusal, match="not_allowed"):
            act()
    assert changes(corner) == [] and choice.printers == (DESK,)


def test_printers_are_set_remembered_changed_and_forgotten(corner: Corner) -> None:
    choice = corner.choice()
    choice.put(OLA, KITCHEN)
    choice.use(ANNA, KITCHEN.address)
    again = corner.choice()
    assert (again.in_use, again.printers) == (KITCHEN, (DESK, KITCHEN))
    with pytest.raises(Refusal, match="printer_twice"):
        again.put(OLA, DESK)
    with pytest.raises(Refusal, match="printer_gone"):
        again.put(OLA, PrinterPlace("tcp", "10.0.0.9:9100"), "10.0.0.8:9100")
    with pytest.raises(Refusal, match="printer_gone"):
        again.use(ANNA, "10.0.0.8:9100")
    moved = PrinterPlace("tcp", "10.0.0.3:9100", "Kök", 48)
    again.put(OLA, moved, KITCHEN.address)
    assert again.in_use == moved and corner.shop.till.devices.printer_name == "Kök"
    again.remove(OLA, moved.address)
    assert again.in_use == DESK
    again.use_named(OLA)
    assert corner.choice().printers == (DESK,)
    for number in range(5):
        again.put(OLA, PrinterPlace("tcp", f"10.0.1.{number}:9100"))
    with pytest.raises(Refusal, match="printers_too_many"):
        again.put(OLA, KITCHEN)


def test_the_first_printer_that_is_added_is_used_and_the_last_that_goes_leaves_none(
    corner: Corner,
) -> None:
    choice = corner.choice(None)
    assert corner.shop.till.devices.printer is None
    choice.put(OLA, KITCHEN)
    corner.sell()
    assert len(corner.papers(KITCHEN)) == 1
    choice.remove(OLA, KITCHEN.address)
    with pytest.raises(Refusal, match="printer_missing"):
        corner.sell()


def test_a_test_page_comes_out_where_it_is_wanted(corner: Corner) -> None:
    choice = corner.choice()
    assert choice.try_it(OLA, KITCHEN, "en").outcome == "out"
    assert "TEST PAGE" in corner.papers(KITCHEN)[0] and "Kök" in corner.papers(KITCHEN)[0]
    assert choice.printers == (DESK,)
    corner.roll(DESK).stop_in_next = PAPER_OUT
    corner.sell()
    with pytest.raises(Refusal, match="paper_waits_there"):
        choice.try_it(OLA, DESK, "sv")
