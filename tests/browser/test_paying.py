"""How it is paid: the payment window, parts and their way back, change, few taps, by keyboard."""

from __future__ import annotations

import re

import pytest
from tests.browser.selling import plain
from tests.browser.shop import until
from tests.browser.small import Screen, Screens, SmallTill

SIZES = ("handheld", "desktop")


def method(screen: Screen, name: str) -> None:
    """Press a way to pay in the payment window."""
    screen.press(screen.page.locator(".method", has_text=re.compile(f"^{name}")))


def left(screen: Screen) -> str:
    """What the payment window says is left."""
    return plain(screen.page.inner_text(".paying-sum b"))


@pytest.mark.requirement("R-PAY-003", "R-PAY-005", "R-PAY-006")
@pytest.mark.parametrize("size", SIZES)
def test_paid_in_three_parts_and_one_of_them_back_out_again(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    screen.ring("Räkmacka", "Kanelbulle")
    screen.wait_total("151,00")
    screen.press("#pay-other")
    screen.page.wait_for_selector(".paying-window")
    screen.look("pay")
    screen.digits("50", "#zone")
    method(screen, "Kort")
    screen.page.wait_for_selector(".parts-paid")
    assert left(screen) == "101,00"
    screen.digits("20", "#zone")
    method(screen, "Swish")
    screen.page.wait_for_selector(".parts-paid li:nth-child(2)")
    assert left(screen) == "81,00"
    screen.look("parts")
    screen.press(screen.page.get_by_label("Ångra Kort 50,00"))
    screen.page.wait_for_selector(".parts-paid li:nth-child(2)", state="detached")
    assert left(screen) == "131,00"
    screen.digits("200", "#zone")
    method(screen, "Kontant")
    screen.done()
    assert plain(screen.page.inner_text(".done-figure")) == "Växel tillbaka 69,00"
    assert "Swish, Kontant" in plain(screen.page.inner_text(".done .facts"))
    screen.look("done-parts")


@pytest.mark.requirement("R-PAY-004")
@pytest.mark.parametrize("size", SIZES)
def test_more_than_the_total_by_a_proposal_and_a_slip_told_at_the_field(
    screens: Screens, size: str
) -> None:
    screen = screens.selling(size)
    screen.ring("Kanelbulle")
    screen.wait_total("32,00")
    screen.press("#pay-other")
    screen.page.wait_for_selector(".paying-window")
    screen.digits("40", "#zone")
    method(screen, "Kort")
    screen.page.wait_for_selector("#tendered-fault:not(:empty)")
    assert plain(screen.page.inner_text("#tendered-fault")) == (
        "Kort ger ingen växel. Högst 32,00 är kvar att betala."
    )
    assert screen.page.input_value("#tendered") == "40"
    screen.look("pay-fault")
    screen.press(screen.page.locator(".proposals button", has_text="50"))
    screen.done()
    assert plain(screen.page.inner_text(".done-figure")) == "Växel tillbaka 18,00"


@pytest.mark.requirement("R-PAY-007", "R-BTN-007", "R-BTN-011")
@pytest.mark.parametrize("size", SIZES)
def test_coffee_is_two_taps_by_cash_card_and_swish(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    for key, name in (("#pay-cash", "Kontant"), ("#pay-card", "Kort"), (".more-pay", "Swish")):
        screen.taps = 0
        screen.ring("Bryggkaffe")
        screen.wait_total("34,00")
        screen.press(f"{key} button" if key == ".more-pay" else key)
        screen.done()
        assert screen.taps == 2
        assert name in screen.page.inner_text(".done .facts")
    screen.taps = 0
    screen.press("[data-back]")
    screen.page.wait_for_selector(".lines-empty", state="attached")
    screen.taps = 0
    screen.ring("Bryggkaffe")
    screen.press(".way-toggle" if size == "handheld" else "#way-in")
    screen.page.wait_for_selector("#way-in[aria-pressed=true]", state="attached")
    assert screen.taps == 2, "the coffee, and one tap for how it is eaten"


@pytest.mark.requirement("R-SELL-004")
def test_goods_that_cost_nothing_get_their_receipt(screens: Screens) -> None:
    screen = screens.selling("handheld")
    screen.ring("Vatten")
    screen.page.wait_for_selector(".line", state="attached")
    screen.press("#pay-cash")
    screen.done()
    assert "Inget att betala" in screen.page.inner_text(".done .facts")


def test_the_whole_sale_in_parts_by_keyboard(screens: Screens) -> None:
    screen = screens.selling("desktop")
    page = screen.page
    page.keyboard.type("semla", delay=60)
    page.keyboard.press("Enter")
    screen.wait_total("55,00")
    page.keyboard.press("F8")
    page.wait_for_selector("#tendered:focus")
    page.keyboard.type("30", delay=60)
    page.keyboard.press("Tab")
    page.locator(".method", has_text="Swish").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".parts-paid")
    page.wait_for_selector("#tendered:focus")
    page.keyboard.press("Enter")
    screen.done()
    assert plain(page.inner_text(".done-figure")) == "Betalt 55,00"
    page.keyboard.press("Escape")
    page.wait_for_selector(".lines-empty")
    page.keyboard.press("F6")
    page.wait_for_selector("#panel .row-key")
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel", state="hidden")


@pytest.mark.parametrize("size", SIZES)
def test_a_tip_is_typed_and_stands_beside_the_sale(screens: Screens, size: str) -> None:
    screens.expected = {422}
    screen = screens.selling(size)
    screen.ring("Räkmacka", "Kanelbulle")
    screen.wait_total("151,00")
    screen.press("#pay-other")
    screen.page.wait_for_selector(".paying-window")
    screen.press(screen.page.locator(".method", has_text="Dricks"))
    screen.window()
    screen.look("tip")
    screen.digits("200")
    screen.press("#window .method.primary")
    screen.page.wait_for_selector("#window .fault:not(:empty)")
    assert plain(screen.page.inner_text("#window .fault")) == (
        "Dricksen är mer än det som betalas, 151,00. Skriv en annan."
    )
    screen.page.fill("#tip-amount", "")
    screen.choose("10 %")
    screen.press("#window .method.primary")
    screen.window_gone()
    screen.done()
    facts = plain(screen.page.inner_text(".done .facts"))
    assert "Varav dricks 15,00" in facts and "Kort 166,00" in facts
    screen.look("tip-done")


@pytest.mark.requirement("R-PAY-012")
@pytest.mark.parametrize("size", SIZES)
def test_what_each_method_does_without_the_office(
    screens: Screens, small_till: SmallTill, size: str
) -> None:
    screen = screens.selling(size)
    small_till.say("away")
    try:
        until(lambda: screen.page.locator("#state.mark-warn").count(), "the office to be away")
        screen.ring("Räkmacka")
        screen.wait_total("119,00")
        screen.press("#pay-other")
        screen.page.wait_for_selector(".paying-window")
        # It looks switched off, and still gives its reason.
        screen.still()
        screen.page.locator(".method", has_text="Rikskort").click(force=True)
        assert fault(screen) == (
            "Rikskort kräver kontakt med kontoret, och den saknas. Ta betalt på annat sätt."
        )
        screen.look("offline-blocked")
        method(screen, "Kort")
        assert fault(screen).startswith("Utan kontakt med kontoret tar Kort högst 100,00 åt gången")
        screen.digits("100", "#zone")
        method(screen, "Kort")
        screen.page.wait_for_selector(".parts-paid")
        assert left(screen) == "19,00"
        method(screen, "Kontant")
        screen.done()
    finally:
        small_till.say("back")


def fault(screen: Screen) -> str:
    """What stands beside the amount's field."""
    before = screen.page.evaluate("() => window.skrin.idle()")
    assert before is None
    screen.page.wait_for_selector("#tendered-fault:not(:empty)")
    return plain(screen.page.inner_text("#tendered-fault"))


@pytest.mark.requirement("R-CARD-007")
@pytest.mark.parametrize("size", ("handheld", "tablet", "desktop"))
def test_a_manager_states_what_no_terminal_can_tell(
    screens: Screens, small_till: SmallTill, size: str
) -> None:
    screens.expected = {422}
    screen = screens.selling(size)
    small_till.say("card mute")
    screen.ring("Kanelbulle")
    screen.wait_total("32,00")
    screen.press("#pay-card")
    stated = screen.page.locator("#zone button", has_text="Kortterminalen kan inte svara")
    stated.wait_for()
    screen.look("unknown")
    screen.press(stated)
    screen.window()
    screen.press("#window .primary")
    screen.page.wait_for_selector("#window .fault:not(:empty)")
    screen.page.fill("#outcome-reference", "Kvitto 0042")
    screen.look("outcome")
    screen.press("#window .primary")
    screen.page.wait_for_selector("#window .names")
    screen.pin("nils")
    screen.done()
    assert "Kort 32,00" in plain(screen.page.inner_text(".done .facts"))


@pytest.mark.parametrize("size", ("handheld", "desktop"))
def test_a_void_that_is_refused_gives_the_money_back_by_itself(
    screens: Screens, small_till: SmallTill, size: str
) -> None:
    screen = screens.selling(size)
    screen.ring("Räkmacka")
    screen.wait_total("119,00")
    screen.press("#pay-other")
    screen.page.wait_for_selector(".paying-window")
    screen.digits("50", "#zone")
    method(screen, "Kort")
    screen.page.wait_for_selector(".parts-paid")
    small_till.say("card not_allowed")
    screen.press(screen.page.get_by_label("Ångra Kort 50,00"))
    screen.page.wait_for_selector(".parts-paid", state="detached")
    screen.wait_total("119,00")


WAYS = ("Kontant", "Kort", "Swish", "Presentkort", "Rikskuponger", "Faktura", "Dricks", "Edenred")
CUT_OFF = """(names) => {
  const methods = document.querySelector('.paying .methods');
  const pattern = methods.querySelector('.method');
  methods.replaceChildren(...names.map((name) => {
    const method = pattern.cloneNode(true);
    method.querySelector('span').textContent = name;
    return method;
  }));
  return [...methods.children].filter((method) => {
    const text = document.createRange();
    text.selectNodeContents(method.querySelector('span'));
    const [words, key] = [text.getBoundingClientRect(), method.getBoundingClientRect()];
    return words.left < key.left || words.right > key.right || key.height < 44;
  }).map((method) => `${names.length}: ${method.textContent.trim()}`);
}"""


@pytest.mark.requirement("R-PAY-001")
@pytest.mark.parametrize("size", ("handheld", "tablet", "desktop"))
def test_the_names_of_any_number_of_ways_to_pay_fit_their_keys(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    screen.ring("Kanelbulle")
    screen.press("#pay-other")
    screen.page.wait_for_selector(".paying-window")
    cut_off = []
    for count in range(1, len(WAYS) + 1):
        cut_off += screen.page.evaluate(CUT_OFF, list(WAYS[:count]))
        if count in (4, 8):
            screen.look(f"{count}-ways")
    assert cut_off == []
