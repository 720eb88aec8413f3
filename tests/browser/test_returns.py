"""Goods that come back: return mode, an earlier receipt, an exchange; and receipts set aside."""

from __future__ import annotations

import pytest
from tests.browser.selling import plain
from tests.browser.small import Screen, Screens

SIZES = ("handheld", "desktop")


def sold(screen: Screen, *names: str) -> str:
    """Sell by card; the receipt's number."""
    screen.ring(*names)
    screen.press("#pay-card")
    number = screen.done()
    screen.press("[data-back]")
    screen.page.wait_for_selector(".lines-empty", state="attached")
    return number


@pytest.mark.requirement("R-RET-002", "R-RET-004")
@pytest.mark.parametrize("size", SIZES)
def test_one_line_comes_back_in_four_taps(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    number = sold(screen, "Semla", "Bryggkaffe", "Bryggkaffe", "Läsk")
    screen.taps = 0
    screen.press("#tool-receipts")
    screen.press(screen.page.locator("#panel .row-key", has_text=number).first)
    screen.page.wait_for_selector("#panel .panel-foot")
    screen.look("return-receipt")
    screen.press(screen.page.locator("#panel .row-key", has_text="Semla"))
    screen.wait_total("55,00")
    screen.press("#pay-card")
    screen.done()
    assert screen.taps == 4
    assert plain(screen.page.inner_text(".done-figure")) == "Lämnat tillbaka 55,00"
    assert screen.page.locator("#panel").is_hidden()
    screen.press("[data-back]")
    screen.page.wait_for_selector(".done", state="detached")
    screen.press("#tool-receipts")
    screen.press(screen.page.locator(f"#panel [data-panel$='/{number}']"))
    row = screen.page.locator("#panel .row-key", has_text="Semla")
    row.wait_for()
    assert "Redan tillbaka" in row.inner_text() and row.is_disabled()
    screen.press(screen.page.get_by_role("button", name="Allt lämnas tillbaka"))
    screen.wait_total("94,00")
    screen.close_receipt()
    screen.look("return-all")


@pytest.mark.requirement("R-RET-002", "R-MORE-001")
@pytest.mark.parametrize("size", SIZES)
def test_a_scanned_receipt_opens_and_goods_are_exchanged(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    number = sold(screen, "Semla")
    screen.page.locator("#scan [name=code]").evaluate(
        "(field, code) => { field.value = code; skrin.put(field.form); }", f"R:VK1-1:{number}"
    )
    screen.taps = 1
    screen.page.wait_for_selector("#panel .panel-foot")
    screen.press(screen.page.locator("#panel .row-key", has_text="Semla"))
    screen.wait_total("55,00")
    screen.press("#panel [data-close-panel]")
    screen.ring("Räkmacka")
    screen.wait_total("64,00")
    screen.open_receipt()
    assert screen.lines() == [("Semla", "−55,00"), ("Räkmacka på surdegsbröd", "119,00")]
    screen.look("exchange")
    screen.press("#pay-card")
    assert screen.done() == f"{int(number) + 1} + {int(number) + 2}"
    assert plain(screen.page.inner_text(".done-figure")) == "Betalt 64,00"


def test_a_receipt_of_another_till_is_told_in_words(screens: Screens) -> None:
    screens.expected = {422}
    screen = screens.selling("desktop")
    screen.page.keyboard.type("R:XK9-2:17", delay=4)
    screen.page.keyboard.press("Enter")
    assert screen.notice() == (
        "Kontoret har inget köp 17 från kassa XK9-2 än. Ta tillbaka varorna i den kassan, eller"
        " försök senare."
    )


@pytest.mark.requirement("R-RET-001", "R-RET-005", "R-SELL-011")
@pytest.mark.parametrize("size", SIZES)
def test_return_mode_is_seen_and_ends_after_one_receipt(screens: Screens, size: str) -> None:
    screens.expected = {422}
    screen = screens.selling(size)
    screen.press('[popovertarget="menu"]')
    screen.press("#menu-return button")
    screen.page.wait_for_selector("#window .names")
    screen.pin("saga")
    screen.page.wait_for_selector("#modes .is-return")
    screen.ring("Kanelbulle")
    screen.wait_total("32,00")
    screen.look("return-mode")
    framed = "getComputedStyle(document.body, '::after').borderTopWidth"
    assert screen.page.evaluate(framed) == "6px"
    screen.press("#pay-cash")
    screen.done()
    assert plain(screen.page.inner_text(".done-figure")) == "Lämnat tillbaka 32,00"
    screen.page.wait_for_selector("#modes .is-return", state="detached")
    screen.press("[data-back]")
    screen.ring("Gårdagens bulle")
    screen.wait_total("15,00")
    assert screen.page.evaluate(framed) != "6px"


@pytest.mark.requirement("R-FIND-004")
@pytest.mark.parametrize("size", SIZES)
def test_earlier_receipts_by_number_and_by_day(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    number = sold(screen, "Bryggkaffe")
    screen.press("#tool-receipts")
    screen.press("#panel summary")
    screen.look("receipts")
    screen.page.fill("#panel-number", number)
    screen.press("#panel .panel-filter button")
    screen.page.wait_for_function("() => document.querySelectorAll('#panel .row-key').length === 1")
    screen.page.fill("#panel-number", "")
    screen.page.fill("#panel-first", "2020-01-01")
    screen.page.fill("#panel-last", "2020-01-31")
    screen.press("#panel .panel-filter button")
    screen.page.get_by_text("Inget kvitto här.").wait_for()
    screen.page.goto(f"/receipts?number={number}")
    screen.page.wait_for_selector(f"a[href='/receipts/{number}']")


@pytest.mark.requirement("R-PARK-001", "R-PARK-002", "R-PARK-003")
@pytest.mark.parametrize("size", SIZES)
def test_parked_in_two_taps_listed_fetched_and_deleted(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    screen.ring("Semla", "Semla")
    screen.wait_total("110,00")
    screen.taps = 0
    screen.press("#tool-park")
    screen.window()
    screen.look("park")
    name = screen.page.input_value("#park-name")
    screen.press("#window .primary")
    screen.page.wait_for_selector("#tool-park .badge")
    assert screen.taps == 2
    screen.ring("Bryggkaffe")
    screen.wait_total("34,00")
    screen.press("#tool-park")
    screen.page.fill("#park-name", "Bord 4")
    screen.press("#window .primary")
    screen.page.wait_for_selector("#tool-park[data-panel]")
    screen.press("#tool-park")
    row = screen.page.locator("#panel .parked", has_text="Bord 4")
    row.wait_for()
    screen.look("parked")
    assert "1 × Bryggkaffe" in row.inner_text()
    assert "2 × Semla" in screen.page.locator("#panel .parked").first.inner_text()
    screen.press(row.locator("[data-sure]"))
    assert "Säkert?" in row.inner_text()
    screen.press(row.locator("[data-sure]"))
    row.wait_for(state="detached")
    screen.press(screen.page.locator("#panel .parked", has_text=name).locator(".row-key"))
    screen.wait_total("110,00")
    assert screen.page.locator("#panel").is_hidden()
    screen.ring("Bryggkaffe")
    screen.wait_total("144,00")
    screen.press("#tool-park")
    screen.press("#window .primary")
    screen.page.wait_for_selector("#tool-park[data-panel]")
    screen.press("#tool-park")
    screen.press(screen.page.locator("#panel .parked .row-key").first)
    screen.wait_total("144,00")
    screen.press("#pay-card")
    screen.done()


def pays(screen: Screen, amount: str, method: str) -> None:
    """A part in the payment window."""
    screen.page.fill("#tendered", amount)
    screen.press(screen.page.locator(".methods .method", has_text=method))


def back_keys(screen: Screen) -> list[str]:
    """How the money would go back, as proposed: each key's words; the first is the primary one."""
    screen.page.wait_for_selector(".as-paid")
    keys = screen.page.locator(".as-paid .method")
    assert screen.page.locator(".paying .primary").count() == 1
    assert "primary" in (keys.first.get_attribute("class") or "").split()
    return [plain(text.replace("\n", " ")) for text in keys.all_inner_texts()]


def returns(screen: Screen, number: str, *names: str) -> None:
    """Goods of an earlier receipt come back."""
    screen.press("[data-back]")
    screen.press("#tool-receipts")
    screen.press(screen.page.locator("#panel .row-key", has_text=number).first)
    screen.page.wait_for_selector("#panel .panel-foot")
    for name in names:
        screen.press(screen.page.locator("#panel .row-key", has_text=name).first)
    screen.press("#panel [data-close-panel]")


@pytest.mark.requirement("R-RET-003", "R-RET-002")
@pytest.mark.parametrize("size", SIZES)
def test_money_goes_back_to_the_card_that_paid(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    screen.ring("Semla", "Bryggkaffe")
    screen.press("#pay-card")
    number = screen.done()
    returns(screen, number, "Semla")
    screen.wait_total("55,00")
    assert "primary" in (screen.page.locator("#pay-card").get_attribute("class") or "")
    screen.press("#pay-other")
    assert back_keys(screen) == ["Kort ****0119 55,00"]
    screen.look("refund-card")
    screen.press(".as-paid .primary")
    screen.done()
    assert plain(screen.page.inner_text(".done-figure")) == "Lämnat tillbaka 55,00"
    assert "Kort" in plain(screen.page.inner_text(".done .facts"))


@pytest.mark.requirement("R-RET-003", "R-PAY-006")
@pytest.mark.parametrize("size", SIZES)
def test_a_split_sale_goes_back_by_each_of_its_ways(screens: Screens, size: str) -> None:
    """Cash 20, Swish 30 and the rest by card: back by Swish, card, and last the cash, rounded."""
    screen = screens.selling(size)
    screen.ring("Semla", "Bryggkaffe")
    screen.press("#pay-other")
    pays(screen, "20", "Kontant")
    screen.page.wait_for_selector(".parts-paid")
    pays(screen, "30", "Swish")
    screen.page.wait_for_selector(".parts-paid li + li")
    pays(screen, "", "Kort")
    number = screen.done()
    returns(screen, number, "Semla", "Bryggkaffe")
    screen.wait_total("89,00")
    assert "primary" in (screen.page.locator("#pay-other").get_attribute("class") or "")
    screen.press("#pay-other")
    assert back_keys(screen) == ["Swish 30,00", "Kort ****0119 39,00", "Kontant 20,00"]
    screen.look("refund-split")
    screen.press(".as-paid .primary")
    screen.page.wait_for_selector(".parts-paid")
    assert back_keys(screen) == ["Kort ****0119 39,00", "Kontant 20,00"]
    screen.press(".as-paid .primary")
    screen.page.wait_for_selector(".parts-paid li + li")
    assert back_keys(screen) == ["Kontant 20,00"]
    screen.press(".as-paid .primary")
    screen.done()
    assert plain(screen.page.inner_text(".done-figure")) == "Lämnat tillbaka 89,00"


@pytest.mark.requirement("R-RET-003")
@pytest.mark.parametrize("size", SIZES)
def test_cash_goes_back_as_cash_and_is_the_proposed_key(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    screen.ring("Semla")
    screen.press("#pay-cash")
    number = screen.done()
    returns(screen, number, "Semla")
    screen.wait_total("55,00")
    assert "primary" in (screen.page.locator("#pay-cash").get_attribute("class") or "")
    assert "primary" not in (screen.page.locator("#pay-card").get_attribute("class") or "")
    screen.press("#pay-other")
    assert back_keys(screen) == ["Kontant 55,00"]
    screen.press(".as-paid .primary")
    screen.done()
    assert plain(screen.page.inner_text(".done-figure")) == "Lämnat tillbaka 55,00"
