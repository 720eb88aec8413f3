"""A sale from the first tap to the office: in cash, by card, and when something says no."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.browser.selling import (
    done_number,
    key,
    lines,
    open_receipt,
    paper,
    plain,
    press,
    sell_at,
    tap,
    wait_total,
)
from tests.browser.shop import CASHIER, DRAWN_S, MANAGER, OWNER, Shop, until
from tests.browser.windows import Windows

SIZES = ("handheld", "desktop")


def find_in_office(windows: Windows, size: str, designation: str, number: int, who: int) -> Any:
    """The office's page of a receipt, found in its list as a person would."""
    page = windows.office(size, who)
    link = page.locator("tbody th a", has_text=re.compile(rf"^\s*{number}\b.*\b{designation}\s*$"))

    def listed() -> bool:
        page.goto("/receipts")
        return bool(link.count())

    until(listed, f"receipt {designation} {number} to reach the office", pause_s=DRAWN_S)
    link.click()
    page.wait_for_selector("pre.paper")
    return page


@pytest.mark.requirement("R-SELL-001", "R-SELL-006", "R-SELL-007")
@pytest.mark.parametrize("size", SIZES)
def test_cash_sale_from_log_in_to_the_receipt(windows: Windows, shop: Shop, size: str) -> None:
    page = windows.till(size)
    tap(page, "Bryggkaffe", "Kanelbulle")
    wait_total(page, "66,00")
    open_receipt(page)
    press(page, page.get_by_label("En Bryggkaffe till"))
    wait_total(page, "100,00")
    press(page, page.get_by_label("Ta bort Kanelbulle"))
    wait_total(page, "68,00")
    press(page, page.locator("#way-in"))
    page.wait_for_selector("#way-in[aria-pressed=true]")
    assert lines(page) == [("Bryggkaffe", "2 × 34,00 · 12 %", "68,00")]
    press(page, page.locator("#way-away"))
    page.wait_for_selector("#way-away[aria-pressed=true]")
    assert lines(page) == [("Bryggkaffe", "2 × 34,00 · 6 %", "68,00")]
    press(page, page.locator("#way-in"))
    page.wait_for_selector("#way-in[aria-pressed=true]")
    windows.picture(page, f"{size}-receipt-open")
    page.goto("/")
    sell_at(page, "Övrigt, fritt pris", "12,49")
    wait_total(page, "80,49")
    assert plain(page.inner_text("#pay-cash small")) == "80,00"
    windows.picture(page, f"{size}-selling")
    press(page, page.locator("#pay-other"))
    page.wait_for_selector(".paying-window")
    windows.picture(page, f"{size}-cash-question")
    press(page, page.locator(".proposals button", has_text="100"))
    number = done_number(page)
    windows.picture(page, f"{size}-done")
    assert plain(page.inner_text(".done-figure b")) == "20,00"
    facts = plain(page.inner_text(".done .facts"))
    assert "Öresavrundning -0,49" in facts.replace("\u2212", "-"), facts
    press(page, page.locator(".done .facts a"))
    page.wait_for_selector("pre.paper")
    windows.picture(page, f"{size}-receipt", whole=True)
    text = paper(page)
    designation = shop.till_of(size).designation
    store = ("Stationen", "Stationsplan 3") if size == "handheld" else ("Kvarn", "Kvarngatan 12")
    for item in (
        *store,
        "Bageri Vetekornet AB",
        "Org.nr 556677-8899",
        "Äta här",
        "Kassör Alva",
        f"Kassa {designation}",
    ):
        assert item in text
    for pattern in (
        r"^20\d\d-\d\d-\d\d +\d\d:\d\d$",
        rf"^Kvittonr {number} ",
        r"^2 x Bryggkaffe +68,00$",
        r"^ +à 34,00$",
        r"^Övrigt från bageriet +12,49$",
        r"^Totalt +80,49$",
        r"^Öresavrundning +-0,49$",
        r"^Att betala SEK +80,00$",
        r"^Kontant +100,00$",
        r"^Växel +20,00$",
        r"^12 % +71,87 +8,62 +80,49$",
        r"^Kontrollenhet +SIMU00000001$",
        r"^[A-Z2-7]{32}\n,[A-Z2-7]{26}$",
    ):
        assert re.search(pattern, text, re.M), (pattern, text)
    printed = shop.slip_with(size, f"Kvittonr {number} ")
    assert trimmed(printed) == trimmed(text)


