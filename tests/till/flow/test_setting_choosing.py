"""A till's settings: who says what, what is changed here and given back, what is journaled."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import ANNA, COFFEE, Shop, published

from skrin.domain.codec import decode_body, encode
from skrin.domain.refusal import Refusal
from skrin.domain.till_setting import (
    BY_OFFICE,
    BY_PROGRAM,
    BY_STORE,
    BY_TILL,
    FOOTER,
    OWN_METHOD_IDS,
    OWN_METHODS,
    THEME,
    Setting,
    SettingSet,
)
from skrin.sync.messages import Person, PublicationAnswer, PublishedRow, StoreTillSettings
from skrin.sync.publication import digest
from skrin.till.flow import publication, selling

EVA = Person("p2", "Eva", "manager", (1,))
SWISH, COUPON = OWN_METHOD_IDS


def told(shop: Shop) -> list[tuple[str, tuple[str, ...], tuple[str, ...], str, str]]:
    """What the journal says: setting, value, the one before, who named it, who did it."""
    found = [e for e in shop.till.file.entries(1) if e.header.kind == "setting.set"]
    bodies = [(decode_body("setting.set", 1, one.body), one.header.user) for one in found]
    return [
        (one.name, one.value, one.before, one.named_by, user)
        for one, user in bodies
        if isinstance(one, SettingSet)
    ]


def publish(shop: Shop, number: int, *rows: StoreTillSettings) -> None:
    """The office says something for tills."""
    made = {(row.section, row.key): row.row.encode() for row in published().rows if row.row}
    made |= {("settings", row.designation or "store"): encode(row) for row in rows}
    answer = tuple(PublishedRow(*place, row.decode()) for place, row in made.items())
    whole = PublicationAnswer(number, digest(made), True, answer)
    assert publication.apply_publication(shop.till, whole)
    shop.counter.upload_lane.take_up()


def setting(shop: Shop, name: str) -> Setting:
    return shop.till.registers.settings[name]


@pytest.mark.requirement("R-SET-007", "R-SET-011")
def test_a_setting_comes_from_the_store_is_changed_here_and_given_back(shop: Shop) -> None:
    assert setting(shop, FOOTER) == Setting(("Tack!",), BY_STORE, ("Tack!",), BY_STORE)
    assert setting(shop, THEME).named_by == BY_PROGRAM
    choice = shop.counter.settings
    choice.change(EVA, FOOTER, ["Ha det gott", "Öppet 7-18", ""])
    here = ("Ha det gott", "Öppet 7-18")
    assert setting(shop, FOOTER) == Setting(here, BY_TILL, ("Tack!",), BY_STORE)
    choice.change(EVA, FOOTER, list(here))
    assert told(shop) == [(FOOTER, here, ("Tack!",), BY_TILL, "p2")], "and once only"

    shop.restart()
    assert setting(shop, FOOTER).value == here, "remembered"
    assert len(told(shop)) == 1, "and not said again"
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.counter.work_off()
    finished = shop.till.desk.finished
    assert finished is not None and finished.receipts[0].footer == here

    shop.counter.settings.use_stores(EVA, FOOTER)
    assert setting(shop, FOOTER) == Setting(("Tack!",), BY_STORE, ("Tack!",), BY_STORE)
    assert told(shop)[1:] == [(FOOTER, ("Tack!",), here, BY_STORE, "p2")]


@pytest.mark.requirement("R-SET-011", "R-SET-003")
def test_what_the_office_sets_for_a_till_counts_before_the_stores(shop: Shop) -> None:
    publish(
        shop,
        2,
        StoreTillSettings("", {THEME: ("dark",), OWN_METHODS: ("Swish",)}),
        StoreTillSettings("TORG1", {THEME: ("contrast",)}),
        StoreTillSettings("TORG2", {THEME: ("light",), FOOTER: ("Annan kassa",)}),
    )
    assert setting(shop, THEME) == Setting(("contrast",), BY_OFFICE, ("contrast",), BY_OFFICE)
    assert setting(shop, OWN_METHODS).named_by == BY_STORE
    assert setting(shop, FOOTER).value == ("Tack!",), "another till's is none of ours"
    assert told(shop) == [
        (OWN_METHODS, ("Swish",), (), BY_STORE, ""),
        (THEME, ("contrast",), ("system",), BY_OFFICE, ""),
    ], "and each change is written down, without anybody here having made it"

    shop.counter.settings.change(EVA, THEME, ["light"])
    publish(shop, 3, StoreTillSettings("", {THEME: ("dark",)}))
    assert setting(shop, THEME) == Setting(("light",), BY_TILL, ("dark",), BY_STORE)
    assert setting(shop, OWN_METHODS).value == ()
    shop.restart()
    assert len(told(shop)) == 4


@pytest.mark.requirement("R-SET-005", "R-PAY-002")
def test_an_own_method_is_paid_with_and_stays_while_a_part_is_paid_with_it(shop: Shop) -> None:
    choice = shop.counter.settings
    choice.change(EVA, OWN_METHODS, ["Swish", "Kupong"])
    assert [one.name for one in shop.till.registers.methods][-2:] == ["Swish", "Kupong"]
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay(ANNA, shop.tap_id(), COUPON, 10_00)
    with pytest.raises(Refusal, match="own_method_in_use"):
        choice.change(EVA, OWN_METHODS, ["Swish"])
    with pytest.raises(Refusal, match="own_method_in_use"):
        choice.use_stores(EVA, OWN_METHODS)
    with pytest.raises(Refusal, match="own_method_taken"):
        choice.change(EVA, OWN_METHODS, [shop.till.registers.methods[0].name])
    choice.change(EVA, OWN_METHODS, ["", "Matkupong"])
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.counter.work_off()
    finished = shop.till.desk.finished
    assert finished is not None
    [coupon, _cash] = finished.receipts[0].payments
    assert (coupon.method, coupon.name, coupon.amount_minor) == (COUPON, "Kupong", 10_00)


@pytest.mark.requirement("R-SET-005")
def test_who_may_not_changes_nothing(shop: Shop) -> None:
    choice = shop.counter.settings
    assert not choice.may_choose(ANNA) and choice.may_choose(EVA)
    with pytest.raises(Refusal, match="not_allowed"):
        choice.change(ANNA, FOOTER, ["Mitt"])
    with pytest.raises(Refusal, match="not_allowed"):
        choice.use_stores(ANNA, FOOTER)
    with pytest.raises(Refusal, match="setting_unknown"):
        choice.use_stores(EVA, "language")
    assert told(shop) == []


def test_a_change_that_the_disk_did_not_take_is_no_change(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str, value: str) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(shop.till.file, "put_state", broken)
        with pytest.raises(OSError, match="disk full"):
            shop.counter.settings.change(EVA, FOOTER, ["Halvt"])
    assert setting(shop, FOOTER).value == ("Tack!",)
    assert told(shop) == []
    shop.counter.settings.change(EVA, FOOTER, ["Helt"])
    assert setting(shop, FOOTER).value == ("Helt",)
