"""The till's scale: set by who may, asked while selling, and what of it stands in the journal."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from tests.till.flow.shop import ANNA, WEIGHED, Shop

from skrin.domain.cart import LineAdded
from skrin.domain.codec import decode_body
from skrin.domain.refusal import Refusal
from skrin.domain.scale import ScalePlace
from skrin.sync.messages import Person
from skrin.till.devices.contract import SCALE_MOVES, SCALE_SILENT, NotWeighed
from skrin.till.devices.simulated import InstantScale
from skrin.till.flow import selling
from skrin.till.flow.bundle import state_of
from skrin.till.flow.scale_choosing import EMPTY, KEPT_S, ScaleChoice, ScalePool
from skrin.till.flow.self_test import SCALE, SelfTest
from skrin.till.storage.device_file import DeviceFile

OLA = Person("p4", "Ola", "owner", (1,))
DESK = ScalePlace("toledo_8217", "/dev/ttyUSB0", "Disken")
BACK = ScalePlace("mt_sics", "COM3")


@dataclass
class Corner:
    """A shop with a scale on its counter."""

    shop: Shop
    device: DeviceFile
    pan: InstantScale = field(default_factory=InstantScale)

    def choice(self, named: ScalePlace | None = None) -> ScaleChoice:
        choice = ScaleChoice(self.shop.till, self.device, ScalePool(lambda _: self.pan), named)
        self.shop.counter.scale = choice
        return choice

    def bodies(self, kind: str) -> list[object]:
        found = [e for e in self.shop.till.file.entries(1) if e.header.kind == kind]
        return [decode_body(kind, 1, entry.body) for entry in found]


@pytest.fixture
def corner(shop: Shop) -> Corner:
    return Corner(shop, DeviceFile(shop.folder / "device.sqlite"))


def test_a_scale_is_set_taken_away_and_the_offices_again_and_each_is_journaled(
    corner: Corner,
) -> None:
    choice, till = corner.choice(BACK), corner.shop.till
    assert (choice.in_use, choice.chosen_here, till.devices.weighs) == (BACK, False, True)
    for act in (lambda: choice.put(ANNA, DESK), lambda: choice.remove(ANNA)):
        with pytest.raises(Refusal, match="not_allowed"):
            act()
    with pytest.raises(Refusal, match="scale_address_unreadable"):
        choice.put(OLA, ScalePlace("mt_sics", "/etc/passwd"))
    choice.put(OLA, DESK)
    assert corner.choice(BACK).in_use == DESK, "remembered"
    choice = corner.choice(BACK)
    choice.remove(OLA)
    assert (choice.in_use, choice.chosen_here, till.devices.weighs) == (None, True, False)
    with pytest.raises(Refusal, match="scale_missing"):
        choice.weigh()
    choice.use_named(OLA)
    assert (choice.in_use, choice.chosen_here, till.devices.weighs) == (BACK, False, True)
    said = [(one.change, one.address) for one in corner.bodies("scale.set")]  # type: ignore[attr-defined]
    assert said == [("set", "/dev/ttyUSB0"), ("removed", ""), ("office", "COM3")]


@pytest.mark.requirement("OPP-002")
def test_what_was_weighed_is_rung_once_and_the_journal_tells_it_from_what_was_typed(
    corner: Corner,
) -> None:
    choice, shop = corner.choice(DESK), corner.shop
    corner.pan.net_g = 455

    def ring() -> None:
        milli = choice.take(choice.weigh().id)
        selling.tap_article(
            shop.till, ANNA, shop.tap_id(), WEIGHED, quantity_milli=milli, by_scale=True
        )

    ring()
    ring()
    selling.tap_article(shop.till, ANNA, shop.tap_id(), WEIGHED, quantity_milli=455)
    assert shop.till.desk.cart
    assert [line.quantity_milli for line in shop.till.desk.cart.lines] == [455] * 3, "on purpose"
    added = [one for one in corner.bodies("line.added") if isinstance(one, LineAdded)]
    assert [one.by_scale for one in added] == [True, True, False]

    first = choice.weigh()
    assert choice.take(first.id) == 455
    with pytest.raises(Refusal, match="weighing_gone"):
        choice.take(first.id)
    old = choice.weigh()
    shop.clock.steady += KEPT_S + 1
    with pytest.raises(Refusal, match="weighing_gone"):
        choice.take(old.id)


def test_nothing_less_than_nothing_and_what_moves_are_never_a_weight(corner: Corner) -> None:
    choice = corner.choice(DESK)
    for net_g, trouble, code in (
        (0, "", EMPTY),
        (-5, "", EMPTY),
        (500, SCALE_MOVES, SCALE_MOVES),
        (500, SCALE_SILENT, SCALE_SILENT),
    ):
        corner.pan.net_g, corner.pan.trouble = net_g, trouble
        with pytest.raises(NotWeighed, match=f"^{code}$"):
            choice.weigh()
    assert choice.state == SCALE_SILENT


def test_a_scanned_code_of_what_is_weighed_asks_for_the_scale_only_where_there_is_one(
    corner: Corner,
) -> None:
    shop = corner.shop
    selling.scan(shop.till, ANNA, shop.tap_id(), "1003")
    corner.choice(DESK)
    with pytest.raises(Refusal, match="weight_wanted") as no:
        selling.scan(shop.till, ANNA, shop.tap_id(), "1003")
    assert no.value.values["article"] == WEIGHED
    assert shop.till.desk.cart and len(shop.till.desk.cart.lines) == 1


def test_the_self_test_tries_a_scale_that_is_there(corner: Corner) -> None:
    test = SelfTest(corner.shop.counter)
    assert SCALE not in test.by_itself
    corner.choice(DESK)
    corner.pan.net_g = 1234
    for trouble, told in (
        ("", ("good", "scale_tells")),
        (SCALE_MOVES, ("warn", "scale_moves")),
        (SCALE_SILENT, ("bad", "scale_silent")),
    ):
        corner.pan.trouble = trouble
        test.try_devices("sv")
        result = test.result(SCALE)
        assert (result.level, result.code) == told
    assert state_of(corner.shop.counter)["parts"]["scale"]["code"] == "scale_silent"


def test_a_scale_that_was_let_go_is_the_same_when_it_is_used_again() -> None:
    """It may owe an answer to a question of before, and knows that."""
    pool = ScalePool(lambda _: InstantScale())
    first = pool.at(DESK)
    pool.let_go(DESK)
    assert pool.at(replace(DESK, name="Bordet")) is first
    assert pool.at(replace(DESK, protocol="mt_sics")) is not first