def trimmed(text: str) -> list[str]:
    """The lines of a paper without what no eye sees: blanks at line ends, feeds at both ends."""
    return [line.rstrip() for line in text.strip("\n").splitlines()]


@pytest.mark.requirement("R-USER-001")
@pytest.mark.parametrize("size", SIZES)
def test_office_shows_the_very_receipt_to_the_same_log_in(
    windows: Windows, shop: Shop, size: str
) -> None:
    page = windows.till(size)
    tap(page, "Cappuccino")
    wait_total(page, "44,00")
    press(page, page.locator("#pay-cash"))
    number = done_number(page)
    page.goto(f"/receipts/{number}")
    sold = paper(page)
    for who in (MANAGER, OWNER):
        office = find_in_office(windows, size, shop.till_of(size).designation, number, who)
        assert paper(office) == sold
        assert "SIMU00000001" in office.inner_text(".facts")
    windows.picture(office, f"office-{size}-receipt", whole=True)


@pytest.mark.requirement("R-PAY-009", "R-CARD-001", "R-CARD-002")
@pytest.mark.parametrize("size", SIZES)
def test_card_sale_waits_for_the_card_terminal_and_comes_back(
    windows: Windows, shop: Shop, size: str
) -> None:
    shop.switch(shop.till_of(size).card_terminal.ready, payment_ms=1200)
    before_minor = shop.charged_minor(size)
    page = windows.till(size)
    tap(page, "Bryggkaffe")
    wait_total(page, "34,00")
    press(page, page.locator("#pay-card"))
    page.wait_for_selector(".paying-card")
    assert "Följ kortterminalen." in page.inner_text(".paying")
    windows.picture(page, f"{size}-card")
    number = done_number(page)
    assert plain(page.inner_text(".done-figure")) == "Betalt 34,00"
    assert shop.charged_minor(size) - before_minor == 3400
    assert re.search(r"^Kort +34,00$", shop.slip_with(size, f"Kvittonr {number} "), re.M)


@pytest.mark.parametrize("size", SIZES)
def test_declined_then_stopped_then_paid_in_cash(windows: Windows, shop: Shop, size: str) -> None:
    card = shop.till_of(size).card_terminal.ready
    before_minor = shop.charged_minor(size)
    page = windows.till(size)
    sell_at(page, "Övrigt, fritt pris", "1,24")  # The simulator declines an amount that ends so.
    wait_total(page, "1,24")
    press(page, page.locator("#pay-card"))
    page.wait_for_selector("#notice .is-bad")
    assert plain(page.inner_text("#notice")) == (
        "Kortet nekades. Be om ett annat kort eller ett annat betalsätt."
    )
    windows.picture(page, f"{size}-declined")
    wait_total(page, "1,24")
    shop.switch(card, payment_ms=9000)
    tap(page, "Bryggkaffe")
    wait_total(page, "35,24")
    press(page, page.locator("#pay-card"))
    press(page, page.get_by_role("button", name="Stoppa betalningen"))
    page.get_by_text("Betalningen stoppades. Inget har debiterats.").wait_for()
    windows.picture(page, f"{size}-stopped")
    wait_total(page, "35,24")
    press(page, page.locator("#pay-cash"))
    number = done_number(page)
    text = shop.slip_with(size, f"Kvittonr {number} ")
    assert re.search(r"^Öresavrundning +-0,24$", text, re.M)
    assert re.search(r"^Kontant +35,00$", text, re.M)
    assert shop.charged_minor(size) == before_minor
    assert not page.locator("#notice .notice").count()


