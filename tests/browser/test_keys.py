"""Every kind of key that a layout can have, and layouts that follow the screen."""

from __future__ import annotations

import pytest
from tests.browser.selling import plain
from tests.browser.shop import until
from tests.browser.small import Screen, Screens, SmallTill

SIZES = ("handheld", "desktop")


def more(screens: Screens, size: str) -> Screen:
    """The second page of keys."""
    screen = screens.selling(size)
    screen.press("#tab-2")
    screen.page.wait_for_selector("#keys-2:visible")
    return screen


@pytest.mark.requirement("R-BTN-008", "R-BTN-009", "R-BTN-010")
@pytest.mark.parametrize("size", SIZES)
def test_groups_and_combinations(screens: Screens, size: str) -> None:
    screen = more(screens, size)
    screen.look("more-keys")
    screen.ring("Fika")
    screen.wait_total("132,00")
    screen.ring("Gårdagens kaka")
    screen.wait_total("147,00")
    screen.ring("Övriga prylar")
    screen.page.wait_for_selector("#ask[open]")
    screen.digits("12,50", "#ask")
    screen.press("#ask .primary")
    screen.wait_total("159,50")
    screen.open_receipt()
    assert screen.lines()[:2] == [("Bryggkaffe", "68,00"), ("Kanelbulle", "64,00")]


@pytest.mark.requirement("R-BTN-012", "R-BTN-013", "R-BTN-023")
@pytest.mark.parametrize("size", SIZES)
def test_payment_keys_and_the_day(screens: Screens, size: str) -> None:
    screen = more(screens, size)
    screen.ring("Gårdagens kaka")
    screen.wait_total("15,00")
    screen.ring("Kontant, fråga")
    screen.page.wait_for_selector(".paying-window")
    assert "Kontant" in screen.page.inner_text(".method.primary")
    screen.press(".paying-window [data-back]")
    screen.page.wait_for_selector(".paying-window", state="detached")
    screen.ring("Swish")
    screen.done()
    screen.press("[data-back]")
    screen.page.wait_for_selector(".done", state="detached")
    screen.ring("Dagen")
    screen.page.wait_for_url("**/day")


@pytest.mark.requirement("R-BTN-014", "R-BTN-015", "R-DISC-002")
@pytest.mark.parametrize("size", SIZES)
def test_discounts_fixed_and_typed_and_taken_off(screens: Screens, size: str) -> None:
    screens.expected = {422}
    screen = more(screens, size)
    screen.ring("Fika")
    screen.wait_total("132,00")
    screen.ring("Stammis")
    screen.wait_total("118,80")
    screen.ring("Rabatt")
    screen.window()
    screen.press("#window .unit-switch label:has-text('kr')")
    screen.digits("8,80")
    screen.page.fill("#discount-text", "Väntan")
    screen.look("discount")
    screen.press("#window .primary")
    screen.page.wait_for_selector("#window .names")  # Together it is above the limit.
    screen.pin("nils")
    screen.window_gone()
    screen.wait_total("110,00")
    assert screen.notice() == "Väntan är på kvittot."
    screen.open_receipt()
    assert plain(screen.page.inner_text(".sum-row >> nth=0")) == "Stammis 10 % −13,20"
    assert plain(screen.page.inner_text(".sum-row >> nth=1")) == "Väntan −8,80"
    screen.look("discounts")
    screen.press(screen.page.get_by_label("Ta bort Stammis 10 %"))
    screen.wait_total("123,20")
    screen.undo()
    screen.wait_total("110,00")


@pytest.mark.requirement("R-BTN-016", "R-SELL-009")
@pytest.mark.parametrize("size", SIZES)
def test_texts_fixed_and_typed(screens: Screens, size: str) -> None:
    screen = more(screens, size)
    screen.ring("Fika", "Utan grädde", "Text")
    screen.window()
    screen.page.fill("#note-text", "Bord 4")
    screen.look("note")
    screen.press("#window .primary")
    screen.window_gone()
    screen.page.wait_for_selector(".sum-text >> nth=1", state="attached")
    assert texts_of(screen) == ["Utan grädde", "Bord 4"]
    screen.open_receipt()
    screen.look("texts")
    screen.press(screen.page.get_by_label("Ta bort Utan grädde"))
    screen.page.wait_for_selector(".sum-text >> nth=1", state="detached")
    assert texts_of(screen) == ["Bord 4"]
    screen.undo()
    screen.page.wait_for_selector(".sum-text >> nth=1", state="attached")
    assert texts_of(screen) == ["Utan grädde", "Bord 4"]