@pytest.mark.requirement("R-CTRL-001", "R-CTRL-003")
def test_control_unit_falls_silent_while_paying(windows: Windows, shop: Shop) -> None:
    page = windows.till("desktop")
    tap(page, "Bryggkaffe")
    wait_total(page, "34,00")
    press(page, page.locator("#pay-cash"))
    done_number(page)  # So the unit has answered just now, and the next payment is let through.
    shop.switch(shop.unit(), silent=True)
    tap(page, "Kanelbulle")
    wait_total(page, "32,00")
    press(page, page.locator("#pay-cash"))
    page.wait_for_selector(".paying-trouble")
    words = page.inner_text(".paying-state")
    assert "Betalt. Kvittot kommer så snart kontrollenheten har registrerat det." in words
    windows.picture(page, "desktop-unit-silent-after-payment")
    shop.heal()
    number = done_number(page)
    assert "Kanelbulle" in shop.slip_with("desktop", f"Kvittonr {number} ")


@pytest.mark.requirement("R-CTRL-007")
def test_control_unit_silent_before_payment_takes_nothing(windows: Windows, shop: Shop) -> None:
    windows.expected = {422}
    before_minor = shop.charged_minor("desktop")
    page = windows.till("desktop")
    shop.switch(shop.unit(), silent=True)

    def noticed() -> bool:
        page.goto("/status")
        return "Kontrollenheten svarar inte." in page.inner_text(".headline")

    until(noticed, "the status page to tell that the unit is silent", pause_s=DRAWN_S)
    windows.picture(page, "desktop-status-unit-silent", whole=True)
    page.goto("/")
    tap(page, "Bryggkaffe")
    wait_total(page, "34,00")
    press(page, page.locator("#pay-card"))
    page.wait_for_selector("#notice .is-bad")
    words = plain(page.inner_text("#notice"))
    assert words.startswith("Kontrollenheten svarar inte."), words
    assert "Inget är betalt." in words
    windows.picture(page, "desktop-unit-silent")
    assert lines(page) == [("Bryggkaffe", "6 %", "34,00")]
    assert shop.charged_minor("desktop") == before_minor
    shop.heal()
    until(lambda: _pay_by_card(page), "the control unit to be heard again")
    done_number(page)
    assert shop.charged_minor("desktop") - before_minor == 3400


def _pay_by_card(page: Any) -> bool:
    """Press the card key once; whether the payment began."""
    with page.expect_response("**/pay/card") as answer:
        press(page, page.locator("#pay-card"))
    return bool(answer.value.ok)


@pytest.mark.requirement("R-USER-001", "R-USER-003")
@pytest.mark.parametrize("size", SIZES)
def test_wrong_password_and_a_session_that_ends_in_the_middle(windows: Windows, size: str) -> None:
    windows.expected = {401, 422}
    page = windows.blank(size)
    email, _ = windows.shop.person(CASHIER)
    page.goto("/")
    page.fill("#email", email)
    page.fill("#password", "kanel-och-salt")
    page.click("main button")
    page.wait_for_selector(".notice.is-bad")
    assert "E-posten eller lösenordet är fel." in plain(page.inner_text(".notice"))
    assert page.input_value("#email") == email and page.input_value("#password") == ""
    windows.picture(page, f"{size}-wrong-password")
    page = windows.till(size)
    tap(page, "Kanelbulle")
    wait_total(page, "32,00")
    page.context.clear_cookies(name=re.compile("^skrin_SK"))
    tap(page, "Kanelbulle")
    page.wait_for_selector("#password")
    windows.log_in(page, CASHIER)
    page.wait_for_selector("#selling")
    wait_total(page, "32,00")
    place = windows.shop.till_of(size).designation
    assert place in str(page.text_content(".bar")), "the till of this store"
    assert key(page, "Bryggkaffe").is_visible(), "and its keys, without a question"
    open_receipt(page)
    assert lines(page) == [("Kanelbulle", "6 %", "32,00")]