def texts_of(screen: Screen) -> list[str]:
    """The texts on the whole receipt."""
    return [plain(one) for one in screen.page.locator(".sum-text span").all_text_contents()]


@pytest.mark.requirement("R-BTN-020", "R-RET-005")
@pytest.mark.parametrize("size", SIZES)
def test_return_mode_that_stays_until_it_is_switched_off(screens: Screens, size: str) -> None:
    screens.expected = {422}
    screen = more(screens, size)
    screen.ring("Retur, låst")
    screen.window()
    screen.pin("nils")
    screen.page.wait_for_selector("#modes .is-return")
    screen.look("return-locked")
    for _ in range(2):
        screen.ring("Gårdagens kaka")
        screen.wait_total("15,00")
        screen.press("#pay-cash")
        screen.done()
        screen.press("[data-back]")
        screen.page.wait_for_selector(".done", state="detached")
        assert "låst" in screen.page.inner_text("#modes")
    screen.press("#modes button")
    screen.page.wait_for_selector("#modes .is-return", state="detached")
    screen.ring("Retur")
    screen.window()
    screen.pin("nils")
    screen.page.wait_for_selector("#modes .is-return")
    screen.look("return-once")
    screen.press(screen.page.locator("#modes button", has_text="Lås"))
    screen.window()
    screen.pin("nils")
    screen.window_gone()
    screen.page.wait_for_function(
        "() => document.querySelector('#modes p').textContent.includes('låst')"
    )


@pytest.mark.requirement("R-BTN-017", "R-BTN-018", "R-FIND-002")
@pytest.mark.parametrize("size", SIZES)
def test_lists_of_groups_and_of_articles(screens: Screens, size: str) -> None:
    screen = more(screens, size)
    screen.ring("Alla varugrupper")
    screen.page.wait_for_selector("#panel .key")
    screen.look("groups")
    screen.ring("Bullar")
    screen.page.wait_for_selector("#ask[open]")
    screen.digits("20", "#ask")
    screen.press("#ask .primary")
    screen.wait_total("20,00")
    assert screen.page.locator("#panel").is_hidden()
    screen.ring("Alla varor")
    screen.page.wait_for_selector("#panel-q")
    screen.page.fill("#panel-q", "havre")
    screen.page.wait_for_function(
        "() => document.querySelectorAll('#panel-found .key').length === 1"
    )
    screen.look("articles")
    screen.ring("Havremjölk")
    screen.wait_total("26,00")
    assert screen.page.locator("#panel").is_hidden()


@pytest.mark.requirement("R-BTN-020", "R-BTN-022")
@pytest.mark.parametrize("size", SIZES)
def test_another_page_of_keys_and_the_way_back(screens: Screens, size: str) -> None:
    screens.expected = {422}
    screen = screens.selling(size)
    screen.ring("Mer")
    screen.page.wait_for_selector("#keys-2:visible")
    assert plain(screen.page.inner_text("#back-to-keys")) == "Tillbaka till Kafé"
    screen.look("sub-menu")
    screen.press("#back-to-keys")
    screen.page.wait_for_selector("#keys-1:visible")
    assert screen.page.locator("#back-to-keys").is_hidden()
    screen.ring("Mer", "Retur")
    screen.page.wait_for_selector("#window .names")
    screen.pin("nils")
    screen.page.wait_for_selector("#modes .is-return")


@pytest.mark.requirement("R-BTN-002", "R-BTN-004")
@pytest.mark.parametrize("size", SIZES)
def test_new_keys_come_when_they_are_fetched(
    screens: Screens, small_till: SmallTill, size: str
) -> None:
    screen = screens.selling(size)
    keys = screen.page.locator("#keys-1 .key", has_text="Dagens soppa")
    before = keys.count()
    small_till.publish()
    screen.press('[popovertarget="menu"]')
    screen.look("menu")

    def fetched() -> bool:
        screen.page.locator("#menu form[action='/refresh'] button").evaluate("key => key.click()")
        screen.page.wait_for_load_state()
        screen.ready()
        return bool(keys.count() > before)

    until(fetched, "the published key to stand on the screen")


@pytest.mark.requirement("R-BTN-006")
def test_the_grid_follows_the_screen(screens: Screens) -> None:
    columns = {}
    for size in ("handheld", "tablet", "desktop"):
        page = screens.selling(size).page
        places = page.evaluate(
            """() => [...document.querySelectorAll('#keys-1 .key')].map((key) =>
            Math.round(key.getBoundingClientRect().x))"""
        )
        columns[size] = len(set(places))
    assert columns == {"handheld": 2, "tablet": 4, "desktop": 6}
